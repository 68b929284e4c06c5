"""Mails that come back: known again, and noted with the reason on their Message."""
