"""Every store keeps what it is given; and what can go wrong with a file on a disk is one error that says what to do."""

import json
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from skill.app import DATABASE, create_app
from skill.coach.plan import Bookmark
from skill.coach.state import Progress
from skill.errors import StoreError
from skill.saved import dump
from skill.settings import Settings
from skill.store import SqliteStore, Store
from tests.alexa.signing import NOW, USER_ID, Amazon
from tests.fakes import MemoryStore

ME, YOU = "0" * 64, "1" * 64
SOME = Progress(met=True, told={"pelvic_tilt": 2}, place=Bookmark("back_routine", "pelvic_tilt", rep=5), at=7)
TOO_MUCH = Progress(told={f"{'exercise' * 10}_{i}": 1 for i in range(5000)})
"""About half a megabyte."""


def keep(progress: Progress) -> Callable[[Progress | None], Progress]:
    """The change that keeps just this."""
    return lambda _: progress


# --- What every store does ------------------------------------------------------------------------------------


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "progress.sqlite3")


def test_nothing_is_kept_of_a_stranger(store):
    assert store.load(ME) is None


def test_what_is_kept_is_read_again(store):
    store.update(ME, keep(SOME))
    assert store.load(ME) == SOME
    assert store.load(YOU) is None


def test_a_change_sees_what_was_kept(store):
    seen = []
    for progress in (SOME, Progress()):
        store.update(ME, lambda kept, progress=progress: seen.append(kept) or progress)
    assert seen == [None, SOME]
    assert store.load(ME) == Progress()


def test_a_change_that_fails_changes_nothing(store):
    store.update(ME, keep(SOME))

    def fail(_: Progress | None) -> Progress:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.update(ME, fail)
    assert store.load(ME) == SOME
    store.update(ME, lambda kept: replace(kept, at=8))
    assert store.load(ME).at == 8


def at_once(*works: Callable[[], object]) -> list[Exception]:
    """Each in a thread of its own, from the same moment; what went wrong in them."""
    start, failed = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        start.wait()
        try:
            work()
        except Exception as error:  # noqa: BLE001  # whatever it is, the test is to show it
            failed.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def test_two_at_once_lose_nothing(store):
    def count() -> None:
        for _ in range(200):
            store.update(ME, lambda kept: replace(kept or Progress(), at=(kept.at if kept else 0) + 1))

    assert at_once(count, count) == []
    assert store.load(ME).at == 400


# --- SQLite: what can go wrong --------------------------------------------------------------------------------


def refused(store: SqliteStore) -> set[str]:
    """The store cannot be used in any way, and says what to do about it."""
    said = set()
    for use in (lambda: store.load(ME), lambda: store.update(ME, keep(SOME)), store.check):
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
        updates = [lambda person=str(n), store=store: store.update(person, keep(SOME)) for n in range(4)]
        assert at_once(*updates) == []


def test_a_closed_store_opens_again(tmp_path):
    store = SqliteStore(tmp_path / "db")
    store.close()
    store.update(ME, keep(SOME))
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["db"]  # with everything in it
    assert store.load(ME) == SOME


def in_a_process(script: str, folder: Path) -> list[Any]:
    """What ``script`` prints, a line of JSON each, with ``folder`` as its argument."""
    head = (
        "import json, os, resource, sys\nfrom pathlib import Path\nfrom skill.errors import StoreError\n"
        "from skill.store import SqliteStore\nfrom tests.test_store import ME, SOME, TOO_MUCH, keep\n"
        "store = SqliteStore(Path(sys.argv[1]) / 'db')\n"
        "def attempt(use, *args):\n"
        "    try:\n        print(json.dumps(repr(use(*args))))\n"
        "    except StoreError as error:\n        print(json.dumps(str(error)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", head + script, str(folder)],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_full_disk_keeps_what_was_kept_and_is_forgotten_when_there_is_room(tmp_path):
    full, kept, mended, now = in_a_process(
        """
store.update(ME, keep(SOME))
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))  # no file may grow beyond this
attempt(store.update, ME, keep(TOO_MUCH))
attempt(store.load, ME)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
attempt(store.update, ME, keep(TOO_MUCH))
print(json.dumps(store.load(ME) == TOO_MUCH))
""",
        tmp_path,
    )
    assert "see that the disk has room" in full
    assert kept == repr(SOME)
    assert (mended, now) == ("None", True)


def test_a_file_that_may_only_be_read_is_said_so():
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to all but their owner
        folder = Path(name)
        SqliteStore(folder / "db").update(ME, keep(SOME))
        (folder / "db").chmod(0o444)
        folder.chmod(0o555)
        said = in_a_process(
            """
if os.geteuid() == 0:
    os.setuid(65534)  # nobody: a root may write to anything
attempt(store.update, ME, keep(SOME))
attempt(store.check)
""",
            folder,
        )
        folder.chmod(0o755)
        assert ["see that the disk has room and the folder can be written to" in text for text in said] == [
            True
        ] * 2


# --- SQLite: what is in it ------------------------------------------------------------------------------------


def rows(path: Path, query: str, *values: str | bytes) -> list[tuple[Any, ...]]:
    """What a query finds in the file, or does to it."""
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(query, values).fetchall()


DAMAGED = {
    "empty": b"",
    "not JSON": b"{",
    "not UTF-8": b'{"v":1,"told":{"\xff":1}}',
    "not a record": b"[]",
    "no version": b"{}",
    "a wrong type": b'{"v":1,"place":3}',
    "nested without end": b"[" * 99999,
}


@pytest.mark.parametrize("use", ["load", "update"])
@pytest.mark.parametrize("saved", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_record_is_set_aside_and_not_lost(tmp_path, saved, use):
    path = tmp_path / "db"
    store = SqliteStore(path)
    store.update(YOU, keep(SOME))
    rows(path, "insert into progress values (?, cast(? as text))", ME, saved)
    if use == "load":
        assert store.load(ME) is None
    else:
        store.update(ME, lambda kept: Progress(at=1 if kept is None else 2))
        assert store.load(ME) == Progress(at=1)
    assert rows(path, "select person, cast(saved as blob) from damaged") == [(ME, saved)]
    assert store.load(YOU) == SOME


def test_a_record_from_a_newer_version_is_left_alone(tmp_path):
    path = tmp_path / "db"
    store = SqliteStore(path)
    store.check()
    newer = '{"v":2,"spot":"here"}'
    rows(path, "insert into progress values (?, ?)", ME, newer)
    for use in (lambda: store.load(ME), lambda: store.update(ME, keep(SOME))):
        with pytest.raises(StoreError, match=r"saved as version 2, .*: update this Backbeat"):
            use()
    assert rows(path, "select saved from progress") == [(newer,)]
    assert rows(path, "select * from damaged") == []
    store.update(YOU, keep(SOME))
    assert store.load(YOU) == SOME


def test_a_record_is_the_progress_and_nothing_more(tmp_path):
    SqliteStore(tmp_path / "db").update(ME, keep(SOME))
    ((person, saved),) = rows(tmp_path / "db", "select person, saved from progress")
    assert person == ME
    assert json.loads(saved) == dump(SOME)


def test_no_file_holds_a_user_id(tmp_path):
    client = create_app(Settings(tmp_path, local=True)).test_client()
    assert client.post("/alexa", json=Amazon.envelope(NOW)).status_code == 200
    ((person, _),) = rows(tmp_path / DATABASE, "select person, saved from progress")
    assert len(bytes.fromhex(person)) == 32
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert DATABASE in files
    assert [name for name, content in files.items() if USER_ID.encode() in content] == []
