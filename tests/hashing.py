from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """Takes no time, and what it wrote is read by the real one too."""

    iterations = 1
