"""``backbeat talk``: the coach in a terminal. You type what you would say; it prints what it would, on the beat.

A line typed while it counts interrupts it, as "Alexa, …" would. Where nobody types, in a pipe, each line is said when
the coach has finished; with ``fast`` it does not wait at all, and time is only reckoned.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Protocol, TextIO

from skill.coach.dialogue import events as e
from skill.coach.dialogue.questions import Question
from skill.coach.exercise import Ms
from skill.coach.timeline.score import Score
from skill.conversation import Conversation
from skill.kept.carried import Carried
from skill.render.transcript import TICK, lines

Hear = Callable[[str, Question | None], e.Event]
"""From what was typed, after the question that is open, to what it means."""


def here() -> tzinfo:
    """Where this machine is."""
    return datetime.now().astimezone().tzinfo or UTC


class Clock(Protocol):
    """The time, and a way to let it pass."""

    def now(self) -> Ms:
        """Milliseconds since 1970."""

    def wait(self, ms: Ms, said: "Said") -> str | None:
        """Let ``ms`` pass, or until something is said, which is returned."""


class Loudspeaker(Protocol):
    """Something that plays scores."""

    def play(self, score: Score) -> None:
        """Begin to play; what was playing stops."""

    def stop(self) -> None:
        """Be quiet."""


class Said:
    """What is typed, line by line."""

    def __init__(self, stream: TextIO) -> None:
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.may_interrupt = stream.isatty()
        threading.Thread(target=self._read, args=(stream,), daemon=True).start()

    def _read(self, stream: TextIO) -> None:
        for line in stream:
            self._lines.put(line)
        self._lines.put(None)

    def next(self, timeout: float | None = None) -> str:
        """The next line, waiting for it at most ``timeout`` s. Raises queue.Empty; EOFError at the end."""
        line = self._lines.get(timeout=timeout)
        if line is None:
            raise EOFError
        return line


class RealClock:
    """The clock on the wall."""

    def now(self) -> Ms:
        """See `Clock`."""
        return time.time_ns() // 1_000_000

    def wait(self, ms: Ms, said: Said) -> str | None:
        """See `Clock`."""
        if not said.may_interrupt:
            time.sleep(max(ms, 0) / 1000)
            return None
        until = time.monotonic() + ms / 1000
        while (left := until - time.monotonic()) > 0:
            try:
                line = said.next(left)
            except queue.Empty:
                return None
            if line.strip():
                return line
        return None


class FastClock:
    """Time that passes as fast as it is spoken of."""

    def __init__(self) -> None:
        self._ahead: Ms = 0

    def now(self) -> Ms:
        """See `Clock`."""
        return time.time_ns() // 1_000_000 + self._ahead

    def wait(self, ms: Ms, said: Said) -> str | None:  # noqa: ARG002  # nobody interrupts what takes no time
        """See `Clock`."""
        self._ahead += max(ms, 0)
        return None


@dataclass(frozen=True, slots=True)
class Terminal:
    """One conversation in a terminal."""

    conversation: Conversation
    hear: Hear
    clock: Clock
    said: Said
    out: TextIO
    loudspeaker: Loudspeaker | None = None

    def run(self, person: str, locale: str) -> None:
        """From "open" to goodbye, to the end of what is typed, or to Ctrl-C: the place is kept in any case."""
        carried, event = Carried(), e.Opened()
        try:
            self._converse(person, locale, carried, event)
        except (EOFError, KeyboardInterrupt):
            self.out.write("\n")

    def _converse(self, person: str, locale: str, carried: Carried, event: e.Event) -> None:
        try:
            while True:
                answer = self.conversation.turn(
                    person, event, carried, now=self.clock.now(), locale=locale, zone=here()
                )
                carried, reply = answer.carried, answer.turn.reply
                interruption = self._speak(reply.speech)
                if interruption is None and reply.asks is None:
                    return
                text = self._listen() if interruption is None else interruption
                event = self.hear(text, carried.session.asked)
        except (EOFError, KeyboardInterrupt):
            self.conversation.turn(person, e.Closed(), carried, now=self.clock.now(), locale=locale)
            raise

    def _listen(self) -> str:
        self.out.write("▸ ")
        self.out.flush()
        line = self.said.next()
        while not line.strip():
            line = self.said.next()
        if not self.said.may_interrupt:
            self.out.write(line)
        return line

    def _speak(self, score: Score) -> str | None:
        """Print the score on its beats, and play it. What was said meanwhile, if it interrupted."""
        if self.loudspeaker:
            self.loudspeaker.play(score)
        interruption = self._print(score)
        if self.loudspeaker:
            self.loudspeaker.stop()
        return interruption

    def _print(self, score: Score) -> str | None:
        began = self.clock.now()
        for i, (at, text, fresh) in enumerate(_laid_out(score)):
            if (interruption := self.clock.wait(began + at - self.clock.now(), self.said)) is not None:
                self.out.write("\n")
                return interruption
            self.out.write(f"◂ {text}" if i == 0 else f"\n  {text}" if fresh else f"  {text}")
            self.out.flush()
        interruption = self.clock.wait(began + score.lasts - self.clock.now(), self.said)
        self.out.write("\n")
        self.out.flush()
        return interruption


def _laid_out(score: Score) -> Iterator[tuple[Ms, str, bool]]:
    """Each thing heard, at its moment in ms, and whether it begins a line: a sentence, a rep."""
    before: object = None
    for at, text in lines(score):
        section = score.place(at)
        rep = section and (section.set, section.side, section.rep)
        yield at, text, text != TICK and (rep is None or rep != before)
        before = rep
