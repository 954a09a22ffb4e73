"""The studio: a reel of anything the coach says, for whoever can play one.

A phrase that the bank lacks, such as where somebody was, or a sentence that has just been changed, is spoken alone and added: to
the bank in memory and, where there is one, to its file, so that it is spoken once. A file that cannot be written, or is another
voice's by now, is left as it is.
"""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress

from audio.bank import Bank, BankFile, Phrase
from audio.errors import Replaced
from audio.estimate import estimate
from audio.reel import Reel
from audio.voices import Pace
from skill.coach.exercise import Ms
from skill.coach.timeline.score import Score
from skill.errors import VoiceUnusable
from skill.voice.phrases import placements

Speak = Callable[[str, Pace], Phrase]
"""Speaks and encodes one phrase as the bank's own voice. Raises VoiceUnusable."""


class Studio:
    """Makes reels of scores, whatever is in them."""

    def __init__(
        self, bank: Bank, speak: Speak, file: BankFile | None = None, *, forgiving: bool = False
    ) -> None:
        """``forgiving`` leaves quiet what the voice cannot say, for whoever can read it."""
        self.bank = bank
        """All that has been spoken so far."""
        self._speak, self._file, self._forgiving = speak, file, forgiving
        self._speechless = False
        """Whether there is nobody to say more, as was found."""

    def measure(self, text: str) -> Ms:
        """How much room a phrase takes, ms; it is spoken for that, if it never was. Raises VoiceUnusable."""
        self._add_what_can_be([text])
        return self.bank.measure(text) if text in self.bank else estimate(text)

    def reel(self, score: Score) -> Reel:
        """A score as a reel. Raises VoiceUnusable; AudioError where a phrase has no room."""
        placed, lasts = placements(score)
        self._add_what_can_be(text for _, text in placed)
        return Reel(((at, text) for at, text in placed if text in self.bank), lasts, self.bank)

    def _add_what_can_be(self, texts: Iterable[str]) -> None:
        if self._speechless:
            return
        try:
            self.add((text, Pace.TELL) for text in texts)
        except VoiceUnusable:
            if not self._forgiving:
                raise
            self._speechless = True

    def add(self, phrases: Iterable[tuple[str, Pace]]) -> int:
        """Have each of some phrases in the bank; how many were not. Raises VoiceUnusable."""
        added = 0
        for text, pace in phrases:
            if text not in self.bank:
                phrase = self._speak(text, pace)
                self.bank = self.bank.plus(phrase)
                if self._file:
                    with suppress(Replaced, sqlite3.Error):  # it will be spoken once more, another time
                        self._file.add(self.bank.voice, phrase)
                added += 1
        return added
