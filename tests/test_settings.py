"""What an installation chooses, and its key: made once, kept to itself, and the same for everybody."""

import errno
import os
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from platformdirs import user_data_dir

from skill.errors import SettingsError
from skill.settings import DATABASE, KEY_BYTES, Settings, Table, at_the_terminal, person, prepare

ID = "amzn1.ask.skill.00000000-0000-4000-8000-000000000000"
USUAL = Path(user_data_dir("backbeat", appauthor=False))
UNSET = "BACKBEAT_SKILL_ID is not set: give the id of your skill"

NO_STORE = (
    "BACKBEAT_STORE is '{}', where progress cannot be kept: give sqlite:///path/to/file (with a fourth slash if it begins "
    "at the root), or dynamodb://TABLE, or dynamodb://TABLE?keep_days=400, or leave it out"
)

SETTINGS = {  # what the environment holds, whether --local was given, and what is read, or said
    "a skill id": ({"BACKBEAT_SKILL_ID": ID}, False, Settings(USUAL, ID)),
    "spaces round it": ({"BACKBEAT_SKILL_ID": f" {ID}\n"}, False, Settings(USUAL, ID)),
    "a folder": (
        {"BACKBEAT_SKILL_ID": ID, "BACKBEAT_DATA_DIR": "/srv/b"},
        False,
        Settings(Path("/srv/b"), ID),
    ),
    "an empty folder": ({"BACKBEAT_SKILL_ID": ID, "BACKBEAT_DATA_DIR": " "}, False, Settings(USUAL, ID)),
    "something else": ({"BACKBEAT_SKILL_ID": ID, "BACKBEAT_COLOUR": "red"}, False, Settings(USUAL, ID)),
    "nothing": ({}, False, UNSET),
    "an empty id": ({"BACKBEAT_SKILL_ID": ""}, False, UNSET),
    "a blank id": ({"BACKBEAT_SKILL_ID": "  "}, False, UNSET),
    "only a folder": ({"BACKBEAT_DATA_DIR": "/srv/b"}, False, UNSET),
    "local, nothing": ({}, True, Settings(USUAL, local=True)),
    "local, an id": ({"BACKBEAT_SKILL_ID": ID}, True, Settings(USUAL, ID, local=True)),
    "a store": (
        {"BACKBEAT_SKILL_ID": ID, "BACKBEAT_STORE": " dynamodb://progress\n"},
        False,
        Settings(USUAL, ID, store="dynamodb://progress"),
    ),
    "better ears": (
        {"BACKBEAT_WHISPER": " /srv/w"},
        True,
        Settings(USUAL, local=True, whisper=Path("/srv/w")),
    ),
    "no such store": ({"BACKBEAT_STORE": "redis://here"}, True, NO_STORE.format("redis://here")),
    **{
        f"a pause that is {how}": (
            {"BACKBEAT_QUIET_PAUSE": how},
            True,
            Settings(USUAL, local=True, quiet_pause=quiet),
        )
        for quiet, hows in {
            True: ("yes", "true", "on", "1", " Yes\n"),
            False: ("", " ", "no", "false", "OFF", "0"),
        }.items()
        for how in hows
    },
    "a pause with a skill id": (
        {"BACKBEAT_SKILL_ID": ID, "BACKBEAT_QUIET_PAUSE": "yes"},
        False,
        Settings(USUAL, ID, quiet_pause=True),
    ),
    "a pause that is neither": (
        {"BACKBEAT_QUIET_PAUSE": " Perhaps "},
        True,
        "BACKBEAT_QUIET_PAUSE is 'perhaps': give yes or no, or leave it out",
    ),
    "a pause that is half of each": (
        {"BACKBEAT_QUIET_PAUSE": "yes no"},
        True,
        "BACKBEAT_QUIET_PAUSE is 'yes no'",
    ),
    "local, a folder": ({"BACKBEAT_DATA_DIR": "/srv/b"}, True, Settings(Path("/srv/b"), local=True)),
}


@pytest.mark.parametrize(("environ", "local", "expected"), SETTINGS.values(), ids=SETTINGS)
def test_settings_are_read_from_the_environment(environ, local, expected):
    if isinstance(expected, Settings):
        assert Settings.read(environ, local=local) == expected
    else:
        with pytest.raises(SettingsError) as caught:
            Settings.read(environ, local=local)
        assert str(caught.value).startswith(expected)


STORES = {
    "": Path("/srv/b") / DATABASE,
    "sqlite:///progress.db": Path("progress.db"),
    "sqlite:///some/where.db": Path("some/where.db"),
    "sqlite:////srv/some/where.db": Path("/srv/some/where.db"),
    "sqlite:///~/progress.db": Path.home() / "progress.db",
    "dynamodb://progress": Table("progress"),
    "dynamodb://Back.Beat-2_x": Table("Back.Beat-2_x"),
    "dynamodb://progress?keep_days=400": Table("progress", 400),
}


