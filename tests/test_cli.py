"""The commands, as somebody in a terminal meets them."""

import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click
import pytest
import structlog
from click.testing import CliRunner, Result

from interaction_model import build, train
from interaction_model.spoken import locales
from skill.app import create_app
from skill.commands.main import main
from skill.content.reader import CONTENT, catalogue
from skill.settings import DATABASE, Settings, at_the_terminal, person, prepare
from tests import aws
from tests.alexa.signing import NOW, USER_ID, Amazon
from tests.fakes import records
from tests.test_server import BACKBEAT, PATIENCE_S, environment

ROOT = Path(__file__).parent.parent
WORDS = catalogue().words


@pytest.fixture(autouse=True)
def log_as_before() -> Iterator[None]:
    """Commands say where the log goes; when they are done, that place is gone."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def backbeat(*words: str, said: str = "", data: Path | None = None) -> Result:
    """The command, run to its end; nothing but a plain exit is expected of it."""
    chosen = {"BACKBEAT_DATA_DIR": str(data)} if data else {}
    result = CliRunner().invoke(main, words, input=said, env=chosen)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert "Traceback" not in result.output
    return result


def commands(group: click.Group = main, *names: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command there is, by its words."""
    for name, command in group.commands.items():
        yield (*names, name), command
        if isinstance(command, click.Group):
            yield from commands(command, *names, name)


# Help


def test_there_is_help_for_everything():
    every = dict(commands())
    assert {
        ("talk",),
        ("serve",),
        ("forget",),
        ("content", "check"),
        ("model", "check"),
        ("model", "write"),
    } <= set(every)
    for words, command in {(): main, **every}.items():
        shown = backbeat(*words, "--help")
        assert shown.exit_code == 0
        assert command.help
        assert " ".join(command.help.split()) in " ".join(shown.output.split())
        if isinstance(command, click.Group):
            listed = [line.split()[0] for line in shown.output.partition("Commands:")[2].splitlines() if line]
            assert listed == sorted(command.commands)


def test_it_is_installed_as_backbeat():
    run = subprocess.run(
        [BACKBEAT, "--version"], capture_output=True, text=True, timeout=PATIENCE_S, check=True
    )
    assert run.stdout.startswith("backbeat, version ")


# Checks


BROKEN = (
    ("exercises/pelvic_tilt.toml", 'position = "back"', 'position = "floating"', "position"),
    ("exercises/pelvic_tilt.toml", 'origin = "article"', "", "origin"),
    ("routines/quick_ease.toml", '"knee_rolls", reps = 3', '"knee_rols", reps = 3', "items.0.exercise"),
    ("words/en.toml", 'hello = "Hello."', "", "lines.hello"),
    ("words/en.toml", "on {place}.", "on {plaice}.", "lines.welcome_back"),
)
"""A file of the content, what is there, what somebody makes of it, and the field that is then wrong."""


def test_every_mistake_in_content_is_named_with_its_file_and_field(tmp_path: Path):
    copy = tmp_path / "content"
    shutil.copytree(CONTENT, copy)
    for file, was, becomes, _ in BROKEN:
        text = (copy / file).read_text()
        assert text.count(was) == 1
        (copy / file).write_text(text.replace(was, becomes))
    (copy / "routines/standing.toml").write_text("items = [")

    checked = backbeat("content", "check", str(copy))

    assert checked.exit_code == 1
    named = {tuple(line.split(": ")[:2]) for line in checked.output.splitlines()}
    assert named >= {(file, field) for file, _, _, field in BROKEN}
    assert "routines/standing.toml: is not TOML" in checked.output


@pytest.mark.parametrize("there", [False, True], ids=["nothing there", "a file"])
def test_what_is_no_content_folder_is_called_so(tmp_path: Path, *, there: bool):
    place = tmp_path / "place"
    if there:
        place.write_text("some words")
    checked = backbeat("content", "check", str(place))
    assert checked.exit_code == 1
    assert "is this a content folder?" in checked.output


def test_a_model_that_was_not_made_from_the_content_is_called_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(build, "committed", lambda *_: "{}")
    checked = backbeat("model", "check")
    assert checked.exit_code == 1
    assert checked.output.splitlines() == [
        f"{locale}.json is out of date: run backbeat model write" for locale in locales()
    ]


def test_ears_that_were_trained_on_other_sentences_are_called_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(train, "digest", lambda *_: "another")
    checked = backbeat("model", "check")
    assert checked.exit_code == 1
    assert checked.output == "the ears for en-US were trained on other sentences: run backbeat model train\n"


