"""A reader's own agenda: what they star, without an account."""
