"""The dialogues, as they are written down."""

from pathlib import Path

import pytest

from tests.dialogue import FOLDER, play

DIALOGUES = sorted(FOLDER.glob("*.txt"))


def test_there_are_dialogues() -> None:
    assert len(DIALOGUES) >= 12


@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: path.stem)
def test_it_goes_as_written(path: Path) -> None:
    written = path.read_text("utf-8")
    assert play(written) == written