# Talking


def test_a_whole_routine_is_led_to_the_goodbye(data: Path):
    talk = backbeat("talk", "--fast", said="yes\n" * 60, data=data)
    assert talk.exit_code == 0
    lines = [line.strip(" ◂▸") for line in talk.output.splitlines()]
    assert lines[0] == WORDS.line("hello")
    assert lines[-1] == WORDS.line("goodbye")
    routine = catalogue().routines[catalogue().default]
    done = [
        WORDS.line("exercise_done", name=catalogue().exercises[item.exercise].name) for item in routine.items
    ]
    assert [line for line in lines if line in done] == done


def test_reps_and_holds_are_counted_in_order(data: Path):
    talk = backbeat("talk", "--fast", said="yes\nyes\n", data=data)
    tilt = catalogue().exercises["pelvic_tilt"].usual
    assert (tilt.dose.reps, tilt.tempo.hold) == (8, 4)
    lines = talk.output.splitlines()
    first = next(i for i, line in enumerate(lines) if line.endswith("·  ·  ·"))
    counted = [
        [word for word in line.split("  ") if word.lower() in WORDS.numbers]
        for line in lines[first + 1 : first + 1 + tilt.dose.reps]
    ]
    hold = ["one", "two", "three", "four"]
    next_reps = [["two"], ["three"], ["four"], ["five"], ["six"], ["seven"], [], []]  # "last one", and none
    assert counted == [hold + following for following in next_reps]
    assert lines[first + 1 + tilt.dose.reps].strip() == WORDS.line("set_done", set="one")


def test_the_place_is_kept_where_the_typing_ends(data: Path):
    first = backbeat("talk", "--fast", said="yes\nyes\n", data=data)
    assert first.exit_code == 0
    again = backbeat("talk", "--fast", data=data)
    assert again.exit_code == 0
    assert again.output.startswith("◂ Welcome back.\n  You were on set two of the pelvic tilt.\n")


def test_two_people_have_a_place_each(data: Path):
    for user, said in (("ann", "yes\nyes\nyes\n"), ("ben", "yes\nyes\n")):
        assert backbeat("talk", "--fast", "--user", user, said=said, data=data).exit_code == 0
    places = {
        user: backbeat("talk", "--fast", "--user", user, data=data).output for user in ("ann", "ben", "cy")
    }
    assert "You were on set three of the pelvic tilt." in places["ann"]
    assert "You were on set two of the pelvic tilt." in places["ben"]
    assert places["cy"].startswith(f"◂ {WORDS.line('hello')}\n")


def test_without_a_folder_to_keep_it_in_the_place_is_not_kept_and_that_is_said(tmp_path: Path):
    file = tmp_path / "file"
    file.write_text("not a folder")
    talk = backbeat("talk", "--fast", said="yes\nyes\n", data=file)
    assert talk.exit_code == 0
    assert f"Your place will not be kept: cannot keep progress in {file}" in talk.output
    assert talk.output.replace("\n  ", " ").count(WORDS.line("not_kept")) == 1  # once, not with every answer
    assert WORDS.line("set_done", set="one") in talk.output


