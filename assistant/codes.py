"""The access code of a case: derived from a secret, easy to type, kept only as a hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 13
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def keyed_hash(secret_key: str, purpose: str, value: str) -> str:
    """Return a hash that only the holder of the secret can make, as 64 hexadecimal digits."""
    message = f"{purpose}\0{value}".encode("utf-8", "surrogatepass")
    return hmac.new(secret_key.encode(), message, hashlib.sha256).hexdigest()


def make_code(secret_key: str, submission_key: str) -> str:
    """Return the code of a submission, 65 bits in Crockford's base 32, such as ``7Q4M-9XK2B-0TZR``.

    The same submission always gets the same code, so that sending a form twice shows it again
    although only its hash is kept. In clear it stands in the receipt alone, until that has been sent.
    """
    bits = int(keyed_hash(secret_key, "case code", submission_key), 16)
    chars = "".join(ALPHABET[(bits >> (5 * place)) & 31] for place in range(CODE_LENGTH))
    return f"{chars[:4]}-{chars[4:9]}-{chars[9:]}"


def plain_code(typed: str) -> str:
    """Return a typed code as it was meant: upper case, no separators, O as 0, I and L as 1."""
    return "".join(char for char in typed.upper().translate(_LOOKALIKES) if char in ALPHABET)


def hash_code(secret_key: str, number: str, code: str) -> str:
    """Return what is stored of a code; it fits one case number alone."""
    return keyed_hash(secret_key, "case code of " + number, plain_code(code))


def is_right(secret_key: str, number: str, code: str, stored: str) -> bool:
    """Compare a typed code with the stored hash, in a time that tells nothing about it."""
    return hmac.compare_digest(hash_code(secret_key, number, code), stored)


def new_number(year: int) -> str:
    """Return a random case number such as ``K-26-048213``, which does not tell how many there are."""
    return f"K-{year % 100:02d}-{secrets.randbelow(1_000_000):06d}"


def plain_number(typed: str) -> str:
    """Return a typed case number as it was meant, such as ``k 26 048213`` for ``K-26-048213``."""
    digits = "".join(char for char in typed.upper().translate(_LOOKALIKES) if char in "0123456789")
    return f"K-{digits[:2]}-{digits[2:]}"
