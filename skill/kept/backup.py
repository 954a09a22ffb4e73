"""A backup of a SQLite store while it is in use: the database and the key that people are found by, in a folder.

SQLite's own online backup copies one state of the database, whoever writes meanwhile (https://sqlite.org/backup.html). The folder
has its name only when all of it is there and whole.
"""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from skill.errors import StoreError
from skill.settings import DATABASE, KEY, for_us_alone

PATIENCE_S = 10
"""How long somebody else may hold the database, seconds; ours to choose."""


def back_up(database: Path, key: bytes, folder: Path) -> None:
    """Copy ``database`` and ``key`` into a new ``folder``, readable by its owner alone; or leave nothing.

    Raises:
        StoreError: the folder holds something, or it cannot be made; or the copy is not whole.
    """
    folder = folder.resolve()
    try:
        if folder.exists() and any(folder.iterdir()):
            raise StoreError(f"{folder} holds something already: give a new folder")
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))  # for its owner alone
        try:
            _copy(database, part / DATABASE)
            with for_us_alone(part / KEY, "xb") as file:
                file.write(key)
                file.flush()
                os.fsync(file.fileno())
            part.replace(folder)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    except OSError as error:
        raise StoreError(
            f"cannot make a backup in {folder} ({error.strerror}): give a folder that can be written to"
        ) from error
    except sqlite3.Error as error:
        raise StoreError(
            f"{database} cannot be copied to {folder} ({error}): see that there is room, and run backbeat doctor"
        ) from error


def _copy(database: Path, copy: Path) -> None:
    """Raises OSError, sqlite3.Error."""
    for_us_alone(copy, "xb").close()
    with (
        closing(sqlite3.connect(database, timeout=PATIENCE_S)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        (whole,) = target.execute("pragma integrity_check(1)").fetchone()
    if whole != "ok":
        raise sqlite3.DatabaseError(" ".join(whole.split()))
