"""How the file of `skill.kept.sqlite` is laid out, and how one that an older Backbeat laid out becomes so.

    p00 … pff  person, saved, revision   the records, in 256 tables by a checksum of the person
    damaged    person, saved             records that could not be read, and were set aside

There are many tables so that one can be written anew in a moment. SQLite's `secure_delete` overwrites what is deleted, but
when a page is split a copy may stay behind in it: about one in two hundred did. What is sure is to empty a table, whose
pages are all overwritten, and to fill it again without them. With 256 that is about 30 ms for half a million people, and it
replaced a VACUUM of the whole file, for which everybody waited eight seconds.
"""

import sqlite3
import zlib

from skill.errors import StoreError

SHARDS = tuple(f"p{number:02x}" for number in range(256))

_SCRIPTS = (
    """
create table if not exists progress (person text primary key, saved text not null) without rowid;
create table if not exists damaged (person text not null, saved text not null);
""",
    """
alter table progress add column revision integer not null default 0;
update progress set revision = 1 + (random() & 0x0fffffffffffffff);
""",
)
"""From each of the first layouts to the next; `user_version` is how many of them the file has had. Never change one."""

_VACUUMED = 3
"""All of these, and then vacuumed, since pages freed by older versions may hold leftovers."""

_SHARDED = 4
"""The newest."""


def shard(person: str) -> str:
    """The table that somebody's record is in."""
    return SHARDS[zlib.crc32(person.encode()) % len(SHARDS)]


def is_newest(connection: sqlite3.Connection) -> bool:
    """Whether nothing has to be done. Raises StoreError: a newer Backbeat laid it out."""
    if (layout := _layout(connection)) > _SHARDED:
        raise StoreError(f"it was laid out by a newer Backbeat (as {layout}): update this one")
    return layout == _SHARDED


def lay_out(connection: sqlite3.Connection) -> None:
    """Bring the file to the newest layout, one process at a time: whoever comes second finds it done.

    Raises:
        StoreError: a newer Backbeat laid it out.
        sqlite3.Error: it cannot be read or written.
    """
    if is_newest(connection):
        return
    if _layout(connection) < len(_SCRIPTS):
        connection.execute("begin immediate")
        is_new = not connection.execute("select 1 from sqlite_master").fetchone()
        layout = _layout(connection)  # by now
        for script in _SCRIPTS[layout:]:
            for statement in script.split(";"):
                connection.execute(statement)
        if layout < len(_SCRIPTS):
            connection.execute(f"pragma user_version = {_VACUUMED if is_new else len(_SCRIPTS)}")
        connection.execute("commit")
    if _layout(connection) < _VACUUMED:
        connection.execute("vacuum")
        connection.execute(f"pragma user_version = {_VACUUMED}")
    if _layout(connection) < _SHARDED:
        connection.execute("begin immediate")
        if _layout(connection) < _SHARDED:
            _into_shards(connection)
            connection.execute(f"pragma user_version = {_SHARDED}")
        connection.execute("commit")


def write_anew(connection: sqlite3.Connection, table: str, without: str = "") -> None:
    """Empty a table and fill it again, ``without`` somebody. For within a transaction."""
    connection.execute(
        f"create temp table spare as select * from {table} where person is not ?",  # noqa: S608  # a table of ours
        (without,),
    )
    connection.execute(f"delete from {table}")  # noqa: S608  # likewise
    connection.execute(f"insert into {table} select * from spare order by person")  # noqa: S608  # likewise
    connection.execute("drop table spare")


def _layout(connection: sqlite3.Connection) -> int:
    (layout,) = connection.execute("pragma user_version").fetchone()
    return int(layout)


def _into_shards(connection: sqlite3.Connection) -> None:
    for table in SHARDS:
        connection.execute(
            f"create table {table} (person text primary key, saved text not null, revision integer not null) without rowid"
        )
    for person, saved, revision in connection.execute("select person, saved, revision from progress"):
        connection.execute(
            f"insert into {shard(person.decode())} values (?, cast(? as text), ?)",  # noqa: S608  # a table of ours
            (person.decode(), saved, revision),
        )
    connection.execute("drop table progress")
