"""A reel of anything the coach says; what the bank lacks is spoken alone, once, and added."""

from pathlib import Path

import pytest

from audio.bank import BankFile, Phrase
from audio.voices import Pace
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.score import Cue, Say, Score, Sound, Tone
from skill.content.reader import catalogue
from skill.errors import VoiceUnusable
from skill.voice.ours import load
from skill.voice.phrases import wanted
from skill.voice.studio import Studio
from skill.voice.voices import FILE
from tests.audio.fakes import a_bank

CONTENT = catalogue()


class Speaker:
    """Speaks as the bank does, and remembers what it was asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.asked: list[tuple[str, Pace]] = []

    def __call__(self, text: str, pace: Pace) -> Phrase:
        self.asked.append((text, pace))
        return BankFile(a_bank(self._folder / f"{len(self.asked)}.sqlite3", [text])).read()[text]


@pytest.fixture
def speaker(tmp_path: Path) -> Speaker:
    return Speaker(tmp_path)


@pytest.fixture
def studio(tmp_path: Path, speaker: Speaker) -> Studio:
    file = BankFile(a_bank(tmp_path / FILE, ["[tick]", "one"]))
    return Studio(file.read(), speaker, file)


REPLY = Score(
    (Cue(0, 100, Tone(Sound.TICK)), Cue(1000, 500, Say("one")), Cue(2000, 800, Say("You're on lift five."))),
    4000,
)


def test_any_reply_becomes_a_reel_and_what_is_lacking_is_spoken_once(
    studio: Studio, speaker: Speaker, tmp_path: Path
):
    first, again = studio.reel(REPLY), studio.reel(REPLY)
    assert speaker.asked == [("You're on lift five.", Pace.TELL)]
    assert first.read() == again.read()
    assert "You're on lift five." in BankFile(tmp_path / FILE).read()  # nor is it by the next process


def test_what_is_measured_is_spoken_for_it(studio: Studio, speaker: Speaker):
    assert studio.measure("one") == studio.bank["one"].room_ms
    assert speaker.asked == []
    assert studio.measure("Back to set two.") == studio.bank["Back to set two."].room_ms
    assert speaker.asked == [("Back to set two.", Pace.TELL)]


def test_a_voice_that_fails_is_said_and_nothing_is_added(studio: Studio, tmp_path: Path):
    def fails(text: str, pace: Pace) -> Phrase:
        raise VoiceUnusable(f"the voice failed at {text} ({pace})")

    with pytest.raises(VoiceUnusable, match="the voice failed"):
        Studio(studio.bank, fails).reel(REPLY)
    assert len(BankFile(tmp_path / FILE).read()) == 2


def test_what_is_spoken_is_not_added_to_the_bank_of_a_voice_that_took_the_place(
    studio: Studio, speaker: Speaker, tmp_path: Path
):
    a_bank(tmp_path / FILE, ["[tick]"], afresh=True, name="other pips")
    assert studio.reel(REPLY).size > 0
    assert studio.reel(REPLY).size > 0
    assert speaker.asked == [("You're on lift five.", Pace.TELL)]
    assert len(BankFile(tmp_path / FILE).read()) == 1


def test_what_is_spoken_is_heard_where_it_cannot_be_kept(studio: Studio, speaker: Speaker, tmp_path: Path):
    deaf = Studio(studio.bank, speaker, BankFile(tmp_path))  # a folder
    assert deaf.reel(REPLY).size > 0


def test_every_reply_of_a_conversation_can_be_heard_as_one_voice(tmp_path: Path, speaker: Speaker):
    bank = BankFile(a_bank(tmp_path / FILE, wanted(CONTENT))).read()
    studio = Studio(bank, speaker)
    edition = Edition(CONTENT, studio.measure)
    said = edition.spoken(
        "Welcome back. You were on lift five, set two of the pelvic tilt. Go on from there?"
    )
    assert studio.reel(said).size > 0
    assert [text for text, _ in speaker.asked] == [
        "Welcome back.",
        "You were on lift five, set two of the pelvic tilt.",
        "Go on from there?",
    ]


def test_a_bank_that_lacks_phrases_is_used_and_says_which(tmp_path: Path):
    texts = {text: pace for text, pace in wanted(CONTENT).items() if text not in {"Rest.", "one"}}
    a_bank(tmp_path / FILE, texts)
    ours = load(tmp_path, CONTENT)
    assert ours is not None
    assert ours.lacking == ("Rest.", "one")
    assert ours.measure("two") == ours.bank.measure("two")
    assert ours.measure("one") > 0  # an estimate
