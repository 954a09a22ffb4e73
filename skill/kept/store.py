"""Where progress is kept between sessions: one small record a person.

A record has a revision, and is only ever written over the one that was read: compare and set. Two turns at once cannot
lose either's change, as the later finds a `Conflict`, and begins again from what is kept by then. The person is a keyed
hash made by whoever calls; a store never sees a user id.
"""

import json
import secrets
import sqlite3
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from skill.coach.dialogue.state import Progress
from skill.errors import Conflict, Damaged, Newer, StoreError
from skill.kept.saved import load
from skill.kept.upgrades import Saved

BUSY_MS = 2000
"""How long a turn waits for another to finish writing. Alexa waits about 8 s for all of it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a person."""

    progress: Progress | None = None
    """None if nothing is."""
    saved: Saved = field(default_factory=dict)
    """The same as it was written, in plain JSON types: to be compared with a copy that need not be read then."""
    revision: int = 0
    """Which record this is; 0 if there is none."""


class Store(Protocol):
    """Keeps progress by person. All of it raises StoreError where it cannot be done, and says what to do."""

    def load(self, person: str) -> Kept:
        """What is kept. Raises Conflict if it was damaged, and somebody else is setting it aside."""

    def save(self, person: str, saved: Saved, revision: int) -> None:
        """Keep ``saved``, a dumped Progress, in place of ``revision``. Raises Conflict if that is not kept any more."""

    def forget(self, person: str) -> bool:
        """Delete everything about a person, what was damaged too. Whether there was anything."""

    def check(self) -> None:
        """Make sure that progress can be read and written."""

    def close(self) -> None:
        """Close what is open and not in use."""


def new_revision() -> int:
    """A revision that no record has had.

    It is random, not a count: a record that was forgotten and made anew must not be mistaken for the old one, and
    a write that is tried again, its answer having been lost, knows itself by it.
    """
    return 1 + secrets.randbits(60)


def written(saved: Saved) -> str:
    """A dumped Progress as a store writes it."""
    return json.dumps(saved, separators=(",", ":"))


def read(text: str | bytes, revision: int) -> Kept:
    """What a store wrote. Raises Damaged, or Newer."""
    try:
        saved = json.loads(text)
    except (ValueError, RecursionError):
        raise Damaged("not a saved Progress: it is no JSON") from None
    return Kept(load(Progress, saved), saved, revision)


# SQLite

_LAYOUTS = (
    """
create table if not exists progress (person text primary key, saved text not null) without rowid;
create table if not exists damaged (person text not null, saved text not null);
""",
    """
alter table progress add column revision integer not null default 0;
update progress set revision = 1 + (random() & 0x0fffffffffffffff);
""",
)
"""From each layout of the file to the next; `user_version` is how many of them it has had. Never change one."""

_NEWEST = len(_LAYOUTS) + 1
"""The layout we read: all of the above, and then vacuumed, since pages freed by older versions may hold leftovers."""


DAY_S, SWEEP_S = 24 * 60 * 60, 60 * 60
"""How long it is kept that somebody stopped for their health, and how often what is over is looked for, seconds."""


