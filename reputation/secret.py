"""The installation's secret key when the environment names none: made once, kept beside the database."""

import os
import secrets
from pathlib import Path


def secret_key(folder: Path) -> str:
    """Read the key kept in `folder`, or make it there, readable by its owner only.

    Two processes that start at once agree on one key: the file is made exclusively.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "secret_key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii").strip()
