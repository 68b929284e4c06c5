"""Mails to many: whom they reach, and how they are written to them."""
