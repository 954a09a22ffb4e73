"""Our own voice: its bank, completed where the content needs more, and how to lay things out with it."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import structlog

from audio.bank import Bank, BankFile, Phrase
from audio.errors import AudioError
from audio.estimate import estimate
from audio.voices import Pace, VoiceError
from skill.coach.exercise import Catalogue
from skill.coach.timeline.arrange import Measure
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.wishes import BEAT_MS
from skill.content.fit import misfits
from skill.errors import VoiceUnusable
from skill.voice.engines import best
from skill.voice.phrases import wanted
from skill.voice.studio import Speak, Studio
from skill.voice.voices import Chosen, in_use

log = structlog.get_logger()


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


def load(data: Path, catalogue: Catalogue, *, checked: bool = False) -> OurVoice | None:
    """The voice of an installation in the language of the content, completed where that can be done here; None if none.

    ``checked``: that it lacks nothing of this content is known; to find out takes most of a second.

    Raises:
        VoiceUnusable: its bank is damaged.
    """
    chosen = in_use(data, catalogue.language)
    if chosen is None:
        return None
    bank = opened(chosen)
    if checked:
        return OurVoice(bank, ())
    phrases = wanted(catalogue)
    if any(lacking(bank, phrases)):
        bank = _completed(chosen, bank, phrases, catalogue.locale)
    return OurVoice(bank, tuple(lacking(bank, phrases)))


def _completed(chosen: Chosen, bank: Bank, phrases: Mapping[str, Pace], locale: str) -> Bank:
    """The bank with what it lacked, spoken and added; as it was, if no voice is to be had for that here."""
    try:
        with speaking(chosen, bank, locale) as speak:
            studio = Studio(bank, speak, chosen.begin(bank))
            studio.add((text, phrases[text]) for text in lacking(bank, phrases))
            return studio.bank
    except (VoiceUnusable, sqlite3.Error):  # whoever loads it says what is lacking
        return bank


@contextmanager
def speaking(chosen: Chosen, bank: Bank, locale: str) -> Iterator[Speak]:
    """What speaks more of a voice: for an installation's own, the same; for one that comes with us, the best there is here.

    Raises:
        VoiceUnusable: it is not to be had here; or, when it is to speak, it cannot.
    """
    try:
        from audio.build import spoken  # noqa: PLC0415  # only here: it needs an extra
    except ImportError as error:
        raise VoiceUnusable('no voice is installed here: pip install "backbeat[espeak]"') from error
    try:
        with best(chosen, bank, locale) as voice:

            def speak(text: str, pace: Pace) -> Phrase:
                try:
                    return spoken(text, pace, voice, bank.silent)
                except (AudioError, VoiceError) as error:
                    raise VoiceUnusable(f"the voice failed: {error}") from error

            yield speak
    except VoiceError as error:
        raise VoiceUnusable(f"the voice failed: {error}") from error


@contextmanager
def studio_of(
    data: Path, content: Catalogue, bank: Bank | None = None, *, forgiving: bool = False
) -> Iterator[Studio]:
    """The studio of an installation: what its bank lacks is spoken when it is needed, if anything here can.

    ``bank`` is its bank, where that was read before. Raises VoiceUnusable.
    """
    chosen = in_use(data, content.language)
    if chosen is None:
        raise VoiceUnusable("there is no voice yet: run backbeat voice build")
    bank = bank or opened(chosen)
    with ExitStack() as stack:
        speak = _speaks(chosen, bank, content.locale, stack)
        yield Studio(bank, speak, chosen.more or chosen.file, forgiving=forgiving)


def _speaks(chosen: Chosen, bank: Bank, locale: str, stack: ExitStack) -> Speak:
    """What speaks more of a bank; made when it is first needed, since most of the time it is not."""
    made: list[Speak] = []

    def speak(text: str, pace: Pace) -> Phrase:
        if not made:
            made.append(stack.enter_context(speaking(chosen, bank, locale)))
            with suppress(sqlite3.Error):  # then it is spoken again, another time
                chosen.begin(bank)
        return made[0](text, pace)

    return speak


def spoken_by(path: Path) -> Measure:
    """How much room phrases take in the bank at ``path``. Raises VoiceUnusable."""
    return measure(opened(BankFile(path)))


def opened(voice: Chosen | BankFile) -> Bank:
    """All that a voice can say. Raises VoiceUnusable."""
    try:
        return voice.read()
    except AudioError as error:
        raise VoiceUnusable(str(error)) from error


def lacking(bank: Bank, phrases: Mapping[str, Pace]) -> Iterator[str]:
    """The phrases a bank does not hold."""
    return (text for text in phrases if text not in bank)


def measure(bank: Bank) -> Measure:
    """How much room a phrase takes."""
    return cache(lambda text: bank.measure(text) if text in bank else estimate(text))


def streams(edition: Edition, ours: OurVoice | None) -> bool:
    """Whether everything can be played straight through; else it is set by set, and the operator is told why."""
    if ours is None:
        return False
    why = next(misfits(edition, [BEAT_MS]), "")
    if ours.lacking:
        phrases = f"{len(ours.lacking)} phrases, {ours.lacking[0]!r} first"
        why = f"the bank lacks {phrases}: run backbeat voice build"
    if why:
        log.warning("no streams", language=edition.catalogue.language, why=why)
    return not why
