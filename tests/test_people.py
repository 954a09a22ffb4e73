"""Taking along what is kept of one, bringing it in elsewhere, and backups: the commands, as somebody in a terminal meets them."""

import json
import os
import re
import sqlite3
import stat
import subprocess
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from skill.coach.dialogue.run import Phase, Run
from skill.coach.dialogue.state import Progress
from skill.commands.people import backup, bring, export, forget
from skill.errors import StoreError
from skill.kept.backup import back_up
from skill.kept.saved import VERSION, dump
from skill.kept.sqlite import SqliteStore
from skill.kept.taken import MOST, brought, taken
from skill.settings import DATABASE, KEY, at_the_terminal, person, prepare
from tests import aws
from tests.alexa.signing import USER_ID
from tests.fakes import records
from tests.test_cli import backbeat, log_as_before  # noqa: F401  # a command says where the log goes
from tests.test_proxies import block
from tests.test_saved import SAMPLES, STREAM, progresses
from tests.test_server import BACKBEAT, PATIENCE_S, environment

pytestmark = pytest.mark.alone

ON_SET_TWO = "You were on set two of the pelvic tilt."


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def practised(data: Path, *options: str) -> Path:
    """Where somebody has been led to their second set."""
    assert backbeat("talk", "--fast", *options, said="yes\nyes\n", data=data).exit_code == 0
    return data


def me(data: Path) -> str:
    return person(prepare(data), at_the_terminal("me"))


# Taking along


def test_one_goes_on_elsewhere_where_one_was(data: Path, tmp_path: Path):
    file, there = tmp_path / "me.json", tmp_path / "there"
    out = backbeat("export", "-o", str(file), data=practised(data))
    assert (out.exit_code, out.output) == (0, f"All that is kept about them is in {file}.\n")
    into = backbeat("import", str(file), data=there)
    assert (into.exit_code, into.output) == (0, "It is brought in.\n")
    assert backbeat("export", data=there).output == file.read_text("utf-8")
    assert ON_SET_TWO in backbeat("talk", "--fast", data=there).output


def test_it_is_readable_and_names_nobody(data: Path, tmp_path: Path):
    file = tmp_path / "me.json"
    backbeat("export", "-o", str(file), data=practised(data))
    text = file.read_text("utf-8")
    assert text.startswith(f'{{\n  "v": {VERSION},\n  "met": true,\n')
    assert json.loads(text)["place"]["exercise"] == "pelvic_tilt"
    for secret in (me(data), prepare(data).hex(), "terminal"):
        assert secret not in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_stream_of_ones_own_names_nobody_either():
    them = person(bytes(range(32)), "person:amzn1.ask.person.SOMEBODY")
    theirs = Progress(run=Run(replace(STREAM, whose=them), 0, 1, Phase.PLAYING))
    assert them.encode() not in taken(theirs)
    named = json.dumps(dump(theirs)).encode()
    assert them.encode() in named
    assert brought(named) == brought(taken(theirs)) == replace(theirs, run=Run(STREAM, 0, 1, Phase.PLAYING))


def test_somebody_at_a_speaker_takes_along_what_was_kept_at_the_terminal(data: Path):
    told = backbeat("export", data=practised(data)).output
    file = data.with_name("me.json")
    file.write_text(told, "utf-8")
    assert backbeat("import", str(file), "--alexa", USER_ID, data=data).exit_code == 0
    assert backbeat("export", "--alexa", f" {USER_ID} ", data=data).output == told
    assert len(records(data / DATABASE)) == 2


@settings(max_examples=60)
@given(progresses)
def test_what_comes_out_goes_in_and_comes_out_the_same(progress: Progress):
    with closing(SqliteStore(Path(MEMORY))) as store:
        file = taken(progress)
        store.save("somebody", dump(brought(file)), store.load("somebody").revision)
        kept = store.load("somebody").progress
        assert kept is not None
        assert taken(kept) == file


MEMORY = ""


@pytest.fixture(scope="module", autouse=True)
def somewhere(tmp_path_factory: pytest.TempPathFactory) -> None:
    global MEMORY  # noqa: PLW0603  # Hypothesis and fixtures of a function do not go together
    MEMORY = str(tmp_path_factory.mktemp("law") / DATABASE)


