"""``backbeat talk --aloud``: the coach through this machine's speakers, from the same reel that Alexa would play.

A sentence that is not in the bank, such as where somebody was, is spoken and encoded when it is needed.
"""

from collections.abc import Sequence
from typing import Self

import miniaudio

from audio.bank import Bank, Phrase
from audio.build import spoken
from audio.errors import AudioError
from audio.frames import RATE
from audio.reel import Reel
from audio.voices import Pace, Voice, VoiceError
from skill.coach.exercise import Ms
from skill.coach.timeline.score import Score
from skill.errors import VoiceUnusable
from skill.voice.phrases import placements


class Loudspeaker:
    """Plays scores. ``backends`` are miniaudio's, for a machine that has several ways to its speakers."""

    def __init__(self, bank: Bank, voice: Voice, backends: Sequence[miniaudio.Backend] = ()) -> None:
        self._bank, self._voice, self._playing = bank, voice, False
        self._more: dict[str, Phrase] = {}
        try:
            self._device = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.SIGNED16,
                nchannels=1,
                sample_rate=RATE,
                backends=list(backends) or None,
                app_name="Backbeat",
            )
        except miniaudio.MiniaudioError as error:
            raise VoiceUnusable(f"no speakers were found here ({error}): leave --aloud out") from error

    def measure(self, text: str) -> Ms:
        """How much room a phrase takes, ms; it is spoken for that, if it never was."""
        return self._phrase(text).room_ms

    def play(self, score: Score) -> None:
        """Begin to play a score; what was playing stops."""
        self.stop()
        placed, lasts = placements(score)
        said = {text: self._phrase(text) for _, text in placed}
        reel = Reel(placed, lasts, Bank(self._bank.voice, self._bank.silent, said))
        if said:
            stream = miniaudio.stream_memory(reel.read(), nchannels=1, sample_rate=RATE)
            next(stream)
            self._device.start(stream)
            self._playing = True

    def stop(self) -> None:
        """Be quiet."""
        if self._playing:
            self._device.stop()
            self._playing = False

    def close(self) -> None:
        """Let go of the speakers."""
        self._device.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _phrase(self, text: str) -> Phrase:
        if text in self._bank:
            return self._bank[text]
        if text not in self._more:
            try:
                self._more[text] = spoken(text, Pace.TELL, self._voice, self._bank.silent)
            except (AudioError, VoiceError) as error:
                raise VoiceUnusable(f"the voice failed: {error}") from error
        return self._more[text]
