"""A listener: one microphone's samples in, as they come; out comes when somebody began to speak, and what they said.

    silence ── speech for 80 ms ──▶ speaking: `Begun`
    speaking ── 0.3 s of silence, and it was urgent ──▶ silence: `Said`
    speaking ── 0.6 s of silence, or 8 s in all ──▶ silence: `Said`, or `Nothing`

However the samples are cut into pieces, the same comes out. It is one thread's at a time; its recogniser may be shared.
"""

from collections.abc import Callable
from dataclasses import dataclass

from skill.ears import Guess, Recogniser
from skill.ears.endpoint import FRAME_BYTES, Detect, Endpointer, Onset, Stretch


@dataclass(frozen=True, slots=True)
class Begun:
    """Somebody has begun to speak: the moment to turn the coach down."""

    at_ms: int
    """ms of sound since the first sample, as all times in here."""


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody has said something."""

    guess: Guess
    began_ms: int
    ended_ms: int
    """When the last of it was heard, before the silence that ended it."""
    loud_db: float
    """How loud it was, dB of full scale."""
    early: bool = False
    """Whether it was urgent, and so not waited for whether more would come."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """What had begun was no speech, or none that could be understood: the coach may be as loud as before."""

    ended_ms: int


Report = Begun | Said | Nothing


class Listener:
    """Listens to one microphone.

    Args:
        recogniser: from sound to words.
        detect: whether a frame of 20 ms is speech; `skill.ears.endpoint.detector` makes one.
        urgent: whether a guess must not wait for more: "stop".
    """

    def __init__(
        self, recogniser: Recogniser, detect: Detect, urgent: Callable[[Guess], bool] = lambda _: False
    ) -> None:
        self._recogniser, self._urgent = recogniser, urgent
        self._ends = Endpointer(detect)
        self._rest = b""

    def feed(self, pcm: bytes, *, playing: bool = False) -> tuple[Report, ...]:
        """What the next samples tell: signed 16-bit little-endian at 16 kHz, any number of bytes.

        ``playing`` is whether the coach was speaking meanwhile. Where an utterance ends it takes as long as recognising it.
        """
        pcm = self._rest + pcm
        whole = len(pcm) // FRAME_BYTES * FRAME_BYTES
        self._rest = pcm[whole:]
        reports = (
            self._report(self._ends.frame(pcm[at : at + FRAME_BYTES], playing=playing))
            for at in range(0, whole, FRAME_BYTES)
        )
        return tuple(one for one in reports if one)

    def ours(self, said: Said) -> None:
        """That was the coach itself: from now on it takes somebody louder than that to be heard over it."""
        self._ends.learn(said.loud_db)

    def _report(self, found: Onset | Stretch | None) -> Report | None:
        match found:
            case None:
                return None
            case Onset(at_ms):
                return Begun(at_ms)
            case Stretch(pcm, began, ended, loud, over):
                guess = self._recogniser.recognise(pcm) if pcm else Guess("", 0.0)
                if not over:
                    if not (guess.text and self._urgent(guess)):
                        return None
                    self._ends.dismiss()
                    return Said(guess, began, ended, loud, early=True)
                return Said(guess, began, ended, loud) if guess.text else Nothing(ended)
