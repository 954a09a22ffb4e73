"""Our own voice, where an installation has one: the bank in its data folder, and how to lay things out with it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from audio.bank import Bank, BankFile, Phrase
from audio.errors import AudioError
from audio.estimate import estimate
from audio.voices import Pace, VoiceError
from skill.coach.exercise import Catalogue, Language
from skill.coach.timeline.arrange import Measure
from skill.content.reader import languages
from skill.errors import VoiceUnusable
from skill.voice.phrases import wanted
from skill.voice.studio import Speak, Studio

FILE = "voice.sqlite3"
"""The bank of the default language, in the data folder; another's has its language in its name."""


@dataclass(frozen=True, slots=True)
class OurVoice:
    """A bank, and what it lacks of the content."""

    bank: Bank
    lacking: tuple[str, ...]
    """The phrases of the content that are not in it: what needs one of them has to be said by the speaker."""

    @property
    def measure(self) -> Measure:
        """What a phrase takes in the bank; an estimate of what is not in it."""
        return measure(self.bank)


def bank_file(data: Path, language: Language) -> BankFile:
    """Where an installation keeps its bank of a language."""
    name = Path(FILE) if language == languages()[0] else Path(FILE).with_suffix(f".{language}.sqlite3")
    return BankFile(data / name)


def load(data: Path, catalogue: Catalogue) -> OurVoice | None:
    """The voice of an installation in the language of the content, completed where that can be done here; None if none.

    Raises:
        VoiceUnusable: its bank is damaged.
    """
    file = bank_file(data, catalogue.language)
    if not file.path.exists():
        return None
    try:
        bank = file.read()
    except AudioError as error:
        raise VoiceUnusable(str(error)) from error
    phrases = wanted(catalogue)
    if any(lacking(bank, phrases)):
        bank = _completed(bank, file, phrases, catalogue.locale)
    return OurVoice(bank, tuple(lacking(bank, phrases)))


def _completed(bank: Bank, file: BankFile, phrases: Mapping[str, Pace], locale: str) -> Bank:
    """The bank with what it lacked, spoken and added; as it was, if its voice is not to be had here."""
    try:
        with speaking(bank, locale) as speak:
            studio = Studio(bank, speak, file)
            studio.add((text, phrases[text]) for text in lacking(bank, phrases))
            return studio.bank
    except VoiceUnusable:  # whoever loads it says what is lacking
        return bank


@contextmanager
def speaking(bank: Bank, locale: str) -> Iterator[Speak]:
    """The voice that spoke a bank, to speak more of it.

    Raises:
        VoiceUnusable: it is not to be had here; or, when it is to speak, it cannot.
    """
    try:  # only here: they need the extras
        from audio.build import spoken  # noqa: PLC0415
        from audio.voices.espeak import Espeak  # noqa: PLC0415
    except ImportError as error:
        raise VoiceUnusable('no voice is installed here: pip install "backbeat[espeak]"') from error
    try:
        with Espeak(locale) as voice:
            if voice.name != bank.voice:
                raise VoiceUnusable(f"the bank was spoken by {bank.voice}, which is not installed here")

            def speak(text: str, pace: Pace) -> Phrase:
                try:
                    return spoken(text, pace, voice, bank.silent)
                except (AudioError, VoiceError) as error:
                    raise VoiceUnusable(f"the voice failed: {error}") from error

            yield speak
    except VoiceError as error:
        raise VoiceUnusable(f"the voice failed: {error}") from error


def spoken_by(path: Path) -> Measure:
    """How much room phrases take in the bank at ``path``. Raises VoiceUnusable."""
    try:
        return measure(BankFile(path).read())
    except AudioError as error:
        raise VoiceUnusable(str(error)) from error


def lacking(bank: Bank, phrases: Mapping[str, Pace]) -> Iterator[str]:
    """The phrases a bank does not hold."""
    return (text for text in phrases if text not in bank)


def measure(bank: Bank) -> Measure:
    """How much room a phrase takes."""
    return lambda text: bank.measure(text) if text in bank else estimate(text)
