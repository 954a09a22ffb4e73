"""Progress in a SQLite file: write-ahead logging, and a transaction a turn. What is deleted is overwritten.

How the file is laid out is in `skill.kept.layout`.
"""

import sqlite3
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog

from skill.errors import Conflict, Damaged, Newer, StoreError
from skill.kept.layout import SHARDS, is_newest, lay_out, shard, write_anew
from skill.kept.store import Kept, new_revision, read, written
from skill.kept.upgrades import Saved

log = structlog.get_logger()

BUSY_MS = 2000
"""How long a turn waits for another to finish writing. Alexa waits about 8 s for all of it."""

LOOK_S = 0.005
"""Where SQLite does not wait for another to finish, we look again after so many seconds."""

READERS_MS = 100
"""How long whoever forgets somebody waits for readers of the log, keeping others from writing."""

DAY_S, SWEEP_S = 24 * 60 * 60, 60 * 60
"""How long it is kept that somebody stopped for their health, and how often what is over is looked for, seconds."""


class SqliteStore:
    """See `skill.kept.store.Store`; one object serves every thread."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        """``clock`` gives seconds since 1970."""
        self._path, self._clock = path, clock
        self._swept = 0.0
        """When what was for a day was last looked for."""
        self._opening = threading.Lock()
        self._writing = threading.Lock()
        """Whoever writes in this process waits for the others here, and is woken: SQLite would have them look again, ever more seldom."""
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
                f"select saved, revision from {shard(person)} where person = ?",  # noqa: S608  # a table of ours
                (person,),
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
        with self._writing, self._connected() as connection:
            if revision:
                done = connection.execute(
                    f"update {shard(person)} set saved = ?, revision = ? where person = ? and revision = ?",  # noqa: S608
                    (text, new_revision(), person, revision),
                )
            else:
                done = connection.execute(
                    f"insert into {shard(person)} values (?, ?, ?) on conflict do nothing",  # noqa: S608
                    (person, text, new_revision()),
                )
            if self._untidy:
                self._tidy(connection, 0)
        if not done.rowcount:
            raise Conflict

    def forget(self, person: str) -> bool:
        """See `Store`."""
        tables = (shard(person), "damaged")
        with self._writing, self._connected() as connection:
            connection.execute("begin immediate")
            found = any(
                connection.execute(f"select 1 from {table} where person = ?", (person,)).fetchone()  # noqa: S608  # as above
                for table in tables
            )
            if found:
                for table in tables:
                    write_anew(connection, table, without=person)
            connection.execute("commit")
        with self._writing, self._connected() as connection:
            self._tidy(connection, READERS_MS)
        return found

    def check(self) -> None:
        """See `Store`."""
        with (
            self._connected() as connection
        ):  # it takes the lock of a writer, and writes nothing: it is asked often
            connection.execute("begin immediate")
            connection.execute("rollback")

    def tend(self) -> None:
        """See `Store`: that somebody stopped for their health is kept for its day; it says no more than that.

        A table at a time, so that nobody waits. Whoever is in the middle of a turn keeps it until their next one, which takes it out itself.
        """
        with self._connected() as connection:
            if self._clock() - self._swept > SWEEP_S:
                self._swept = self._clock()
                for table in SHARDS:
                    with self._writing:
                        self._sweep(connection, table)
            if self._untidy:
                with self._writing:
                    self._tidy(connection, 0)

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
            self._path,
            timeout=BUSY_MS / 1000,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=4 * len(SHARDS),  # what a turn asks of a table, for each of them
        )
        connection.text_factory = bytes  # a damaged record need not be text
        try:
            if self._file is None:
                self._keep_private()
            with self._opening:
                self._log_ahead(connection)
            connection.execute(
                "pragma synchronous = normal"
            )  # a power cut may undo a turn, never damage the file
            connection.execute("pragma secure_delete = on")
            connection.execute("pragma temp_store = memory")  # where others are while a table is written anew
            self._lay_out(connection)
            self._file = self._file or self._path.stat().st_ino
        except BaseException:
            connection.close()
            raise
        return connection

    def _log_ahead(self, connection: sqlite3.Connection) -> None:
        """Turn to write-ahead logging. Where another process turns to it at the same moment, SQLite itself does not wait its turn."""
        ends = time.monotonic() + BUSY_MS / 1000
        while True:
            try:
                connection.execute("pragma journal_mode = wal")
                break
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > ends:
                    raise
                time.sleep(LOOK_S)

    def _lay_out(self, connection: sqlite3.Connection) -> None:
        try:
            if not is_newest(connection):
                lay_out(connection)
                self._tidy(connection, BUSY_MS)
        except StoreError as error:
            raise StoreError(f"progress is kept in {self._path}, and {error}") from None

    def _sweep(self, connection: sqlite3.Connection, table: str) -> None:
        """Take it out of every record in a table."""
        over = round((self._swept - DAY_S) * 1000)
        stopped = "case when json_valid(saved) then json_extract(saved, '$.unwell.at') end < ?"
        found = f"from {table} where saved like '%\"unwell\"%' and {stopped}"
        if not connection.execute(f"select 1 {found}", (over,)).fetchone():  # our own words
            return
        connection.execute("begin immediate")
        people = connection.execute(f"select person {found}", (over,)).fetchall()  # likewise
        connection.executemany(
            f"update {table} set saved = json_remove(saved, '$.unwell') where person = ?",  # noqa: S608  # likewise
            [(person.decode(),) for (person,) in people],
        )
        write_anew(connection, table)
        connection.execute("commit")
        self._untidy = True

    def _set_aside(self, connection: sqlite3.Connection, person: str, revision: int) -> None:
        """Take a damaged record out of the way; not if somebody has already done so."""
        which, whose = (person, revision), f"from {shard(person)} where person = ? and revision = ?"
        connection.execute("begin immediate")
        moved = connection.execute(
            f"insert into damaged select person, saved {whose}", which
        ).rowcount  # as above
        connection.execute(f"delete {whose}", which)  # likewise
        connection.execute("commit")
        if moved:
            log.warning(
                "a damaged record was set aside",
                where=f"{self._path}, table damaged",
                what_now="somebody begins anew; a backup of the file has their place",
            )

    def _tidy(self, connection: sqlite3.Connection, wait_ms: int) -> None:
        """Empty the log, which holds old pages. If somebody is reading it for longer, the next to write tries again."""
        self._untidy = True
        connection.execute(f"pragma busy_timeout = {wait_ms}")
        (busy, *_) = connection.execute("pragma wal_checkpoint(truncate)").fetchone()
        connection.execute(f"pragma busy_timeout = {BUSY_MS}")
        self._untidy = bool(busy)

    def _failed(self, error: sqlite3.Error) -> StoreError:
        advice = (
            "see that the disk has room and the folder can be written to, or set BACKBEAT_DATA_DIR to another, or "
            "BACKBEAT_STORE if that is set"
        )
        if "locked" in str(error):
            advice = "another program has held it for too long: see what it is"
        return StoreError(f"progress cannot be kept in {self._path} ({error}): {advice}")


def _close(connections: deque[sqlite3.Connection]) -> None:
    while connections:
        connections.pop().close()
