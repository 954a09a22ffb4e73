"""Every store keeps what it is given, and loses nothing of what two write at once: in memory, in a file, in a table."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from skill.coach.dialogue.state import Progress
from skill.errors import Conflict, SettingsError
from skill.kept.chosen import open_store
from skill.kept.dynamo import DynamoStore
from skill.kept.saved import dump
from skill.kept.sqlite import SqliteStore
from skill.kept.store import Kept, Store
from skill.settings import DATABASE, Settings
from tests import aws
from tests.fakes import MemoryStore, at_once
from tests.kept import ME, SOME, YOU, add_one

PAIRS = 50
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def dynamo() -> Iterator[aws.Dynamo]:
    with aws.serving() as made:
        yield made


@pytest.fixture(params=["memory", "sqlite", "dynamodb"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    made: Store
    match request.param:
        case "memory":
            made = MemoryStore()
        case "sqlite":
            made = SqliteStore(tmp_path / "db")
        case _:
            dynamo = request.getfixturevalue("dynamo")
            dynamo.at_hand(monkeypatch)
            made = DynamoStore(dynamo.table())
    yield made
    made.close()


def test_nothing_is_kept_of_a_stranger(store):
    assert store.load(ME) == Kept()


def test_what_is_kept_is_read_again(store):
    store.save(ME, dump(SOME), 0)
    assert store.load(ME).progress == SOME
    assert store.load(YOU) == Kept()


def test_a_record_is_written_over_the_one_that_was_read(store):
    store.save(ME, dump(SOME), 0)
    first = store.load(ME)
    store.save(ME, dump(Progress()), first.revision)
    second = store.load(ME)
    assert second.progress == Progress()
    assert 0 != first.revision != second.revision != 0


def test_a_record_is_not_written_over_another_than_was_read(store):
    store.save(ME, dump(SOME), 0)
    read = store.load(ME)
    store.save(ME, dump(replace(SOME, at=8)), read.revision)
    for stale in (read.revision, 0):
        with pytest.raises(Conflict):
            store.save(ME, dump(Progress()), stale)
    assert store.load(ME).progress == replace(SOME, at=8)


def test_each_record_has_its_own_revision(store):
    store.save(ME, dump(SOME), 0)
    store.save(YOU, dump(SOME), 0)
    with pytest.raises(Conflict):
        store.save(ME, dump(Progress()), store.load(YOU).revision)


def test_what_is_forgotten_is_gone(store):
    store.save(ME, dump(SOME), 0)
    store.save(YOU, dump(SOME), 0)
    assert store.forget(ME) is True
    assert store.load(ME) == Kept()
    assert store.load(YOU).progress == SOME
    assert store.forget(ME) is False


def test_a_turn_that_began_before_they_were_forgotten_does_not_bring_them_back(store):
    store.save(ME, dump(SOME), 0)
    read = store.load(ME)
    store.forget(ME)
    with pytest.raises(Conflict):
        store.save(ME, dump(SOME), read.revision)
    assert store.load(ME) == Kept()


def test_a_record_made_anew_is_not_taken_for_the_one_that_was_forgotten(store):
    store.save(ME, dump(SOME), 0)
    read = store.load(ME)
    store.forget(ME)
    store.save(ME, dump(Progress()), 0)
    with pytest.raises(Conflict):
        store.save(ME, dump(SOME), read.revision)
    assert store.load(ME).progress == Progress()


def test_a_check_leaves_nothing_behind(store):
    store.save(ME, dump(SOME), 0)
    before = store.load(ME)
    store.check()
    assert store.load(ME) == before


def test_a_closed_store_opens_again(store):
    store.save(ME, dump(SOME), 0)
    store.close()
    store.close()
    assert store.load(ME).progress == SOME


# --- Two at once ----------------------------------------------------------------------------------------------


def test_of_fifty_pairs_at_once_none_loses_anything(store):
    both = threading.Barrier(2)
    attempts = []

    def count() -> None:
        for _ in range(PAIRS):
            both.wait()
            attempts.append(add_one(store))

    assert at_once(count, count) == []
    assert store.load(ME).progress == Progress(at=2 * PAIRS)
    assert set(attempts) <= {1, 2}  # of two, the later finds what the earlier has kept, and only once


def test_of_fifty_pairs_in_two_processes_none_loses_anything(tmp_path):
    script = (
        "import sys\nfrom pathlib import Path\nfrom skill.kept.sqlite import SqliteStore\n"
        "from tests.kept import add_one\nstore = SqliteStore(Path(sys.argv[1]))\n"
        "for line in sys.stdin:\n    print(add_one(store), flush=True)\n"
    )
    path = tmp_path / "db"
    command = [sys.executable, "-c", script, str(path)]
    attempts = set()
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as one,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        ) as other,
    ):
        for _ in range(PAIRS):
            for process in (one, other):
                process.stdin.write("now\n")
                process.stdin.flush()
            attempts |= {json.loads(process.stdout.readline()) for process in (one, other)}
        for process in (one, other):
            process.stdin.close()
            assert process.wait(20) == 0
    assert SqliteStore(path).load(ME).progress == Progress(at=2 * PAIRS)
    assert attempts <= {1, 2}


def test_a_turn_that_races_with_being_forgotten_leaves_nothing(store):
    """However the two fall: what was known before they were forgotten is in no record after it."""
    for _ in range(10):
        store.save(ME, dump(SOME), store.load(ME).revision)
        read = store.load(ME)

        def late(read: Kept = read) -> None:
            try:
                store.save(ME, dump(replace(SOME, at=8)), read.revision)
            except Conflict:
                return

        assert at_once(late, lambda: store.forget(ME)) == []
        assert store.load(ME) == Kept()


# --- Which one ------------------------------------------------------------------------------------------------


def test_the_store_is_the_one_that_was_chosen(tmp_path, monkeypatch, dynamo):
    dynamo.at_hand(monkeypatch)
    monkeypatch.chdir(tmp_path)
    table = dynamo.table()
    (tmp_path / "data").mkdir()
    for chosen in ("", "sqlite:///here", f"sqlite:///{tmp_path}/there", f"dynamodb://{table}"):
        store = open_store(Settings(tmp_path / "data", store=chosen))
        store.save(ME, dump(SOME), 0)
        store.close()
    assert {path.name for path in tmp_path.iterdir()} == {"data", "here", "there"}
    assert [path.name for path in (tmp_path / "data").iterdir()] == [DATABASE]
    assert [*dynamo.items(table)] == [ME]


def test_a_table_without_botocore_is_said_so(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "botocore.session", None)
    with pytest.raises(SettingsError, match=r"needs botocore: pip install 'backbeat\[dynamo\]'$"):
        open_store(Settings(tmp_path, store="dynamodb://progress"))
    open_store(Settings(tmp_path)).check()


def test_boto3_is_imported_by_those_who_use_it():
    script = (
        "import sys, skill.commands.main, skill.app\nprint('boto3' in sys.modules, 'botocore' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == ["False", "False"]
