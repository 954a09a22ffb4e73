"""Whoever asked to be forgotten is forgotten in the end, whatever is in the way; and nobody else notices."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from skill.app import create_app
from skill.coach.dialogue.state import Progress
from skill.errors import StoreError
from skill.kept.chosen import open_store
from skill.kept.layout import shard
from skill.kept.saved import dump
from skill.kept.sqlite import SqliteStore
from skill.kept.store import Kept
from skill.kept.wished import Wished
from skill.server import tending
from skill.settings import DATABASE, Settings, prepare
from tests.alexa.signing import NOW, SKILL_ID, Amazon
from tests.fakes import BrokenStore, MemoryStore, at_once, records

ME, YOU = "0" * 64, "1" * 64
SOME = Progress(met=True, at=7)
ROOT = Path(__file__).parent.parent


@pytest.fixture
def no_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skill.kept.sqlite.BUSY_MS", 1)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Another program is writing to it, and takes its time."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        yield
        other.execute("rollback")


def found(folder: Path, person: str = ME) -> list[str]:
    """The files that name somebody, or have a byte of them."""
    return [
        path.name for path in folder.iterdir() if person in path.name or person.encode() in path.read_bytes()
    ]


@pytest.mark.usefixtures("no_long_waits")
def test_who_asks_while_the_file_is_held_is_a_stranger_at_once_and_gone_as_soon_as_it_is_let_go(tmp_path):
    store = open_store(Settings(tmp_path))
    store.save(ME, dump(SOME), 0)
    store.save(YOU, dump(SOME), 0)
    with held(tmp_path / DATABASE):
        assert store.forget(ME)
        with pytest.raises(StoreError, match="another program has held it for too long"):
            store.load(ME)  # not as it was
        assert store.load(YOU).progress == SOME
        with pytest.raises(StoreError):
            store.tend()
    assert found(tmp_path)
    store.tend()
    assert found(tmp_path) == []
    assert store.load(ME) == Kept()


@pytest.mark.usefixtures("no_long_waits")
def test_who_comes_back_before_it_is_done_begins_anew(tmp_path):
    store = open_store(Settings(tmp_path))
    store.save(ME, dump(SOME), 0)
    with held(tmp_path / DATABASE):
        store.forget(ME)
    assert store.load(ME) == Kept()
    store.save(ME, dump(Progress(at=9)), 0)
    store.tend()
    assert store.load(ME).progress == Progress(at=9)


def test_a_wish_outlives_a_kill_in_the_middle(tmp_path):
    """The process dies while it deletes; the next one begins with it, before it serves anybody."""
    prepare(tmp_path)
    store = open_store(Settings(tmp_path))
    store.save(ME, dump(SOME), 0)
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom skill.kept import sqlite\n"
        "from skill.kept.chosen import open_store\nfrom skill.settings import Settings\n"
        "sqlite.write_anew = lambda *_, **__: os._exit(9)\n"
        f"open_store(Settings(Path(sys.argv[1]))).forget({ME!r})\n"
    )
    assert (
        subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, check=False).returncode == 9
    )
    assert found(tmp_path)
    create_app(Settings(tmp_path, local=True))
    assert found(tmp_path) == []


def test_a_server_that_runs_tries_again_by_itself(monkeypatch):
    monkeypatch.setattr("skill.server.TEND_S", 0)
    over, times = Event(), []

    def tend() -> None:
        times.append(1)
        if len(times) == 3:
            over.set()

    thread = Thread(target=tending, args=(tend, over))
    thread.start()
    thread.join(10)
    assert len(times) == 3


def test_where_not_even_the_wish_can_be_kept_it_is_done_at_once_or_not_said_to_be(tmp_path):
    gone = tmp_path / "gone"
    mended, broken = MemoryStore(), BrokenStore("forget")
    for store in (mended, broken):
        store.kept[ME] = SOME
    assert Wished(mended, gone).forget(ME)
    assert mended.kept == {}
    with pytest.raises(StoreError):
        Wished(broken, gone).forget(ME)


# --- As Alexa tells it ----------------------------------------------------------------------------------------


def disabled(at: int = 0) -> bytes:
    """Alexa's word that they no longer want us; so many seconds from now."""
    return Amazon.body(
        NOW + timedelta(seconds=at), request={"type": "AlexaSkillEvent.SkillDisabled"}, session=None
    )


@pytest.mark.usefixtures("no_long_waits")
def test_while_the_file_is_held_alexa_is_told_that_it_is_done_and_it_is(tmp_path):
    app = create_app(Settings(tmp_path, SKILL_ID), verify=lambda _, body: json.loads(body))
    client = app.test_client()
    opened = Amazon.body(NOW, request={"type": "IntentRequest", "intent": {"name": "BeginIntent"}})
    client.post("/alexa", data=opened, content_type="application/json")
    ((person, _),) = records(tmp_path / DATABASE)
    with held(tmp_path / DATABASE):
        assert client.post("/alexa", data=disabled(1), content_type="application/json").status_code == 200
    app.extensions["backbeat.tending"]()
    assert records(tmp_path / DATABASE) == []
    assert found(tmp_path, person) == []


def test_whoever_has_come_back_since_is_not_forgotten_for_what_was_said_before(tmp_path):
    """Skill events come late, and out of their order: up to an hour."""
    client = create_app(Settings(tmp_path, SKILL_ID), verify=lambda _, body: json.loads(body)).test_client()
    opened = Amazon.body(NOW, request={"type": "IntentRequest", "intent": {"name": "BeginIntent"}})
    client.post("/alexa", data=opened, content_type="application/json")
    client.post("/alexa", data=disabled(-600), content_type="application/json")
    assert len(records(tmp_path / DATABASE)) == 1
    client.post("/alexa", data=disabled(600), content_type="application/json")
    assert records(tmp_path / DATABASE) == []


@pytest.mark.usefixtures("no_long_waits")
def test_what_can_neither_be_done_nor_kept_alexa_is_asked_to_say_again(tmp_path, monkeypatch):
    client = create_app(Settings(tmp_path, SKILL_ID), verify=lambda _, body: json.loads(body)).test_client()
    opened = Amazon.body(NOW, request={"type": "IntentRequest", "intent": {"name": "BeginIntent"}})
    client.post("/alexa", data=opened, content_type="application/json")

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "touch", full)
    with held(tmp_path / DATABASE):
        answer = client.post("/alexa", data=disabled(1), content_type="application/json")
    assert answer.status_code == 503
    assert len(records(tmp_path / DATABASE)) == 1


# --- Nobody waits ---------------------------------------------------------------------------------------------


@pytest.mark.alone
def test_many_who_are_forgotten_at_once_are_all_gone_and_the_others_are_all_there(tmp_path):
    """Each is deleted by writing a small table anew, not the whole file: what a table has, others in it keep."""
    store = SqliteStore(tmp_path / "db")
    people = [f"{number:064x}" for number in range(2000)]
    store.check()
    with closing(sqlite3.connect(tmp_path / "db")) as database:
        for person in people:
            database.execute(
                f"insert into {shard(person)} values (?, ?, 1)", (person, json.dumps(dump(SOME)))
            )
        database.commit()
    gone, stay = people[:40], people[40:]
    assert at_once(*(lambda some=gone[n::4]: [store.forget(one) for one in some] for n in range(4))) == []
    assert [person for person, _ in records(tmp_path / "db")] == sorted(stay)
    store.tend()
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert [person for person in gone if person.encode() in raw] == []
