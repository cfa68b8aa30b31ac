"""The key that signs conversation tokens and case codes: from the environment, or made once."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from corpus.settings import Settings


def secret_key(settings: Settings) -> str:
    """Return the secret key; without ``LOTSE_SECRET_KEY`` it is kept in the data folder, mode 0600."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    settings.data.mkdir(parents=True, exist_ok=True)
    path = settings.data / "secret_key"
    if not path.exists():
        descriptor, fresh = tempfile.mkstemp(dir=settings.data)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            Path(fresh).unlink()
    return path.read_text(encoding="ascii")
