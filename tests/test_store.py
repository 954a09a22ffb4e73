"""What can go wrong with a file on a disk is one error that says what to do; and what is in the file, and what is not."""

import hashlib
import json
import random
import sqlite3
import stat
import subprocess
import sys
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from skill.app import create_app
from skill.coach.dialogue.state import Progress, Unwell
from skill.errors import Conflict, StoreError
from skill.kept.layout import shard
from skill.kept.saved import dump
from skill.kept.sqlite import SqliteStore
from skill.kept.store import Kept
from skill.settings import DATABASE, Settings
from tests.alexa.signing import NOW, USER_ID, Amazon
from tests.fakes import at_once, records
from tests.kept import ME, SOME, YOU, keep

# --- What can go wrong -----------------------------------------------------------------------------------------


def refused(store: SqliteStore) -> set[str]:
    """The store cannot be used in any way, and says what to do about it."""
    said = set()
    for use in (
        lambda: store.load(ME),
        lambda: store.save(ME, dump(SOME), 0),
        lambda: store.save(ME, dump(SOME), 1),
        lambda: store.forget(ME),
        store.check,
    ):
        with pytest.raises(StoreError) as caught:
            use()
        said.add(str(caught.value))
    assert all("see that the disk has room" in text and "BACKBEAT_DATA_DIR" in text for text in said)
    return said


def garbage(folder: Path) -> Path:
    (folder / "db").write_bytes(b"This is not a database. " * 1000)
    return folder / "db"


UNUSABLE = {
    "garbage": (garbage, "file is not a database"),
    "no folder": (lambda folder: folder / "gone" / "db", "unable to open database file"),
    "a folder": (lambda folder: folder, "unable to open database file"),
    "a file for a folder": (lambda folder: garbage(folder) / "db", "unable to open database file"),
}


