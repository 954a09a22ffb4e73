"""Where progress is kept between sessions: one small record a person.

`update` is all of it: read, change and write as one, so that two turns at once cannot lose either's change. The
person is a keyed hash made by whoever calls; a store never sees a user id.
"""

import json
import sqlite3
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
        self._opening = threading.Lock()
        self._idle: deque[sqlite3.Connection] = deque()
        """Open connections that nobody uses; as many as there were ever turns at once."""
        weakref.finalize(self, _close, self._idle)

    def load(self, person: str) -> Progress | None:
        """See `Store`."""
        with self._connected() as connection:
            return self._read(connection, person)

    def update(self, person: str, change: Change) -> None:
        """See `Store`."""
        with self._connected() as connection:
            connection.execute("begin immediate")
            kept = change(self._read(connection, person))
            connection.execute(
                "insert into progress values (?, ?) on conflict do update set saved = excluded.saved",
                (person, json.dumps(dump(kept), separators=(",", ":"))),
            )
            connection.execute("commit")

    def check(self) -> None:
        """Make sure that the file can be read and written. Raises StoreError."""
        with self._connected() as connection:
            connection.execute("insert into progress values ('', '') on conflict do nothing")
            connection.execute("delete from progress where person = ''")

    def close(self) -> None:
        """Close what is open and not in use."""
        _close(self._idle)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own. One on which anything failed is closed, which undoes what it had begun."""
        try:
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = self._opened()
            try:
                yield connection
            except BaseException:
                connection.close()
                raise
        except sqlite3.Error as error:
            raise self._failed(error) from error
        self._idle.append(connection)

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
        )
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


def _close(connections: deque[sqlite3.Connection]) -> None:
    while connections:
        connections.pop().close()
