"""Where speech begins and where it ends, frame by frame; and what of it is kept for the recogniser.

A frame is speech if the voice activity detector says so. While the coach speaks, it also has to be clearly louder than the coach is
heard: in its pauses alone nobody could say stop. How loud that is, is learned from what turned out to be the coach (`learn`).
"""

import math
from array import array
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from skill.ears import INSTALL, RATE, NoEars

FRAME_MS: Final = 20
FRAME_BYTES: Final = RATE * FRAME_MS // 1000 * 2

ONSET: Final = 4, 6
"""Speech begins with so many frames of speech among so many: 80 ms to 120 ms after it can be heard."""

LEAD_MS: Final = 300
"""What is kept from before that: a first "s" or "p" is no speech yet to the detector."""

CLOSE_LEAD_MS: Final = 180
"""The same while the coach speaks: what came before was the coach."""

TAIL_MS: Final = 120
"""What the recogniser is given of the silence behind it: with half a second, of 46 commands three fewer were understood."""

EARLY_MS: Final = 300
"""Of silence, after which it is worth a look whether it was urgent."""

END_MS: Final = 600
"""Of silence, after which an utterance has ended: people breathe for less than that between two words."""

LONGEST_MS: Final = 8_000
"""Of an utterance. The longest sentence of our own takes five seconds."""

SHORTEST: Final = 6
"""Frames of speech; what has fewer is a click or a knock."""

ABOVE_DB: Final = 5.0
"""By how much somebody has to be louder than the coach is heard, while it speaks."""

FADES_DB: Final = 0.05
"""By how much the coach is taken to be less loud with every second that it speaks and is not heard: somebody turned it down."""

CREEPS_DB: Final = 0.5
"""By how much at once it is taken to be louder, where nobody said that it was the coach: it might be somebody quiet."""

QUIETEST_DB: Final = -96.0
"""Of full scale: a level that everything is above."""

Detect = Callable[[bytes], bool]
"""Whether a frame is speech."""


@dataclass(frozen=True, slots=True)
class Onset:
    """Speech has begun."""

    at_ms: int
    """When that was found, ms of sound since the first."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Speech, as far as it was heard."""

    pcm: bytes
    began_ms: int
    """When its first frame of speech was."""
    ended_ms: int
    """When its last one was over."""
    loud_db: float
    """The level of its louder frames, dB of full scale."""
    over: bool
    """Whether it has ended; if not, there is only a pause as yet."""


class Endpointer:
    """Finds speech. It remembers an utterance at most."""

    def __init__(self, detect: Detect) -> None:
        self._detect = detect
        self._now = 0  # frames
        self._coach_db = QUIETEST_DB
        self._before: deque[bytes] = deque(maxlen=LEAD_MS // FRAME_MS)
        self._lately: deque[bool] = deque(maxlen=ONSET[1])
        self._frames: list[bytes] = []
        self._levels: list[float] = []
        self._began = self._last = self._run = 0

    @property
    def speaking(self) -> bool:
        """Whether an utterance is under way."""
        return bool(self._frames)

    def learn(self, loud_db: float) -> None:
        """That was the coach, so loud."""
        self._coach_db = max(self._coach_db, loud_db)

    def dismiss(self) -> None:
        """What is under way was understood already: listen for the next."""
        self._frames, self._levels = [], []
        self._lately.clear()

    def frame(self, pcm: bytes, *, playing: bool) -> Onset | Stretch | None:
        """Takes the next frame; ``playing`` is whether the coach speaks meanwhile."""
        self._now += 1
        loud = level_db(pcm)
        speech = self._detect(pcm) and not (playing and loud < self._coach_db + ABOVE_DB)
        if playing:
            self._coach_db = max(QUIETEST_DB, self._coach_db - FADES_DB * FRAME_MS / 1000)
        if not self._frames:
            return self._waiting(pcm, speech=speech, loud=loud, playing=playing)
        self._frames.append(pcm)
        self._run = self._run + 1 if speech else 0
        if speech:
            self._levels.append(loud)
        if self._run > 1 or (speech and self._now - self._last <= 1):
            self._last = self._now
        silence_ms = (self._now - self._last) * FRAME_MS
        if silence_ms >= END_MS or len(self._frames) * FRAME_MS >= LONGEST_MS:
            whole = self._stretch(over=True)
            self.dismiss()
            return self._unless_coach(whole) if playing else whole
        return self._stretch(over=False) if silence_ms == EARLY_MS else None

    def _unless_coach(self, whole: Stretch) -> Stretch:
        """It, but for its sound if on the whole it was hardly louder than the coach: then that is how loud the coach gets."""
        if whole.loud_db >= self._coach_db + ABOVE_DB:
            return whole
        self.learn(min(whole.loud_db, self._coach_db + CREEPS_DB))
        return replace(whole, pcm=b"")

    def _waiting(self, pcm: bytes, *, speech: bool, loud: float, playing: bool) -> Onset | None:
        self._before.append(pcm)
        self._lately.append(speech)
        if speech:
            self._levels.append(loud)
        elif not any(self._lately):
            self._levels.clear()
        if sum(self._lately) < ONSET[0]:
            return None
        kept = (CLOSE_LEAD_MS if playing else LEAD_MS) // FRAME_MS
        self._frames = list(self._before)[-kept:]
        self._before.clear()
        self._began = self._now - len(self._lately) + list(self._lately).index(True)
        self._last, self._run = self._now, 1
        return Onset(self._now * FRAME_MS)

    def _stretch(self, *, over: bool) -> Stretch:
        silent = max(0, self._now - self._last - TAIL_MS // FRAME_MS)
        frames = self._frames[: len(self._frames) - silent]
        loudest = sorted(self._levels)[len(self._levels) * 3 // 4 :]
        loud = sum(loudest) / len(loudest) if len(self._levels) >= SHORTEST else QUIETEST_DB
        pcm = b"".join(frames) if len(self._levels) >= SHORTEST else b""
        return Stretch(pcm, self._began * FRAME_MS, self._last * FRAME_MS, loud, over)


def level_db(pcm: bytes) -> float:
    """How loud a frame is, dB of full scale."""
    samples = array("h", pcm)
    power = sum(one * one for one in samples) / max(len(samples), 1)
    return 10 * math.log10(power / 32768**2) if power else QUIETEST_DB


def detector() -> Detect:
    """WebRTC's voice activity detector, strictest; PocketSphinx brings it. Raises NoEars: it is not installed."""
    try:
        from pocketsphinx import Vad  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise NoEars(f"what finds speech is not installed: {INSTALL}") from error

    vad = Vad(Vad.STRICT, RATE, FRAME_MS / 1000)
    return lambda pcm: bool(vad.is_speech(pcm))
