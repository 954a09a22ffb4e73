"""The voices there are, and which of them speaks: those that come with the package, and an installation's own."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from audio.bank import BankFile
from skill.commands.main import main
from skill.content.reader import catalogue
from skill.errors import SettingsError
from skill.voice import voices
from skill.voice.ours import load
from skill.voice.phrases import wanted
from skill.voice.voices import CHOICE, FILE, in_use, use
from tests.audio.fakes import a_bank

CONTENT = catalogue()
LACKING = "That's it, well done."


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with two voices in it."""
    folder = tmp_path_factory.mktemp("banks")
    for name in ("woman", "man"):
        a_bank(folder / f"en.{name}.sqlite3", wanted(CONTENT), name=f"pips of a {name}")
    return folder


@pytest.fixture
def data(tmp_path: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(voices, "BANKS", shipped)
    monkeypatch.setenv("BACKBEAT_DATA_DIR", str(tmp_path))
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["voice", *words])


def spoken_by(data: Path) -> str:
    ours = load(data, CONTENT)
    assert ours
    return ours.bank.voice


def test_the_first_that_comes_with_us_speaks_at_once_and_nothing_is_built(data: Path) -> None:
    assert spoken_by(data) == "pips of a woman"
    assert load(data, CONTENT).lacking == ()  # type: ignore[union-attr]  # there is one
    assert list(data.iterdir()) == []


def test_another_is_chosen_by_its_name(data: Path) -> None:
    got = run("use", "man")
    assert (got.exit_code, got.output.splitlines()) == (
        0,
        [
            "The coach speaks in this voice from now on: man. A server that runs does when it is started again."
        ],
    )
    assert spoken_by(data) == "pips of a man"
    assert [line[:9].rstrip() for line in run("list").output.splitlines()] == ["  woman", "▸ man"]


def test_ones_own_speaks_as_soon_as_it_is_built_until_another_is_chosen(data: Path) -> None:
    a_bank(data / FILE, wanted(CONTENT), name="my own pips")
    assert spoken_by(data) == "my own pips"
    assert "▸ yours   my own pips" in run("list").output
    run("use", "woman")
    assert spoken_by(data) == "pips of a woman"


def test_a_voice_that_there_is_not_is_said_so(data: Path) -> None:
    got = run("use", "robot")
    assert got.exit_code == 1
    assert got.output == "there is no voice called 'robot', only: woman, man.\n"
    assert not (data / CHOICE).exists()
    got = run("use", "yours")
    assert "Run backbeat voice build for one of your own." in got.output


def test_a_choice_that_is_gone_or_damaged_is_as_if_there_were_none(data: Path) -> None:
    for written in (b"yours\n", b"\xff\xfe", b""):
        (data / CHOICE).write_bytes(written)
        used = in_use(data, "en")
        assert used
        assert used.name == "woman"


def test_where_there_is_none_it_is_said_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "BANKS", tmp_path / "none")
    monkeypatch.setenv("BACKBEAT_DATA_DIR", str(tmp_path))
    assert run("list").output == "There is none yet: run backbeat voice build.\n"
    assert load(tmp_path, CONTENT) is None


def test_a_choice_that_cannot_be_kept_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="make the folder writable"):
        use(tmp_path / "file" / "below", "woman")


def test_what_a_content_of_ones_own_adds_is_kept_beside_and_the_package_is_left_alone(
    data: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bank in the package lacks a sentence; the best engine here says it, once."""
    folder = tmp_path_factory.mktemp("lacking")
    bank = folder / "en.woman.sqlite3"
    texts = [text for text in wanted(CONTENT) if text != LACKING]
    assert len(texts) < len(wanted(CONTENT))
    a_bank(bank, texts, name="pips of a woman")
    before = bank.read_bytes()
    monkeypatch.setattr(voices, "BANKS", folder)
    ours = load(data, CONTENT)
    assert ours
    assert (ours.bank.voice, ours.lacking) == ("pips of a woman", ())
    assert bank.read_bytes() == before
    more = BankFile(data / "more.en.woman.sqlite3").read()
    assert (more.voice, len(more), LACKING in more) == ("pips of a woman", 1, True)
    again = load(data, CONTENT)
    assert again
    assert again.lacking == ()


def test_what_was_added_to_an_older_voice_is_spoken_anew(data: Path) -> None:
    a_bank(data / "more.en.woman.sqlite3", ["Something."], name="pips of a younger woman")
    ours = load(data, CONTENT)
    assert ours
    assert "Something." not in ours.bank
