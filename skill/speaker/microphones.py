"""The microphones of pages: sound in, as it comes; out comes what to do about what was said, in words or as an intent.

Nothing that was said is kept or logged: a microphone holds some seconds of sound, and is let go when a few newer ones have come.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

from skill.coach.dialogue import events as e
from skill.coach.dialogue.questions import Question
from skill.ears.engines import Engine, listener
from skill.ears.judge import Heard, Judge
from skill.ears.listener import Begun, Listener, Said
from skill.speaker.understanding import FALLBACK

MICROPHONES = 4
"""As many at once: a page or two, and those that were opened again."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What somebody said."""

    text: str = ""
    """Words to be understood."""
    intent: str = ""
    """Or the intent itself, where the words are not sure enough to be taken for more; empty with no words either: nothing."""


@dataclass
class Microphone:
    """One of them."""

    listener: Listener
    speaking: bool = False
    """Whether somebody is, as far as was heard."""
    turn: threading.Lock = field(default_factory=threading.Lock)


class Microphones:
    """All of them, with one recogniser."""

    def __init__(self, engine: Engine, judge: Judge) -> None:
        self._engine, self._judge = engine, judge
        self._open: OrderedDict[str, Microphone] = OrderedDict()
        self._turn = threading.Lock()

    def feed(
        self, name: str, pcm: bytes, asked: Question | None, own: Iterable[str], *, playing: bool
    ) -> tuple[bool, list[Utterance]]:
        """Whether somebody is speaking after the next samples, and what was said until then.

        ``pcm`` is signed 16-bit little-endian at 16 kHz; ``asked`` the question that is open; ``own`` what the coach said in the last
        seconds, and ``playing`` whether it speaks.
        """
        one = self._microphone(name)
        said = list[Utterance]()
        with one.turn:
            for report in one.listener.feed(pcm, playing=playing):
                one.speaking = isinstance(report, Begun)
                if isinstance(report, Said):
                    heard = self._judge.heard(report, asked, own, playing=playing)
                    if heard.ours:
                        one.listener.ours(report)
                    said.append(_utterance(heard))
        return one.speaking, said

    def _microphone(self, name: str) -> Microphone:
        with self._turn:
            if name not in self._open:
                self._open[name] = Microphone(listener(self._engine, self._judge))
            self._open.move_to_end(name)
            while len(self._open) > MICROPHONES:
                self._open.popitem(last=False)
            return self._open[name]


def _utterance(heard: Heard) -> Utterance:
    if heard.event is None:
        return Utterance()
    if heard.text:
        return Utterance(heard.text)
    return Utterance(intent="HurtsIntent" if isinstance(heard.event, e.Hurts) else FALLBACK)
