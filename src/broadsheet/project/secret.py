"""The secret key of an instance: made on first start, kept in the data folder."""

import os
import secrets
from pathlib import Path

from broadsheet.kernel.errors import Unavailable


def secret_key(data: Path) -> str:
    """Read the key, or make it. Two processes starting at once agree on one.

    Raises Unavailable where the data folder cannot be written.
    """
    path = data / "secret_key"
    try:
        data.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        remedy = f"It cannot be used: {error.strerror}. Set BROADSHEET_DATA to one that can."
        raise Unavailable(what=f"The data folder {data}", remedy=remedy) from error


def _make(path: Path) -> None:
    """Write aside, then link into place: whoever links first wins, and nobody reads half."""
    fresh = path.with_name(f".secret_key.{os.getpid()}")
    with open(fresh, "w", encoding="ascii", opener=lambda p, f: os.open(p, f, 0o600)) as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