class SqliteStore:
    """Progress in a SQLite file: write-ahead logging, and a transaction a turn. What is deleted is overwritten."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        """``clock`` gives seconds since 1970."""
        self._path, self._clock = path, clock
        self._swept = 0.0
        """When what was for a day was last looked for."""
        self._opening = threading.Lock()
        self._untidy = True
        """Whether the log may still hold what was to be forgotten; a process before us may have been killed."""
        self._file: int | None = None
        """The inode of the file that was opened first."""
        self._idle: deque[sqlite3.Connection] = deque()
        """Open connections that nobody uses; as many as there were ever turns at once."""
        weakref.finalize(self, _close, self._idle)

    def load(self, person: str) -> Kept:
        """See `Store`."""
        with self._connected() as connection:
            row = connection.execute(
                "select saved, revision from progress where person = ?", (person,)
            ).fetchone()
            if row is None:
                return Kept()
            saved, revision = row
            try:
                return read(saved, revision)
            except Newer as error:  # not ours to overwrite
                raise StoreError(f"progress in {self._path} was {error}: update this Backbeat") from error
            except Damaged:
                self._set_aside(connection, person, revision)
                return Kept()

    def save(self, person: str, saved: Saved, revision: int) -> None:
        """See `Store`."""
        text = written(saved)
        with self._connected() as connection:
            if revision:
                done = connection.execute(
                    "update progress set saved = ?, revision = ? where person = ? and revision = ?",
                    (text, new_revision(), person, revision),
                )
            else:
                done = connection.execute(
                    "insert into progress (person, saved, revision) values (?, ?, ?) on conflict do nothing",
                    (person, text, new_revision()),
                )
            if self._clock() - self._swept > SWEEP_S:
                self._sweep(connection)
            if self._untidy:
                self._tidy(connection, 0)
        if not done.rowcount:
            raise Conflict

    def forget(self, person: str) -> bool:
        """See `Store`."""
        with self._connected() as connection:
            connection.execute("begin immediate")
            found = sum(
                connection.execute(f"delete from {table} where person = ?", (person,)).rowcount  # noqa: S608  # one of two
                for table in ("progress", "damaged")
            )
            connection.execute("commit")
            connection.execute("vacuum")  # a page that was split may hold a copy, even so: about 1 in 200 did
            self._tidy(connection, BUSY_MS)
        return bool(found)

    def check(self) -> None:
        """See `Store`."""
        with (
            self._connected() as connection
        ):  # it takes the lock of a writer, and writes nothing: it is asked often
            connection.execute("begin immediate")
            connection.execute("rollback")

    def close(self) -> None:
        """See `Store`."""
        _close(self._idle)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own. One on which anything failed is closed, which undoes what it had begun."""
        try:
            self._look()
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

    def _keep_private(self) -> None:
        """The file is its owner's alone, and so is the log beside it. What cannot be is for SQLite to say."""
        with suppress(OSError):
            self._path.touch(0o600)
            self._path.chmod(self._path.stat().st_mode & 0o700)

    def _look(self) -> None:
        """Raises StoreError: the file is another than it was, so what is written would go where nobody reads it."""
        opened = self._file
        try:
            now = self._path.stat().st_ino if opened else None
        except OSError:
            now = None
        if now == opened:
            return
        raise StoreError(
            f"{self._path} was removed or replaced while Backbeat was running: bring it back, or start Backbeat again"
        )

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
        )
        connection.text_factory = bytes  # a damaged record need not be text
        try:
            if self._file is None:
                self._keep_private()
            with self._opening:  # SQLite does not wait its turn to turn to write-ahead logging
                connection.execute("pragma journal_mode = wal")
            connection.execute(
                "pragma synchronous = normal"
            )  # a power cut may undo a turn, never damage the file
            connection.execute("pragma secure_delete = on")
            self._lay_out(connection)
            self._file = self._file or self._path.stat().st_ino
        except BaseException:
            connection.close()
            raise
        return connection

    def _lay_out(self, connection: sqlite3.Connection) -> None:
        """Bring the file to the newest layout, one process at a time: whoever comes second finds it done."""
        if _layout(connection) < len(_LAYOUTS):
            connection.execute("begin immediate")
            is_new = not connection.execute("select 1 from sqlite_master").fetchone()
            layout = _layout(connection)  # by now
            for script in _LAYOUTS[layout:]:
                for statement in script.split(";"):
                    connection.execute(statement)
            if layout < len(_LAYOUTS):
                connection.execute(f"pragma user_version = {_NEWEST if is_new else len(_LAYOUTS)}")
            connection.execute("commit")
        if _layout(connection) < _NEWEST:
            connection.execute("vacuum")
            connection.execute(f"pragma user_version = {_NEWEST}")
            self._tidy(connection, BUSY_MS)
        if _layout(connection) > _NEWEST:
            raise StoreError(f"{self._path} was laid out by a newer Backbeat: update this one")

    def _sweep(self, connection: sqlite3.Connection) -> None:
        """Take out of every record that somebody stopped for their health, once its day is over: it says no more than that.

        Whoever is in the middle of a turn keeps it until their next one, which takes it out itself.
        """
        self._swept = self._clock()
        over = round((self._swept - DAY_S) * 1000)
        stopped = "case when json_valid(saved) then json_extract(saved, '$.unwell.at') end < ?"
        for person, revision in connection.execute(
            f"select person, revision from progress where saved like '%\"unwell\"%' and {stopped}",  # noqa: S608  # our own words
            (over,),
        ).fetchall():
            connection.execute(
                "update progress set saved = json_remove(saved, '$.unwell') where person = ? and revision = ?",
                (person.decode(), revision),
            )
            self._untidy = True

    def _set_aside(self, connection: sqlite3.Connection, person: str, revision: int) -> None:
        """Take a damaged record out of the way; not if somebody has already done so."""
        which = (person, revision)
        connection.execute("begin immediate")
        connection.execute(
            "insert into damaged select person, saved from progress where person = ? and revision = ?", which
        )
        connection.execute("delete from progress where person = ? and revision = ?", which)
        connection.execute("commit")

    def _tidy(self, connection: sqlite3.Connection, wait_ms: int) -> None:
        """Empty the log, which holds old pages. If somebody is reading it for longer, the next to write tries again."""
        self._untidy = True
        connection.execute(f"pragma busy_timeout = {wait_ms}")
        (busy, *_) = connection.execute("pragma wal_checkpoint(truncate)").fetchone()
        connection.execute(f"pragma busy_timeout = {BUSY_MS}")
        self._untidy = bool(busy)

    def _failed(self, error: sqlite3.Error) -> StoreError:
        return StoreError(
            f"progress cannot be kept in {self._path} ({error}): see that the disk has room and the folder can be "
            "written to, or set BACKBEAT_DATA_DIR to another, or BACKBEAT_STORE if that is set"
        )


def _layout(connection: sqlite3.Connection) -> int:
    (layout,) = connection.execute("pragma user_version").fetchone()
    return int(layout)


def _close(connections: deque[sqlite3.Connection]) -> None:
    while connections:
        connections.pop().close()
