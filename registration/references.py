"""Reference codes, which people read out on the telephone."""

import hashlib
import hmac

from django.conf import settings

# Without I, L, O and U: nobody reads these out wrongly. Crockford's base 32.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def reference_of(submission: str) -> str:
    """The reference code of a form that was sent: ten signs of 32, "7KQ4M-2XD9B".

    It follows from the form's own key, so that a form sent twice is told the same.
    """
    key = settings.SECRET_KEY.encode()
    digest = hmac.new(key, b"reference" + submission.encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest[:8], "big")
    signs = "".join(ALPHABET[(number >> 5 * place) & 31] for place in range(10))
    return f"{signs[:5]}-{signs[5:]}"
