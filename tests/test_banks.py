"""The voices that come with the package: that they are whole, small, and speak where nothing that speaks is installed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from audio.bank import Bank, BankFile
from skill.coach.timeline.edition import Edition
from skill.content.fit import misfits
from skill.content.reader import catalogue
from skill.voice.ours import measure
from skill.voice.phrases import everything
from skill.voice.voices import BANKS, STYLES

CONTENT = catalogue()
LARGEST = 18 * 1024 * 1024
"""Bytes of one: 52 minutes of free speech at 4 kB a second, and 3 minutes that may stand on a beat, three times at 6."""


@pytest.fixture(scope="module", params=STYLES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def path(name: str) -> Path:
    return BANKS / f"en.{name}.sqlite3"


@pytest.fixture(scope="module")
def bank(path: Path) -> Bank:
    return BankFile(path).read()


def test_it_lacks_nothing_of_the_content(bank: Bank) -> None:
    lacking = [text for text in everything(CONTENT) if text not in bank]
    assert lacking == [], "run: make banks KOKORO=FOLDER (only these are spoken), and commit the files"


def test_it_is_spoken_by_whom_it_says(bank: Bank, name: str) -> None:
    assert bank.voice.startswith(f"kokoro 1.0 int8 {STYLES[name]}, ")


def test_everything_fits_its_beat_at_every_tempo(bank: Bank) -> None:
    assert list(misfits(Edition(CONTENT, measure(bank)))) == []


def test_it_is_small(path: Path) -> None:
    assert path.stat().st_size < LARGEST


BARE = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"numpy", "av", "espeakng_loader", "onnxruntime", "miniaudio", "gtts"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
from skill.commands.main import main
main(sys.argv[1:])
"""


def test_it_speaks_where_nothing_is_installed_that_speaks(tmp_path: Path, name: str) -> None:
    clip, data = tmp_path / "clip.mp3", tmp_path / "data"
    for words in (["voice", "use", name], ["hear", "pelvic tilt", "-o", str(clip)]):
        done = subprocess.run(
            [sys.executable, "-c", BARE, *words],
            env={"BACKBEAT_DATA_DIR": str(data), "PATH": ""},
            cwd=Path(__file__).parent.parent,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"Wrote .*clip\.mp3: \d+ minutes", done.stdout)
    assert clip.stat().st_size > 1_000_000
