"""Registering, and looking after one's registration by a private link."""
