"""A bank on disk: what is written is what is read, whole, or it is told what to do."""

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from audio import bank
from audio.bank import VERSION, BankFile, Phrase, Take, _checksum
from audio.errors import DamagedBank, Missing, Replaced
from audio.frames import FRAME_BYTES

ROOT = Path(__file__).parents[2]
SILENT = random.Random("silent").randbytes(FRAME_BYTES)


def phrase(text: str, frames: int, lasts_ms: int = 40) -> Phrase:
    takes = [
        Take(first, random.Random(f"{text}{first}").randbytes(frames * FRAME_BYTES)) for first in (-3, -2, -1)
    ]
    return Phrase(text, lasts_ms, (takes[0], takes[1], takes[2]))


PHRASES = [
    (phrase("one", 7), "-3:4 -2:5 -1:6"),
    (phrase("[tick]", 4), "-3:1 -2:2 -1:3"),
    (phrase("Atme ruhig weiter, über „zehn“ Züge.", 90, 2100), "-3:87 -2:88 -1:89"),
    (phrase("नौ\nline", 5), "-3:2 -2:3 -1:4"),
]


@pytest.fixture
def file(tmp_path) -> BankFile:
    one = BankFile(tmp_path / "bank")
    one.create("fake 1", SILENT)
    return one


@pytest.fixture
def full(file) -> BankFile:
    for each, _ in PHRASES:
        file.add("fake 1", each)
    return file


@pytest.mark.parametrize(("given", "firsts"), PHRASES)
def test_a_phrase_is_written_and_read(file, given, firsts):
    file.add("fake 1", given)
    with closing(sqlite3.connect(file.path)) as db:
        written = db.execute("select text, lasts_ms, firsts, data from phrase").fetchall()
    assert written == [(given.text, given.lasts_ms, firsts, b"".join(take.data for take in given.takes))]
    bank = file.read()
    assert (bank[given.text], bank.voice, bank.silent) == (given, "fake 1", SILENT)


def test_a_bank_holds_its_phrases_and_says_what_it_misses(full):
    bank = full.read()
    assert len(bank) == len(PHRASES)
    assert all(each.text in bank and bank.measure(each.text) == each.room_ms for each, _ in PHRASES)
    assert "two" not in bank
    with pytest.raises(Missing, match="'two' is not in the bank: build it again") as missing:
        bank["two"]
    assert missing.value.text == "two"


def test_a_phrase_added_again_is_the_new_one(full):
    full.add("fake 1", phrase("one", 20))
    assert full.read()["one"] == phrase("one", 20)
    assert len(full.read()) == len(PHRASES)


def test_only_what_is_kept_stays(full):
    full.keep(["one", "[tick]", "never there"])
    bank = full.read()
    assert ("one" in bank, "[tick]" in bank, len(bank)) == (True, True, 2)


def test_the_same_voice_finds_its_phrases_and_another_begins_anew(full):
    full.create("fake 1", SILENT)
    assert len(full.read()) == len(PHRASES)
    full.create("fake 2", SILENT)
    assert (len(full.read()), full.read().voice) == (0, "fake 2")
    full.add("fake 2", PHRASES[0][0])
    full.create("fake 2", bytes(FRAME_BYTES))
    assert (len(full.read()), full.read().silent) == (0, bytes(FRAME_BYTES))


@pytest.mark.parametrize("version", [VERSION - 1, VERSION + 1])
def test_another_version_says_what_to_do_and_is_made_anew(full, version):
    change(full, "update head set version = ?", version)
    with pytest.raises(DamagedBank, match=f"version {version}, not {VERSION}.*remove it, and build it again"):
        full.read()
    full.create("fake 1", SILENT)
    assert len(full.read()) == 0


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(Path.unlink, id="missing"),
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(lambda path: path.write_text("ID3 no bank " * 999), id="something else"),
        pytest.param(lambda path: (path.unlink(), path.mkdir()), id="a folder"),
    ],
)
def test_what_is_no_bank_says_what_to_do(full, spoil):
    spoil(full.path)
    damaged(full)


def test_truncated_anywhere_it_is_found_out(full):
    whole = full.path.read_bytes()
    for size in [*range(0, len(whole), 1021), len(whole) - 1]:
        full.path.write_bytes(whole[:size])
        damaged(full)


@pytest.mark.parametrize("column", ["text", "lasts_ms", "firsts", "data", "checksum"])
def test_one_flipped_bit_in_a_phrase_is_found_out(full, column):
    for place in range(0, 1000, 97):
        change(full, f"update phrase set {column} = ? where text = 'one'", lambda was: flipped(was, place))  # noqa: B023
        damaged(full)
        full.path.unlink()
        full.create("fake 1", SILENT)
        full.add("fake 1", PHRASES[0][0])


