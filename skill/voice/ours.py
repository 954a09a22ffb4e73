"""Our own voice, where an installation has one: the bank in its data folder, and how to lay things out with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from audio.bank import Bank, BankFile
from audio.errors import AudioError
from audio.estimate import estimate
from audio.voices import Pace
from skill.coach.exercise import Catalogue
from skill.coach.timeline.arrange import Measure
from skill.errors import VoiceUnusable
from skill.voice.phrases import wanted

FILE = "voice.sqlite3"
"""The bank, in the data folder."""


@dataclass(frozen=True, slots=True)
class OurVoice:
    """A bank that holds every phrase of the content."""

    bank: Bank
    measure: Measure
    """What a phrase takes in the bank; an estimate of what is not in it."""


def bank_file(data: Path) -> BankFile:
    """Where an installation keeps its bank."""
    return BankFile(data / FILE)


def load(data: Path, catalogue: Catalogue) -> OurVoice | None:
    """The voice of an installation; None if it has none.

    Raises:
        VoiceUnusable: its bank is damaged, or lacks phrases that the content has now.
    """
    file = bank_file(data)
    if not file.path.exists():
        return None
    try:
        bank = file.read()
    except AudioError as error:
        raise VoiceUnusable(str(error)) from error
    if missing := lacking(bank, wanted(catalogue)):
        raise VoiceUnusable(
            f"the bank {file.path} lacks {len(missing)} phrases, {missing[0]!r} first: run backbeat voice build"
        )
    return OurVoice(bank, measure(bank))


def spoken_by(path: Path) -> Measure:
    """How much room phrases take in the bank at ``path``. Raises VoiceUnusable."""
    try:
        return measure(BankFile(path).read())
    except AudioError as error:
        raise VoiceUnusable(str(error)) from error


def lacking(bank: Bank, phrases: Mapping[str, Pace]) -> list[str]:
    """The phrases a bank does not hold."""
    return [text for text in phrases if text not in bank]


def measure(bank: Bank) -> Measure:
    """How much room a phrase takes."""
    return lambda text: bank.measure(text) if text in bank else estimate(text)