@pytest.mark.parametrize(("path", "why"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_file_that_cannot_be_used_is_said_so(tmp_path, path, why):
    where = path(tmp_path)
    for text in refused(SqliteStore(where)):
        assert f"{where} ({why})" in text


def test_garbage_is_left_as_it_was(tmp_path):
    before = garbage(tmp_path).read_bytes()
    refused(SqliteStore(tmp_path / "db"))
    assert (tmp_path / "db").read_bytes() == before


def test_several_may_open_a_new_file_at_once(tmp_path):
    for i in range(30):
        store = SqliteStore(tmp_path / f"{i}.db")
        saves = [lambda person=str(n), store=store: store.save(person, dump(SOME), 0) for n in range(4)]
        assert at_once(*saves) == []


def test_a_closed_store_opens_again(tmp_path):
    store = SqliteStore(tmp_path / "db")
    store.close()
    keep(store, SOME)
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["db"]  # with everything in it
    assert store.load(ME).progress == SOME


ROOT = Path(__file__).parent.parent

HEAD = (
    "import json, os, resource, sys\nfrom pathlib import Path\nfrom skill.errors import StoreError\n"
    "from skill.kept.saved import dump\nfrom skill.kept.sqlite import SqliteStore\nfrom tests.kept import ME, SOME, TOO_MUCH, keep\n"
    "store = SqliteStore(Path(sys.argv[1]) / 'db')\n"
    "def attempt(use, *args):\n"
    "    try:\n        print(json.dumps(repr(use(*args))))\n"
    "    except StoreError as error:\n        print(json.dumps(str(error)))\n"
)


def in_a_process(script: str, folder: Path) -> list[Any]:
    """What ``script`` prints, a line of JSON each, with ``folder`` as its argument."""
    done = subprocess.run(
        [sys.executable, "-c", HEAD + script, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_full_disk_keeps_what_was_kept_and_is_forgotten_when_there_is_room(tmp_path):
    full, kept, mended, now = in_a_process(
        """
keep(store, SOME)
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))  # no file may grow beyond this
attempt(keep, store, TOO_MUCH)
attempt(lambda: store.load(ME).progress)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
attempt(keep, store, TOO_MUCH)
print(json.dumps(store.load(ME).progress == TOO_MUCH))
""",
        tmp_path,
    )
    assert "see that the disk has room" in full
    assert kept == repr(SOME)
    assert (mended, now) == ("None", True)


def test_a_file_that_may_only_be_read_is_said_so():
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to all but their owner
        folder = Path(name)
        keep(SqliteStore(folder / "db"), SOME)
        (folder / "db").chmod(0o444)
        folder.chmod(0o555)
        said = in_a_process(
            """
if os.geteuid() == 0:
    dump(SOME)  # loads what nobody may read
    os.setuid(65534)  # nobody: a root may write to anything
attempt(keep, store, SOME)
attempt(store.check)
""",
            folder,
        )
        folder.chmod(0o755)
        assert ["see that the disk has room and the folder can be written to" in text for text in said] == [
            True
        ] * 2


# --- What is in it ---------------------------------------------------------------------------------------------


def rows(path: Path, query: str, *values: str | bytes) -> list[tuple[Any, ...]]:
    """What a query finds in the file, or does to it."""
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(query, values).fetchall()


def put(path: Path, saved: bytes, person: str = ME) -> None:
    """Somebody writes a record without us."""
    rows(path, f"insert into {shard(person)} values (?, cast(? as text), 5)", person, saved)


DAMAGED = {
    "empty": b"",
    "not JSON": b"{",
    "not UTF-8": b'{"v":1,"told":{"\xff":1}}',
    "not a record": b"[]",
    "no version": b"{}",
    "a wrong type": b'{"v":1,"place":3}',
    "nested without end": b"[" * 99999,
}


@pytest.mark.parametrize("saved", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_record_is_set_aside_and_not_lost(tmp_path, saved):
    path = tmp_path / "db"
    store = SqliteStore(path)
    store.save(YOU, dump(SOME), 0)
    put(path, saved)
    assert store.load(ME) == Kept()
    assert rows(path, "select person, cast(saved as blob) from damaged") == [(ME, saved)]
    assert store.load(YOU).progress == SOME


def test_a_record_from_a_newer_version_is_left_alone(tmp_path):
    path = tmp_path / "db"
    store = SqliteStore(path)
    store.check()
    newer = b'{"v":99,"spot":"here"}'
    put(path, newer)
    with pytest.raises(StoreError, match=r"saved as version 99, .*: update this Backbeat"):
        store.load(ME)
    with pytest.raises(Conflict):
        store.save(ME, dump(SOME), 0)
    assert records(path) == [(ME, newer)]
    assert rows(path, "select * from damaged") == []
    store.save(YOU, dump(SOME), 0)
    assert store.load(YOU).progress == SOME


def test_a_record_is_the_progress_and_nothing_more(tmp_path):
    keep(SqliteStore(tmp_path / "db"), SOME)
    ((person, saved),) = records(tmp_path / "db")
    assert person == ME
    assert json.loads(saved) == dump(SOME)


def test_no_file_holds_a_user_id(tmp_path):
    client = create_app(Settings(tmp_path, local=True)).test_client()
    assert client.post("/alexa", json=Amazon.envelope(NOW)).status_code == 200
    ((person, _),) = records(tmp_path / DATABASE)
    assert len(bytes.fromhex(person)) == 32
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert DATABASE in files
    assert [name for name, content in files.items() if USER_ID.encode() in content] == []


# --- What is not in it any more ------------------------------------------------------------------------------


def raw(folder: Path) -> bytes:
    """Every byte of the database: the file, the log and its index."""
    files = sorted(folder.glob("db*"))
    assert folder / "db" in files
    return b"".join(path.read_bytes() for path in files)


def someone(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def trace(person: str) -> str:
    """A word that is in this person's records, and in nobody else's."""
    return f"trace_{person[:24]}"


def leftovers(folder: Path, *people: str) -> list[str]:
    """Those of whom anything is found in the files."""
    content = raw(folder)
    return [one for one in people if one.encode() in content or trace(one).encode() in content]


def test_of_someone_forgotten_no_byte_is_left_in_the_files(tmp_path):
    """Others come and go, and records grow and shrink, so that pages are split and joined; one was damaged, too."""
    store, dice = SqliteStore(tmp_path / "db"), random.Random(1)
    people = [someone(number) for number in range(40)]
    for turn in range(1500):
        person = dice.choice(people)
        told = {f"{trace(person)}_{i}": turn for i in range(dice.randrange(30))}
        keep(store, Progress(met=True, tellings=told, at=turn), person)
    put(tmp_path / "db", trace(ME).encode(), ME)
    assert store.load(ME) == Kept()
    keep(store, Progress(tellings={trace(ME): 1}))
    gone: list[str] = []
    for person in (ME, *dice.sample(people, 20)):
        assert leftovers(tmp_path, person) == [person]
        assert store.forget(person)
        gone.append(person)
        assert leftovers(tmp_path, *gone) == []
    assert sum(store.load(person).progress is not None for person in people) == len(people) - 20


def test_somebody_who_reads_meanwhile_delays_it_until_the_next_turn(tmp_path, monkeypatch):
    monkeypatch.setattr("skill.kept.sqlite.READERS_MS", 1)  # how long they are waited for
    store = SqliteStore(tmp_path / "db")
    keep(store, Progress(tellings={trace(ME): 1}))
    with closing(sqlite3.connect(tmp_path / "db", isolation_level=None)) as reader:
        reader.execute("begin")
        assert reader.execute(f"select count(*) from {shard(ME)}").fetchone() == (1,)
        assert store.forget(ME)
        assert store.load(ME) == Kept()
        assert leftovers(tmp_path, ME) == [ME]  # for whoever reads it still
        reader.execute("rollback")
    keep(store, SOME, YOU)
    assert leftovers(tmp_path, ME) == []


# --- What was there before ------------------------------------------------------------------------------------

FIRST = """
create table progress (person text primary key, saved text not null) without rowid;
create table damaged (person text not null, saved text not null);
insert into progress values ('0000000000000000000000000000000000000000000000000000000000000000',
  '{"v":1,"met":true,"told":{"pelvic_tilt":2},"place":{"routine":"back_routine","exercise":"pelvic_tilt","rep":5},"at":7}');
insert into progress values ('1111111111111111111111111111111111111111111111111111111111111111', '{"v":1,"at":9}');
insert into damaged values ('1111111111111111111111111111111111111111111111111111111111111111', '{');
"""
"""A file as the first Backbeat left it. Frozen: somebody's progress is in one."""


SECOND = """
alter table progress add column revision integer not null default 0;
update progress set revision = 1 + (random() & 0x0fffffffffffffff);
"""
"""What the next one made of it, likewise."""


def first(folder: Path) -> Path:
    """That file, with leftovers of somebody who was deleted from it by hand."""
    path = folder / "db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma secure_delete = off")
        connection.executescript(FIRST)
        for number in range(200):
            connection.execute(
                "insert into progress values (?, ?)", (someone(number), trace(someone(number)))
            )
        connection.execute("delete from progress where saved like 'trace%'")
    assert leftovers(folder, someone(0), someone(150)) != []
    return path


def test_the_file_of_the_first_backbeat_is_read(tmp_path):
    path = first(tmp_path)
    store = SqliteStore(path)
    kept = store.load(ME)
    assert kept.progress == SOME
    assert store.load(YOU).progress == Progress(at=9)
    assert 0 != kept.revision != store.load(YOU).revision != 0
    store.save(ME, dump(Progress()), kept.revision)
    assert store.load(ME).progress == Progress()
    assert rows(path, "select * from damaged") == [(YOU, "{")]


def test_leftovers_in_the_file_of_the_first_backbeat_are_cleared_when_it_is_opened(tmp_path):
    SqliteStore(first(tmp_path)).check()
    assert leftovers(tmp_path, *(someone(number) for number in range(200))) == []


def test_opening_it_again_goes_on_where_somebody_was_killed_on_the_way(tmp_path):
    path = first(tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"{SECOND} pragma user_version = 2;")  # and not yet vacuumed
    revision = SqliteStore(path).load(ME).revision
    assert rows(path, "pragma user_version") == [(4,)]
    assert SqliteStore(path).load(ME).revision == revision


def test_several_processes_may_open_the_file_of_the_first_backbeat_at_once(tmp_path):
    script = "sys.stdin.readline()\nkept = store.load(ME)\nprint(json.dumps([kept.progress == SOME, kept.revision]))\n"
    path = first(tmp_path)
    with ExitStack() as stack:
        command = [sys.executable, "-c", HEAD + script, str(tmp_path)]
        several = [
            stack.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
            )
            for _ in range(4)
        ]
        for process in several:
            process.stdin.write("now\n")
            process.stdin.flush()
        found = [json.loads(process.communicate()[0]) for process in several]
    revision = SqliteStore(path).load(ME).revision
    assert found == [[True, revision]] * 4


def test_several_may_make_the_file_at_once(tmp_path):
    for number in range(25):
        stores = [SqliteStore(tmp_path / f"{number}") for _ in range(4)]  # each its own, as of processes
        assert at_once(*(store.check for store in stores)) == []


def test_the_file_of_a_newer_backbeat_is_left_alone(tmp_path):
    path = tmp_path / "db"
    SqliteStore(path).check()
    rows(path, "pragma user_version = 99")
    with pytest.raises(
        StoreError,
        match=r"progress is kept in .*, and it was laid out by a newer Backbeat \(as 99\): update this one",
    ):
        SqliteStore(path).load(ME)
    assert rows(path, "pragma user_version") == [(99,)]


def test_looking_whether_it_works_writes_nothing(tmp_path):
    path = tmp_path / "db"
    store = SqliteStore(path)
    store.check()
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    for _ in range(100):
        store.check()
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_is_gone_or_another_is_said_and_not_written_to(tmp_path, replaced):
    path = tmp_path / "db"
    store = SqliteStore(path)
    store.save(ME, dump(Progress(met=True)), 0)
    for file in tmp_path.iterdir():
        file.rename(tmp_path / f"old-{file.name}")
    if replaced:
        SqliteStore(path).check()
    for asked in (store.check, lambda: store.load(ME), lambda: store.save(ME, dump(Progress()), 0)):
        with pytest.raises(StoreError, match="was removed or replaced while Backbeat was running"):
            asked()
    assert not replaced or records(path) == []


def test_a_file_that_is_brought_back_is_gone_on_with(tmp_path):
    path = tmp_path / "db"
    store = SqliteStore(path)
    store.save(ME, dump(Progress(met=True)), 0)
    path.rename(tmp_path / "away")
    with pytest.raises(StoreError):
        store.check()
    (tmp_path / "away").rename(path)
    assert store.load(ME).progress == Progress(met=True)


def test_ten_days_on_no_byte_tells_that_somebody_had_stopped_for_their_health(tmp_path):
    """Also of somebody who never comes back."""
    path, now = tmp_path / "db", [1_793_604_600.0]
    store = SqliteStore(path, lambda: now[0])
    store.save(YOU, dump(Progress(met=True)), 0)
    store.save(ME, dump(Progress(met=True, unwell=Unwell(2, round(now[0] * 1000)))), 0)
    now[0] += 20 * 60 * 60
    store.tend()
    assert store.load(ME).progress.unwell  # it is still their day
    now[0] += 10 * 24 * 60 * 60
    store.tend()
    assert store.load(ME).progress == Progress(met=True)
    assert [file.name for file in tmp_path.iterdir() if b"unwell" in file.read_bytes()] == []


def test_what_is_kept_can_be_read_by_its_owner_alone(tmp_path):
    path = tmp_path / "db"
    path.touch(0o644)
    store = SqliteStore(path)
    store.save(ME, dump(Progress(met=True)), 0)
    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == dict.fromkeys(
        ("db", "db-wal", "db-shm"), 0o600
    )