def test_one_flipped_bit_in_the_silence_is_found_out(full):
    change(full, "update head set silent = ?", flipped(SILENT, 700))
    damaged(full)


def test_one_flipped_bit_anywhere_in_the_file_is_found_out_or_does_no_harm(full):
    """Not every bit of the file means something; but none may cost a phrase, or change one."""
    sound = full.read()
    whole = full.path.read_bytes()
    places = random.Random(3)
    for _ in range(400):
        place = places.randrange(8 * len(whole))
        full.path.write_bytes(flipped(whole, place))
        try:
            bank = full.read()
        except DamagedBank:
            continue
        assert (bank.voice, bank.silent, len(bank)) == (sound.voice, sound.silent, len(PHRASES)), place
        assert all(bank[each.text] == each for each, _ in PHRASES), place


def test_of_free_speech_in_one_phase_and_at_a_lower_rate_the_zeros_are_not_kept(file):
    frames = [bytes([number]) * 96 + bytes(48) for number in (1, 2, 3)]
    told = Phrase("told", 60, (Take(-3, b"".join(frames)),))
    file.add("fake 1", told)
    with closing(sqlite3.connect(file.path)) as db:
        ((size, data),) = db.execute("select frame_bytes, data from phrase").fetchall()
    assert (size, len(data)) == (96, 3 * 96)
    assert file.read()["told"] == told


@pytest.mark.parametrize(("ms", "first"), [(240, 7), (248, 8), (256, 8), (264, 8), (272, 9)])
def test_what_is_in_one_phase_waits_for_the_next_frame(ms, first):
    told = Phrase("told", 60, (Take(-3, bytes(3 * FRAME_BYTES)),))
    assert told.at(ms)[0] == first
    assert told.room_ms == phrase("counted", 3).room_ms - 2 * 24 + 24


def test_one_phrase_that_has_gone_is_found_out(full):
    change(full, "delete from phrase where text = ?", "one")
    damaged(full)


@pytest.mark.parametrize(
    "firsts", ["", "-3:4 -2:5", "-3:4 -2:5 -1:7", "-5:2 -2:5 -1:6", "x", "-3:4 -2:5 6:6"]
)
def test_a_phrase_that_was_written_wrongly_is_found_out(file, firsts):
    """By a later version of ours, say: its checksum is right."""
    one = PHRASES[0][0]
    file.add("fake 1", one)
    data = b"".join(take.data for take in one.takes)
    change(file, "update phrase set firsts = ?", firsts)
    change(file, "update phrase set checksum = ?", _checksum(one.text, one.lasts_ms, firsts, 144, data))
    damaged(file)


ADDING = """
import sys
from contextlib import closing, suppress
from pathlib import Path
from tests.audio.test_bank import BankFile, SILENT, phrase

file = BankFile(Path(sys.argv[1]))
file.create("fake 1", SILENT)
for number in range(10**6):
    file.add("fake 1", phrase(f"number {number % 500}", 20 + number % 30))
    print(number, flush=True)
"""


def test_killed_while_it_adds_it_keeps_every_phrase_whole(tmp_path):
    file = BankFile(tmp_path / "bank")
    pauses = random.Random(9)
    for _ in range(8):
        adding = subprocess.Popen(
            [sys.executable, "-c", ADDING, str(file.path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        with adding:
            told = [adding.stdout.readline() for _ in range(pauses.randint(1, 60))]
            os.kill(adding.pid, signal.SIGKILL)
        bank = file.read()
        assert len(bank) > int(told[-1])
        for number in range(len(bank)):
            assert bank[f"number {number}"] == phrase(f"number {number}", 20 + number % 30)


def test_read_while_somebody_adds_it_is_whole(full, monkeypatch):
    def meanwhile(db: sqlite3.Connection) -> int:
        monkeypatch.undo()
        another = sqlite3.connect(full.path, timeout=0)
        with suppress(sqlite3.OperationalError), closing(another), another:  # it may have to wait
            another.execute("delete from phrase where text = 'one'")
            bank._seal(another)
        return bank._total(db)

    monkeypatch.setattr(bank, "_total", meanwhile)
    assert len(full.read()) == len(PHRASES)


# --- Another in its place ---------------------------------------------------------------------------------------


NEW = [phrase(f"new {number}", 60) for number in range(20)]


@pytest.fixture
def other(full) -> BankFile:
    """One that is made beside it."""
    full.beside.create("fake 2", SILENT)
    full.beside.add("fake 2", *NEW)
    return full.beside


def is_old(file: BankFile) -> bool:
    """Whether it is all that it was, and nothing else. It is a bank, in any case."""
    bank = file.read()
    return (bank.voice, len(bank)) == ("fake 1", len(PHRASES)) and all(
        bank[one.text] == one for one, _ in PHRASES
    )


def is_new(file: BankFile) -> bool:
    bank = file.read()
    return (bank.voice, len(bank)) == ("fake 2", len(NEW)) and all(bank[one.text] == one for one in NEW)


def test_one_that_was_made_beside_it_takes_its_place(full, other):
    assert is_old(full)
    full.become(other, "fake 2")
    assert is_new(full)
    assert list(full.path.parent.iterdir()) == [full.path]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(Path.unlink, id="missing"),
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:9000]), id="truncated"),
        pytest.param(lambda path: path.write_text("ID3 no bank " * 999), id="something else"),
    ],
)
def test_it_takes_the_place_of_what_is_no_bank(full, other, spoil):
    spoil(full.path)
    full.become(other, "fake 2")
    assert is_new(full)


