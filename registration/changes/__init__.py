"""Whom a release of the agenda concerns, and the mails that tell them."""