@pytest.mark.parametrize(("store", "place"), STORES.items())
def test_a_store_is_a_file_or_a_table(store, place):
    assert Settings(Path("/srv/b"), store=store).kept_in() == place


@pytest.mark.parametrize(
    "store",
    [
        "progress.db", "/srv/progress.db", "sqlite:", "sqlite://", "sqlite:///", "sqlite://progress.db", "sqlite:///:memory:",
        "SQLITE:///progress.db", "dynamodb:progress", "dynamodb://", "dynamodb://ab", "dynamodb://two words",
        "dynamodb://progress/", "dynamodb://progress?", "dynamodb://progress?keep_days=", "dynamodb://progress?keep_days=0",
        "dynamodb://progress?keep_days=-1", "dynamodb://progress?keep_days=1.5", "dynamodb://progress?keep_days=999999",
        "dynamodb://progress?keep_days=1&keep_days=2", "dynamodb://progress?days=400", "postgresql://here/progress",
    ],
)  # fmt: skip
def test_what_is_neither_is_said_so(store):
    with pytest.raises(SettingsError) as caught:
        Settings.read({"BACKBEAT_STORE": store}, local=True)
    assert str(caught.value) == NO_STORE.format(store)


def test_a_person_is_a_keyed_hash_and_no_name():
    """Frozen: what is kept is found by it."""
    key = bytes(range(KEY_BYTES))
    found = person(key, at_the_terminal("me"))
    assert found == "ddb6070379c5df63559e3e0e46717742cee949344a5d9a178978489731012449"
    assert person(key, "me") != found != person(bytes(KEY_BYTES), at_the_terminal("me"))
    assert len(person(key, "\udc80")) == 64  # not text that could be written down