def test_what_another_build_has_made_anew_takes_no_place(full, other):
    other.create("fake 3", SILENT)
    with pytest.raises(Replaced, match="is not that of 'fake 2' any more"):
        full.become(other, "fake 2")
    assert is_old(full)
    assert other.read().voice == "fake 3"


def test_what_a_voice_says_is_not_added_to_the_bank_of_another(full, other):
    full.become(other, "fake 2")
    with pytest.raises(Replaced, match="is not that of 'fake 1' any more") as caught:
        full.add("fake 1", PHRASES[0][0])
    assert (caught.value.path, caught.value.voice) == (full.path, "fake 1")
    assert is_new(full)


KILLED_AT = """
import resource, signal, sys
from pathlib import Path
from tests.audio.test_bank import BankFile, phrase

signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
file = BankFile(Path(sys.argv[1]))
%s
"""
"""Killed by the system where it would write past a byte of a file: so it is in the middle of a step, each time."""


def killed_at(byte: int, step: str, file: BankFile) -> bool:
    """Whether it was killed, and not finished."""
    command = [sys.executable, "-c", KILLED_AT % step, str(file.path), str(byte)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGXFSZ


def test_killed_in_that_step_it_is_the_old_or_the_new(full, other):
    size, before = other.path.stat().st_size, other.path.read_bytes()
    for byte in (*range(1000, size, size // 8), size - 1):
        assert killed_at(byte, "file.become(file.beside, 'fake 2')", full)
        assert is_old(full), byte
        assert other.path.read_bytes() == before
    assert not killed_at(size, "file.become(file.beside, 'fake 2')", full)
    assert is_new(full)


def test_what_somebody_who_was_killed_has_left_does_not_spoil_the_next(full, other):
    assert killed_at(full.path.stat().st_size, "file.add('fake 1', phrase('more', 90))", full)
    assert full.path.with_name(f"{full.path.name}-journal").stat().st_size > 0
    full.become(other, "fake 2")
    assert is_new(full)


FULL_DISK = """
import resource, signal, sqlite3, sys
from pathlib import Path
from tests.audio.test_bank import BankFile, SILENT, phrase

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
file = BankFile(Path(sys.argv[1]))
file.create("fake 1", SILENT)
try:
    for number in range(500):
        file.add("fake 1", phrase(f"number {number}", 30))
except sqlite3.Error as error:
    print(number, error)
"""


def test_on_a_full_disk_what_was_added_stays(tmp_path):
    file = BankFile(tmp_path / "bank")
    told = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(file.path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    number = int(re.match(r"(\d+) .*(full|disk)", told)[1])
    assert number > 5
    assert len(file.read()) == number
    file.add("fake 1", phrase("room again", 30))
    assert len(file.read()) == number + 1


def damaged(file: BankFile) -> None:
    """Reading it says where it is, and what to do."""
    with pytest.raises(
        DamagedBank, match=re.escape(str(file.path)) + ".*: remove it, and build it again"
    ) as error:
        file.read()
    assert error.value.path == file.path


def change(file: BankFile, sql: str, value) -> None:
    """Change the file behind the back of `BankFile`. A function as value makes the new one from the old."""
    with closing(sqlite3.connect(file.path)) as db, db:
        if callable(value):
            column = sql.split()[3]
            (was,) = db.execute(f"select {column} from phrase where text = 'one'").fetchone()
            value = value(was)
        db.execute(sql, (value,))


def flipped(value, place: int):
    """The same with one bit changed; of a text, one letter's."""
    match value:
        case bytes():
            at, bit = divmod(place % (8 * len(value)), 8)
            return value[:at] + bytes([value[at] ^ 1 << bit]) + value[at + 1 :]
        case str():
            at = place % len(value)
            return value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
        case _:
            return value ^ 1 << place % 20