def test_it_can_be_talked_to_through_a_pipe(data: Path):
    run = subprocess.run(
        [BACKBEAT, "talk", "--fast"],
        input="yes\n\nwhat's the weather\nhow many left\nstop\n",
        env=environment(BACKBEAT_DATA_DIR=str(data)),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    assert run.stderr == ""
    asked = [line for line in run.stdout.splitlines() if line.startswith("▸")]
    assert asked == ["▸ yes", "▸ what's the weather", "▸ how many left", "▸ stop"]
    assert run.stdout.rstrip().endswith(WORDS.line("goodbye"))


# Forgetting


def kept(data: Path) -> list[str]:
    """Whom anything is kept of."""
    return [person for person, _ in records(data / DATABASE)]


def test_somebody_at_the_terminal_is_forgotten_and_nobody_else(data: Path):
    for user in ("me", "ann"):
        backbeat("talk", "--fast", "--user", user, said="yes\nyes\n", data=data)
    me, ann = (person(prepare(data), at_the_terminal(user)) for user in ("me", "ann"))
    assert kept(data) == sorted([me, ann])
    forgotten = backbeat("forget", "--yes", data=data)
    assert (forgotten.exit_code, forgotten.output) == (0, "Everything about them is deleted.\n")
    assert kept(data) == [ann]
    assert backbeat("talk", "--fast", data=data).output.startswith(f"◂ {WORDS.line('hello')}\n")
    assert backbeat("forget", "--user", "ann", "--yes", data=data).exit_code == 0
    assert ann not in kept(data)


def test_somebody_at_a_speaker_is_forgotten_and_never_named(data: Path):
    client = create_app(Settings(data, local=True)).test_client()
    assert client.post("/alexa", json=Amazon.envelope(NOW)).status_code == 200
    assert len(kept(data)) == 1
    forgotten = backbeat("forget", "--alexa", f" {USER_ID} ", "--yes", data=data)
    assert (forgotten.exit_code, forgotten.output) == (0, "Everything about them is deleted.\n")
    assert kept(data) == []
    assert all(USER_ID.encode() not in path.read_bytes() for path in data.iterdir())


@pytest.mark.parametrize("options", [[], ["--user", "nobody"], ["--alexa", "amzn1.ask.account.NOBODY"]])
def test_where_nothing_was_kept_that_is_said(data: Path, options: list[str]):
    forgotten = backbeat("forget", "--yes", *options, data=data)
    assert (forgotten.exit_code, forgotten.output) == (0, "Nothing was kept about them.\n")


@pytest.mark.parametrize(("said", "left"), [("yes\n", 0), ("y\n", 0), ("n\n", 1), ("\n", 1)])
def test_it_is_asked_whether_to_forget_them(data: Path, said: str, left: int):
    backbeat("talk", "--fast", said="yes\nyes\n", data=data)
    forgotten = backbeat("forget", said=said, data=data)
    assert forgotten.output.startswith("Delete everything that is kept about them? [y/N]: ")
    assert forgotten.exit_code == 0
    assert ("It is kept as it was.\n" in forgotten.output) is bool(left)
    assert len(kept(data)) == left


@pytest.mark.parametrize("options", [["--user", "me", "--alexa", USER_ID], ["--alexa", " "]])
def test_whom_to_forget_must_be_clear(data: Path, options: list[str]):
    forgotten = backbeat("forget", "--yes", *options, data=data)
    assert forgotten.exit_code == 2
    assert "Give --user NAME, or --alexa USER_ID." in forgotten.output
    assert USER_ID not in forgotten.output


def test_who_cannot_be_forgotten_is_told_why(data: Path):
    prepare(data)
    (data / DATABASE).write_bytes(b"This is not a database. " * 1000)
    forgotten = backbeat("forget", data=data)
    assert forgotten.exit_code == 1
    assert forgotten.output.startswith(f"progress cannot be kept in {data / DATABASE} ")


# Another store


def test_a_place_is_kept_in_the_store_that_was_chosen(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("BACKBEAT_STORE", f"sqlite:///{tmp_path / 'else.db'}")
    backbeat("talk", "--fast", said="yes\nyes\n", data=data)
    assert [path.name for path in data.iterdir()] == ["key"]
    again = backbeat("talk", "--fast", data=data)
    assert "You were on set two of the pelvic tilt." in again.output
    assert backbeat("forget", "--yes", data=data).output == "Everything about them is deleted.\n"


def test_a_place_is_kept_in_a_table(data: Path, monkeypatch: pytest.MonkeyPatch):
    with aws.serving() as dynamo:
        dynamo.at_hand(monkeypatch)
        table = dynamo.table()
        monkeypatch.setenv("BACKBEAT_STORE", f"dynamodb://{table}")
        backbeat("talk", "--fast", said="yes\nyes\n", data=data)
        assert [*dynamo.items(table)] == [person(prepare(data), at_the_terminal("me"))]
        assert "You were on set two of the pelvic tilt." in backbeat("talk", "--fast", data=data).output
        assert backbeat("forget", "--yes", data=data).output == "Everything about them is deleted.\n"
        assert dynamo.items(table) == {}


@pytest.mark.parametrize("words", [["talk"], ["forget"], ["serve", "--local"]], ids=" ".join)
def test_a_store_that_there_is_not_is_said_so(data: Path, words: list[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BACKBEAT_STORE", "redis://here")
    run = backbeat(*words, data=data)
    assert run.exit_code == 1
    assert run.output.startswith(
        "BACKBEAT_STORE is 'redis://here', where progress cannot be kept: give sqlite:///"
    )


# No home

NOBODY = ["unshare", "--user", "--map-user=54321"]
"""Runs a command as a user that the system has no name and no home for, as a container may."""


def can_be_nobody() -> bool:
    with suppress(OSError):
        return (
            subprocess.run([*NOBODY, sys.executable, "-Sc", ""], capture_output=True, check=False).returncode
            == 0
        )
    return False


NO_SUCH = "and that home folder cannot be found: give the path from the root, or set HOME"
HOMELESS = {
    "nothing set": (
        {},
        "there is no home folder to keep progress in: set BACKBEAT_DATA_DIR to a folder, as a path from the root, or HOME",
    ),
    "a folder": ({"BACKBEAT_DATA_DIR": "~"}, f"BACKBEAT_DATA_DIR begins with ~, {NO_SUCH}"),
    "a store": (
        {"BACKBEAT_DATA_DIR": "/tmp", "BACKBEAT_STORE": "sqlite:///~/progress.db"},
        f"BACKBEAT_STORE begins with ~, {NO_SUCH}",
    ),
}
NEED_A_HOME = [["talk"], ["forget", "--yes"], ["export"], ["backup", "there"], ["serve", "--local"]]
RUN = """
import io, json, os, sys
from contextlib import redirect_stderr, redirect_stdout
from skill.commands.main import main
for words, chosen in json.loads(sys.argv[1]):
    for name in ("BACKBEAT_DATA_DIR", "BACKBEAT_STORE"):
        os.environ.pop(name, None)
    os.environ.update(chosen)
    code = 0
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        try:
            main(words)
        except SystemExit as end:
            code = end.code
    print(json.dumps([code, out.getvalue(), err.getvalue()]))
"""


@pytest.mark.skipif(not can_be_nobody(), reason="this system lets nobody be nobody")
def test_who_has_no_home_is_told_what_to_set():
    """One process of nobody's for all of it."""
    cases = [
        (words, chosen, said) for words, (chosen, said) in itertools.product(NEED_A_HOME, HOMELESS.values())
    ]
    homeless = environment()
    for name in ("HOME", "XDG_DATA_HOME"):
        homeless.pop(name, None)
    run = subprocess.run(
        [*NOBODY, sys.executable, "-c", RUN, json.dumps([case[:2] for case in cases])],
        env=homeless,
        cwd=ROOT,
        input="",
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    for (words, chosen, said), line in zip(cases, run.stdout.splitlines(), strict=True):
        assert json.loads(line) == [1, "", f"{said}\n"], (words, chosen)


# --- What a door does not need is not loaded ------------------------------------------------------------------

FOREIGN = {
    "flask",
    "werkzeug",
    "waitress",
    "ask_sdk_core",
    "ask_sdk_model",
    "ask_sdk_runtime",
    "cryptography",
    "requests",
}
"""What only serving Alexa needs."""

COMMANDS = {
    ("talk", "--fast"): "Hello.",
    ("content", "check"): "en: 10 exercises and 16 routines: all is well.\n",
    ("model", "check"): "The interaction model keeps every rule: en-US, en-GB, en-AU, en-CA, en-IN.\n",
    ("voice", "script"): "twenty one\n",
    ("export",): '"met": true',
    ("forget", "--yes"): "",
    ("hear", "pelvic tilt"): "",
}
"""What only serving Alexa needs is loaded by none of them; and what each says."""

LOADED = """
import json, sys
from click.testing import CliRunner
from skill.commands.main import main
said = "yes\\nyes\\nhow many left\\nstop\\n"
for command in json.loads(sys.argv[1]):
    run = CliRunner().invoke(main, command, input=said)
    assert run.exception is None, run.output
    print(json.dumps([run.stdout, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def test_a_command_loads_neither_alexas_sdk_nor_a_web_server(data: Path):
    """One process for all of them, in which the first to load something is seen: nothing is unloaded."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, json.dumps([*COMMANDS])],
        capture_output=True,
        text=True,
        env={**os.environ, "BACKBEAT_DATA_DIR": str(data)},
        cwd=data.parent,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for (command, said), line in zip(COMMANDS.items(), done.stdout.splitlines(), strict=True):
        heard, loaded = json.loads(line)
        assert said in heard, command
        assert "skill" in loaded
        assert FOREIGN & set(loaded) == set(), command


def test_talk_in_a_language_that_nobody_understands_yet_says_which_there_are(data: Path):
    talk = backbeat("talk", "--fast", "--locale", "xx-XX", data=data)
    assert talk.exit_code == 1
    assert "there is no content for xx-XX, only in: en" in talk.output