def test_the_folder_and_the_key_are_made_for_their_owner_alone(tmp_path):
    folder = tmp_path / "some" / "where"
    key = prepare(folder)
    assert len(key) == KEY_BYTES
    assert (folder / "key").read_bytes() == key
    assert stat.S_IMODE((folder / "key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == ["key"]


def test_the_key_is_made_once(tmp_path):
    key = prepare(tmp_path)
    made = (tmp_path / "key").stat()
    assert prepare(tmp_path) == key
    assert (tmp_path / "key").stat().st_mtime_ns == made.st_mtime_ns


def test_each_folder_has_a_key_of_its_own(tmp_path):
    assert prepare(tmp_path / "here") != prepare(tmp_path / "there")


@pytest.mark.parametrize("content", [b"", b"short", bytes(KEY_BYTES - 1), bytes(KEY_BYTES + 1)])
def test_a_damaged_key_is_not_replaced(tmp_path, content):
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        prepare(tmp_path)
    assert f"the key in {tmp_path / 'key'} is damaged: bring it back from a backup, or remove it" in str(
        caught.value
    )
    assert (tmp_path / "key").read_bytes() == content


def a_file(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def a_key_that_is_a_folder(path: Path) -> Path:
    (path / "key").mkdir(parents=True)
    return path


UNUSABLE = {
    "a file": a_file,
    "below a file": lambda path: a_file(path) / "folder",
    "a name too long": lambda path: path / ("x" * 5000),
    "its key is a folder": a_key_that_is_a_folder,
}


@pytest.mark.parametrize("place", UNUSABLE.values(), ids=UNUSABLE)
def test_a_folder_that_cannot_be_used_is_said_so(tmp_path, place):
    folder = place(tmp_path / "data")
    with pytest.raises(SettingsError) as caught:
        prepare(folder)
    assert str(caught.value).startswith(f"cannot keep progress in {folder} (")
    assert str(caught.value).endswith("make the folder writable, or set BACKBEAT_DATA_DIR to another")


def all_at_once(folder: Path) -> None:
    """Four start at once in each of many folders: all have the key that is kept there, and none is told that it is damaged, or gone."""
    start = threading.Barrier(4)

    def run(one: Path) -> bytes | str:
        start.wait()
        try:
            key = prepare(one)
            (one / DATABASE).touch()  # as whoever has a key does next
        except SettingsError as error:
            return str(error)
        return key

    with ThreadPoolExecutor(4) as pool:
        for i in range(150):
            one = folder / str(i)
            assert list(pool.map(run, [one] * 4)) == [(one / "key").read_bytes()] * 4
            assert {path.name for path in one.iterdir()} == {"key", DATABASE}


def test_all_who_start_at_once_have_the_same_key(tmp_path):
    """A key is there whole or not at all: nobody may ever read one that is half written."""
    all_at_once(tmp_path)


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS], ids=errno.errorcode.get)
def test_a_file_system_without_hard_links_keeps_a_key_as_well(tmp_path, monkeypatch, code):
    """As FAT and exFAT refuse them, some network's, and some containers'."""

    def refused(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", refused)
    all_at_once(tmp_path)


STARTING = """
import os, sys
from pathlib import Path
from skill.settings import prepare
def refused(*_, **__):
    raise PermissionError(1, "Operation not permitted")
os.link = refused
print("ready", flush=True)
sys.stdin.readline()
print(prepare(Path(sys.argv[1])).hex())
"""


def test_processes_that_start_at_once_have_the_same_key(tmp_path):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", STARTING, tmp_path / "data"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    assert {process.communicate()[0].strip() for process in processes} == {
        (tmp_path / "data" / "key").read_bytes().hex()
    }


HALFWAY = """
import fcntl, os, sys
lock = open(os.path.join(sys.argv[1], "key.turn"), "wb")
fcntl.flock(lock, fcntl.LOCK_EX)
with open(os.path.join(sys.argv[1], "key.new"), "wb") as new:
    new.write(b"half a key")
print("halfway", flush=True)
sys.stdin.readline()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such lock")
def test_who_is_killed_while_making_the_key_keeps_nobody_from_making_it(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HALFWAY, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as killed:
        assert killed.stdout.readline() == "halfway\n"
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(prepare, tmp_path)
            killed.kill()
            assert waiting.result() == (tmp_path / "key").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


HOMELESS = {
    "a folder of nobody's": ({"BACKBEAT_DATA_DIR": "~nosuchuser/data"}, "BACKBEAT_DATA_DIR begins with ~nosuchuser, "),
    "nobody's folder": ({"BACKBEAT_DATA_DIR": "~nosuchuser"}, "BACKBEAT_DATA_DIR begins with ~nosuchuser, "),
    "a file of nobody's": ({"BACKBEAT_STORE": "sqlite:///~nosuchuser/a.db"}, "BACKBEAT_STORE begins with ~nosuchuser, "),
}  # fmt: skip


@pytest.mark.parametrize(("environ", "said"), HOMELESS.values(), ids=HOMELESS)
def test_a_home_folder_that_there_is_not_is_said_so(environ, said):
    with pytest.raises(SettingsError) as caught:
        Settings.read(environ, local=True)
    assert str(caught.value) == (
        f"{said}and that home folder cannot be found: give the path from the root, or set HOME"
    )


ADDRESSES = {
    "https://coach.example.com": "",
    "https://coach.example.com/backbeat": "",
    "https://coach.example.com:443": "",
    "http://coach.example.com": "it does not begin with https://",
    "https://coach.example.com/alexa": "it is the address without /alexa at its end",
    "https://coach.example.com?a=b": "it has more in it than a server and a path",
    "https://coach.example.com#here": "it has more in it than a server and a path",
    "https://me:secret@coach.example.com": "it has more in it than a server and a path",
    "https://coach.example.com/my back": "it has no name of a server, or a space in it",
    "https://": "it has no name of a server, or a space in it",
    "https://coach.example.com:8443": "Alexa only asks at port 443",
    "https://coach.example.com:port": "Port could not be cast to integer value as 'port'",
    "https://localhost": "nobody outside your own network can reach it",
    "https://coach.local": "nobody outside your own network can reach it",
    "https://coach": "nobody outside your own network can reach it",
    "https://192.168.1.7": "nobody outside your own network can reach it",
    "https://[::1]": "nobody outside your own network can reach it",
    "https://8.8.8.8": "",
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_alexa_cannot_play_from_is_refused_with_the_reason(address):
    environ = {"BACKBEAT_PUBLIC_URL": f" {address}/ " if not ADDRESSES[address] else address}
    if not ADDRESSES[address]:
        assert Settings.read(environ, local=True).public_url == address
        return
    with pytest.raises(SettingsError) as caught:
        Settings.read(environ, local=True)
    assert f"which Alexa cannot play from: {ADDRESSES[address]}. Give an address like" in str(caught.value)


def test_a_key_that_is_gone_beside_a_full_database_is_not_made_anew(tmp_path):
    prepare(tmp_path)
    (tmp_path / DATABASE).touch()
    (tmp_path / "key").unlink()
    with pytest.raises(SettingsError, match="the key that they are found by is gone: bring "):
        prepare(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [DATABASE]


def test_a_key_of_zeros_is_no_key(tmp_path):
    (tmp_path / "key").write_bytes(bytes(KEY_BYTES))
    with pytest.raises(SettingsError, match="is damaged: bring it back"):
        prepare(tmp_path)


def test_a_key_that_others_can_read_is_not_used(tmp_path):
    prepare(tmp_path)
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(SettingsError, match="can be read by others: run chmod 600"):
        prepare(tmp_path)
