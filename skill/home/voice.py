"""Our voice as PCM, piece by piece as it is asked for: 24 kHz, mono, 16 bit, little-endian.

A reel is decoded as it is read. So the first piece of a set is there at once, and however long it lasts, it is never rendered whole.
"""

import threading
from collections.abc import Iterator

import miniaudio
import structlog

from audio.errors import AudioError
from audio.frames import RATE
from audio.reel import Reel
from skill.coach.timeline.score import Score, sequence
from skill.errors import VoiceUnusable
from skill.speaker.speech import sentences
from skill.voice.phrases import placements
from skill.voice.studio import Studio

log = structlog.get_logger()

WIDTH, CHANNELS = 2, 1
"""Bytes of a sample, and samples at once."""

PIECE_MS = 400
"""Of sound in a piece; by measurement: of 50 sets at once the last first piece is sent after 65 ms, as with shorter ones, in a third of the time in all."""

TEXT_CHARS = 8000
"""As much is spoken at once as a reply of ours may have."""


class Voice:
    """Speaks scores, and plain text as far as it can. Its methods may be called from any thread."""

    def __init__(self, studio: Studio) -> None:
        """``studio`` is to be forgiving: a reply with a sentence missing is better than none."""
        self._studio, self._turn = studio, threading.Lock()

    def reel(self, score: Score) -> Reel:
        """A reply, laid out. Raises VoiceUnusable."""
        with self._turn:
            if lacking := self._lacking(score):
                log.warning("not all of it can be said", phrases=lacking, what_now="run backbeat voice build")
            try:
                return self._studio.reel(score)
            except AudioError as error:
                raise VoiceUnusable(f"a phrase has no room: {error}") from error

    def read(self, text: str) -> Reel:
        """What is no reply of ours, such as a reminder that somebody wrote, read out. Raises VoiceUnusable: we cannot say all of it."""
        with self._turn:
            known = self._studio.bank.__contains__
            score = sequence(sentences(text[:TEXT_CHARS], self._studio.measure, known))
        if self._lacking(score):
            raise VoiceUnusable(
                "this voice only says what the coach says: for anything else install one that speaks, with pip install "
                '"backbeat[espeak]"'
            )
        return self.reel(score)

    def _lacking(self, score: Score) -> int:
        placed, _ = placements(score)
        return sum(text not in self._studio.bank for _, text in placed)


class _Source(miniaudio.StreamableSource):  # type: ignore[misc]  # it has no types
    """A reel as miniaudio reads it."""

    def __init__(self, reel: Reel) -> None:
        self._reel = reel

    def read(self, num_bytes: int) -> bytes:
        return self._reel.read(num_bytes) or b""

    def seek(self, offset: int, origin: miniaudio.SeekOrigin) -> bool:
        self._reel.seek(offset, 0 if origin == miniaudio.SeekOrigin.START else 1)
        return True


def pcm(reel: Reel) -> Iterator[bytes]:
    """The sound of a reel, in pieces of `PIECE_MS`."""
    if not reel.size:
        return
    stream = miniaudio.stream_any(
        _Source(reel),
        source_format=miniaudio.FileFormat.MP3,
        output_format=miniaudio.SampleFormat.SIGNED16,
        nchannels=CHANNELS,
        sample_rate=RATE,
        frames_to_read=RATE * PIECE_MS // 1000,
    )
    for piece in stream:
        yield piece.tobytes()  # every machine that this runs on is little-endian
