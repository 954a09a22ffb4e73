"""``backbeat talk --aloud``: the coach through this machine's speakers, from the same reels that Alexa would play."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self

import miniaudio

from audio.frames import RATE
from skill.coach.timeline.score import Score
from skill.errors import VoiceUnusable
from skill.voice.studio import Studio


@contextmanager
def _hushed() -> Iterator[None]:
    """Where there is no sound card, ALSA writes twenty lines about it to stderr, past Python."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


class Loudspeaker:
    """Plays scores. ``backends`` are miniaudio's, for a machine that has several ways to its speakers."""

    def __init__(self, studio: Studio, backends: Sequence[miniaudio.Backend] = ()) -> None:
        self._studio, self._playing = studio, False
        try:
            with _hushed():
                self._device = miniaudio.PlaybackDevice(
                    output_format=miniaudio.SampleFormat.SIGNED16,
                    nchannels=1,
                    sample_rate=RATE,
                    backends=list(backends) or None,
                    app_name="Backbeat",
                )
        except miniaudio.MiniaudioError as error:
            raise VoiceUnusable(
                f"no speakers were found here ({error}): leave --aloud out, or say --silent"
            ) from error

    def play(self, score: Score) -> None:
        """Begin to play a score; what was playing stops."""
        self.stop()
        if score.cues:
            stream = miniaudio.stream_memory(self._studio.reel(score).read(), nchannels=1, sample_rate=RATE)
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