def test_it_goes_into_a_table_and_out_again(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "me.json"
    backbeat("export", "-o", str(file), data=practised(data))
    with aws.serving() as dynamo:
        dynamo.at_hand(monkeypatch)
        table = dynamo.table()
        monkeypatch.setenv("BACKBEAT_STORE", f"dynamodb://{table}")
        assert backbeat("import", str(file), data=data).output == "It is brought in.\n"
        assert backbeat("export", data=data).output == file.read_text("utf-8")
        refused = backbeat("backup", str(tmp_path / "backup"), data=data)
    assert refused.exit_code == 1
    assert f"update-continuous-backups --table-name {table} --point-in-time-recovery" in refused.output


@pytest.mark.parametrize("command", [["export"], ["export", "--user", "nobody"]])
def test_where_nothing_is_kept_there_is_nothing_to_take_along(data: Path, command: list[str]):
    out = backbeat(*command, data=data)
    assert (out.exit_code, out.output) == (1, "nothing is kept about them\n")


@pytest.mark.parametrize("command", [export, bring, forget], ids=lambda command: command.name)
def test_whom_it_is_about_must_be_clear(data: Path, tmp_path: Path, command):
    file = tmp_path / "me.json"
    file.write_bytes(taken(Progress()))
    words = [str(file)] if command is bring else []
    run = backbeat(str(command.name), *words, "--user", "me", "--alexa", USER_ID, data=data)
    assert run.exit_code == 2
    assert "Give --user NAME, or --alexa USER_ID." in run.output


def test_a_file_that_cannot_be_written_is_said_so(data: Path, tmp_path: Path):
    out = backbeat("export", "-o", str(tmp_path / "none" / "me.json"), data=practised(data))
    assert out.exit_code == 1
    assert out.output.startswith(f"cannot write {tmp_path / 'none' / 'me.json'} (No such file or directory)")


# Bringing in

WRONG = {
    "no JSON": (b"{", "cannot be brought in, as it is not a saved Progress: it is no JSON in UTF-8: export it once more"),
    "another encoding": ('{"v": 4}'.encode("utf-16"), "it is no JSON in UTF-8"),
    "no progress": (b"[]", "it has no version"),
    "too deep": (b"[" * 100_000, "it is no JSON"),
    "too large": (b" " * (MOST + 1), "it is too large"),
    "a wrong value": (b'{"v": 4, "place": 7}', "not a saved Progress: ValidationError"),
    "a newer one": (b'{"v": 99}', "was saved as version 99, which this Backbeat does not know yet: update this Backbeat"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_ours_changes_nothing_and_is_said_so(data: Path, tmp_path: Path, name: str):
    before = backbeat("export", data=practised(data)).output
    (tmp_path / "wrong").write_bytes(WRONG[name][0])
    run = backbeat("import", str(tmp_path / "wrong"), "--yes", data=data)
    assert run.exit_code == 1
    assert run.output.startswith(f"{tmp_path / 'wrong'} ")
    assert WRONG[name][1] in run.output
    assert len(run.output.splitlines()) == 1
    assert backbeat("export", data=data).output == before


def test_a_file_that_is_not_there_is_said_so(data: Path, tmp_path: Path):
    run = backbeat("import", str(tmp_path / "none"), data=data)
    assert run.exit_code == 1
    assert run.output.startswith(f"cannot read {tmp_path / 'none'} (No such file or directory)")


OLDER = [
    (saved, value) for samples in SAMPLES.values() for saved, value in samples if isinstance(value, Progress)
]


@pytest.mark.parametrize("number", range(len(OLDER)))
def test_what_an_older_backbeat_wrote_is_brought_in(number: int):
    saved, value = OLDER[number]
    assert brought(saved.encode()) == value


@pytest.mark.parametrize(("said", "left"), [("y\n", "elsewhere"), ("n\n", "here"), ("\n", "here")])
def test_it_is_asked_before_anything_is_replaced(data: Path, tmp_path: Path, said: str, left: str):
    told = {
        "here": backbeat("export", data=practised(data)).output,
        "elsewhere": taken(Progress(met=True, at=1)).decode(),
    }
    (tmp_path / "file").write_text(told["elsewhere"], "utf-8")
    run = backbeat("import", str(tmp_path / "file"), said=said, data=data)
    assert run.output.startswith("Something is kept about them. Replace all of it? [y/N]: ")
    assert backbeat("export", data=data).output == told[left]


def test_whoever_is_coached_in_that_moment_loses_nothing(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "file").write_bytes(taken(Progress(at=1)))
    newest = Progress(met=True, at=7)

    def meanwhile(_: str) -> bool:
        with closing(SqliteStore(data / DATABASE)) as store:
            store.save(me(data), dump(newest), store.load(me(data)).revision)
        return True

    practised(data)
    monkeypatch.setattr("skill.commands.people.click.confirm", meanwhile)
    run = backbeat("import", str(tmp_path / "file"), data=data)
    assert run.exit_code == 1
    assert (
        run.output
        == "they were coached in this moment, and nothing was brought in: have them stop, and try again\n"
    )
    assert backbeat("export", data=data).output == taken(newest).decode()


# Backups


def test_a_backup_made_while_others_write_has_all_that_was_kept_before(data: Path, tmp_path: Path):
    key, copy = prepare(data), tmp_path / "backup"
    before = [f"before {number}" for number in range(200)]
    with closing(SqliteStore(data / DATABASE)) as store:
        for somebody in before:
            store.save(somebody, dump(Progress(met=True, at=1)), 0)
        busy, over = threading.Event(), threading.Event()

        def write() -> None:
            number = 0
            while not over.is_set():
                store.save(f"meanwhile {number}", dump(Progress(at=2)), 0)
                number += 1
                if number > 20:
                    busy.set()

        writer = threading.Thread(target=write)
        writer.start()
        assert busy.wait(PATIENCE_S)
        done = backbeat("backup", str(copy), data=data)
        over.set()
        writer.join()
    assert (
        done.output
        == f"Everybody's progress and the key are in {copy}. Whoever is forgotten later is still in it.\n"
    )
    assert {path.name for path in copy.iterdir()} == {DATABASE, KEY}
    assert {stat.S_IMODE(path.stat().st_mode) for path in copy.iterdir()} == {0o600}
    assert stat.S_IMODE(copy.stat().st_mode) == 0o700
    assert (copy / KEY).read_bytes() == key
    with closing(sqlite3.connect(copy / DATABASE)) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
    kept = {somebody for somebody, _ in records(copy / DATABASE)}
    assert {*before, *(f"meanwhile {number}" for number in range(21))} <= kept


def test_a_folder_that_holds_something_is_left_as_it_is(data: Path, tmp_path: Path):
    (tmp_path / "mine").write_text("mine")
    run = backbeat("backup", str(tmp_path), data=practised(data))
    assert (run.exit_code, run.output) == (1, f"{tmp_path} holds something already: give a new folder\n")
    assert {path.name for path in tmp_path.iterdir()} == {"mine", "data"}


def test_an_empty_folder_will_do_and_so_will_one_that_is_not_there(data: Path, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    practised(data)
    for folder in (tmp_path / "empty", tmp_path / "not" / "there"):
        assert backbeat("backup", str(folder), data=data).exit_code == 0
        assert (folder / KEY).exists()


def test_a_copy_that_is_not_whole_is_no_backup(tmp_path: Path):
    with closing(SqliteStore(tmp_path / DATABASE)) as store:
        store.save("somebody", dump(Progress(met=True)), 0)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        connection.execute("pragma journal_mode = delete")
    with (tmp_path / DATABASE).open("r+b") as file:
        file.seek(4096 * 100)
        file.write(b"\xff" * 4096)
    with pytest.raises(
        StoreError, match=r"cannot be copied to .* see that there is room, and run backbeat doctor"
    ):
        back_up(tmp_path / DATABASE, b"key", tmp_path / "backup")
    assert [path.name for path in tmp_path.iterdir()] == [DATABASE]


def test_where_there_is_no_room_that_is_said(data: Path, tmp_path: Path):
    (tmp_path / "file").write_text("no folder")
    run = backbeat("backup", str(tmp_path / "file" / "backup"), data=practised(data))
    assert run.exit_code == 1
    assert run.output.startswith(f"cannot make a backup in {tmp_path / 'file' / 'backup'} (File exists)")


def test_where_nothing_is_kept_there_is_nothing_to_back_up(data: Path, tmp_path: Path):
    run = backbeat("backup", str(tmp_path / "backup"), data=data)
    assert (run.exit_code, run.output) == (1, f"nothing is kept in {data / DATABASE} yet\n")


def test_whoever_wished_to_be_forgotten_is_in_no_backup(data: Path, tmp_path: Path):
    practised(practised(data), "--user", "ann")
    (data / f"forget-{me(data)}").touch()  # which could not be done at once
    assert backbeat("backup", str(tmp_path / "backup"), data=data).exit_code == 0
    ann = person(prepare(data), at_the_terminal("ann"))
    assert [somebody for somebody, _ in records(tmp_path / "backup" / DATABASE)] == [ann]


# As the README says


def shell(commands: str, folder: Path, data: Path) -> None:
    """Run them where ``FOLDER`` is a folder."""
    path = f"{BACKBEAT.parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        ["sh", "-euc", commands.replace("FOLDER", "backup")],
        cwd=folder,
        env=environment(BACKBEAT_DATA_DIR=str(data), PATH=path),
        check=True,
        timeout=PATIENCE_S,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def test_the_readmes_way_there_and_back(data: Path, tmp_path: Path):
    """Its three commands and the one for bringing back, as they are written, on whatever Backbeat is installed."""
    practised(data)
    out, into, copy = re.findall(r"^backbeat .*", block(README_EXPORT), re.MULTILINE)
    (tmp_path / "there").mkdir()
    shell(f"{out}\n{copy}", tmp_path, data)
    shell(into.replace("me.json", "../me.json"), tmp_path / "there", tmp_path / "there" / "data")
    assert ON_SET_TWO in backbeat("talk", "--fast", data=tmp_path / "there" / "data").output
    assert backbeat("forget", "--yes", data=data).exit_code == 0
    (data / KEY).unlink()
    (data / f"{DATABASE}-wal").write_bytes(b"of another time")
    shell(
        block('cp -p FOLDER/* "$BACKBEAT_DATA_DIR"/ && rm -f "$BACKBEAT_DATA_DIR"/progress.sqlite3-*'),
        tmp_path,
        data,
    )
    assert ON_SET_TWO in backbeat("talk", "--fast", data=data).output


README_EXPORT = (
    "backbeat export -o me.json    # all that is kept about you; --user NAME or --alexa USER_ID: about them"
)


def test_the_readme_has_a_row_for_each():
    readme = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
    for command in (export, backup):
        assert f"| `backbeat {command.name}" in readme
