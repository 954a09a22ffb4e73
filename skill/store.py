"""Where progress is kept between sessions: one small record a person.

`update` is all of it: read, change and write as one, so that two turns at once cannot lose either's change. The
person is a keyed hash made by whoever calls; a store never sees a user id.
"""

import json
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from skill.coach.state import Progress
from skill.errors import Damaged, Newer, StoreError
from skill.saved import dump, load

Change = Callable[[Progress | None], Progress]
"""From what was kept (None if nothing) to what is to be kept. Pure: it may be called more than once."""

BUSY_MS = 2000
"""How long a turn waits for another to finish writing. Alexa waits about 8 s for all of it."""

_SCHEMA = """
create table if not exists progress (person text primary key, saved text not null) without rowid;
create table if not exists damaged (person text not null, saved text not null);
"""


class Store(Protocol):
    """Keeps progress by person."""

    def load(self, person: str) -> Progress | None:
        """What was kept; None if nothing was. Raises StoreError."""

    def update(self, person: str, change: Change) -> None:
        """Keep what ``change`` makes of what was kept, in one transaction. Raises StoreError."""


class SqliteStore:
    """Progress in a SQLite file: write-ahead logging, one transaction a turn."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._opening = threading.Lock()

    def load(self, person: str) -> Progress | None:
        """See `Store`."""
        try:
            return self._read(self._connection(), person)
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def update(self, person: str, change: Change) -> None:
        """See `Store`."""
        try:
            connection = self._connection()
            connection.execute("begin immediate")
            try:
                kept = change(self._read(connection, person))
                connection.execute(
                    "insert into progress values (?, ?) on conflict do update set saved = excluded.saved",
                    (person, json.dumps(dump(kept), separators=(",", ":"))),
                )
            except BaseException:
                connection.rollback()
                raise
            connection.commit()
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def check(self) -> None:
        """Make sure that the file can be read and written. Raises StoreError."""
        try:
            connection = self._connection()
            connection.execute("insert into progress values ('', '') on conflict do nothing")
            connection.execute("delete from progress where person = ''")
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def close(self) -> None:
        """Close this thread's connection."""
        if (connection := getattr(self._local, "connection", None)) is not None:
            connection.close()
            del self._local.connection

    def _connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._opened()
        return connection

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=BUSY_MS / 1000, isolation_level=None)
        connection.text_factory = bytes  # a damaged record need not be text
        try:
            with self._opening:  # SQLite does not wait its turn to turn to write-ahead logging
                connection.execute("pragma journal_mode = wal")
            connection.execute(
                "pragma synchronous = normal"
            )  # a power cut may undo a turn, never damage the file
            connection.executescript(_SCHEMA)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _read(self, connection: sqlite3.Connection, person: str) -> Progress | None:
        row = connection.execute("select saved from progress where person = ?", (person,)).fetchone()
        if row is None:
            return None
        try:
            return load(Progress, json.loads(row[0]))
        except Newer as error:  # not ours to overwrite
            raise StoreError(f"progress in {self._path} was {error}: update this Backbeat") from error
        except (Damaged, ValueError, RecursionError):  # set it aside, and begin anew
            connection.execute(
                "insert into damaged select person, saved from progress where person = ?", (person,)
            )
            connection.execute("delete from progress where person = ?", (person,))
            return None

    def _failed(self, error: sqlite3.Error) -> StoreError:
        return StoreError(
            f"progress cannot be kept in {self._path} ({error}): see that the disk has room and the folder can be "
            "written to, or set BACKBEAT_DATA_DIR to another"
        )
