"""A voice whose engine is a program of its own: the pipes between them, how long it lives, and how long it may take.

What is under the GPL is never loaded here. A folder of such a voice has a ``program.py``, a separate program that loads it and
imports nothing of ours. It is started at first use, and ends with us, however we end: its input does then.

It greets with a line of JSON. Then it reads a line for each wish, and answers with a line, ``{"bytes": …}``, and that many
bytes. A line ``{"error": …}`` is its last.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from audio.voices import NoVoice, VoiceError

GROUPS = hasattr(os, "killpg")

Wish = dict[str, str | int | float]
"""A line for a program to read."""

Line = dict[str, Any]
"""A line that it says."""

# espeak-ng, which spells for others too, obeys commands behind a control character: "\x01 300S" makes it hurry.
_UNSPEAKABLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


class Ended(Exception):
    """The program ended in the middle of an exchange, by itself or because its time was up."""


class Refused(Exception):
    """The program says that it cannot. Asking again would not help."""


class Apart(ABC):
    """What such a voice is made of. Threads may share it: they are answered one at a time.

    Args:
        called: the engine, as a sentence names it.
        deadline_s: for a text, and for starting the program before it.
        repair: the end of the sentence in which a program refuses to start: what to do.
    """

    def __init__(self, called: str, deadline_s: float, repair: str = "") -> None:
        self._called = called
        self._deadline_s = deadline_s
        self._repair = repair
        self._lock = threading.Lock()
        self._program: Program | None = None
        self._greeting: Line = {}

    @abstractmethod
    def _begun(self, text: str) -> "Program":
        """The program, just started. Raises NoVoice, Refused."""

    def _ask(self, text: str, wish: Wish | None) -> tuple[Line, bytes]:
        """The answer to a wish; to none, the greeting. A program that ends is started once more. Raises VoiceError."""
        ends = time.monotonic() + self._deadline_s
        for last in (False, True):
            try:
                program = self._started(text, ends)
                return program.exchange(wish, ends) if wish else (self._greeting, b"")
            except Refused as why:
                raise VoiceError(text, str(why)) from why
            except Ended as why:
                if time.monotonic() >= ends:
                    raise NoVoice(
                        text, f"{self._called} did not answer within {self._deadline_s:g} s. Try again"
                    ) from why
                if last:
                    raise NoVoice(text, f"{self._called}'s program ended, twice: {why}. Try again") from why
            finally:  # interrupted, too: an answer left in the pipe would be taken for the next one
                if self._program is not None and not self._program.ready:
                    self._stop()
        raise AssertionError("the last attempt returns or raises")

    def _started(self, text: str, ends: float) -> "Program":
        """The program, running."""
        if self._program is not None and not self._program.ours:
            self._stop()
        if self._program is None:
            try:
                self._program = self._begun(text)
                self._greeting, _ = self._program.exchange(None, ends)
            except Refused as why:
                raise NoVoice(text, f"{why}{self._repair}") from why
        return self._program

    def _stop(self) -> None:
        if self._program is not None:
            self._program.stop()
            self._program = None

    def close(self) -> None:
        """Stop the program. Saying something starts it again."""
        with self._lock:
            self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Program:
    """A ``program.py``, running. It leads a process group, for it may have forks.

    Args:
        path: the program.
        given: its arguments.
        called: the engine, as a sentence names it.
        once: whether it ends after its first answer.

    Raises:
        Refused: it cannot be started.
    """

    def __init__(self, path: Path, *given: str, called: str, once: bool = False) -> None:
        command = [sys.executable, "-I", "-S", str(path), *given]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, our own arguments
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
        except OSError as error:
            raise Refused(f"{called}'s program does not start: {error}") from error
        self._parent = os.getpid()
        self._once = once
        self.ready = False
        """Whether it waits for a wish, with nothing left in the pipes."""

    @property
    def ours(self) -> bool:
        """Whether this process started it. A fork of ours must not talk into the same pipe."""
        return self._parent == os.getpid()

    def exchange(self, wish: Wish | None, ends: float) -> tuple[Line, bytes]:
        """Its next line and samples, asked for with a wish, by a time of the monotonic clock. Raises Ended, Refused."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.ready = False
        # Not every system can wait for a pipe and a clock at once. All can wait for a pipe to end.
        alarm = threading.Timer(ends - time.monotonic(), self._kill)
        alarm.daemon = True
        alarm.start()
        try:
            if wish:
                self._process.stdin.write(json.dumps(wish).encode() + b"\n")
                self._process.stdin.flush()
            if not (told := self._process.stdout.readline()):
                raise Ended("it said nothing")
            line = json.loads(told)
            samples = self._process.stdout.read(line.get("bytes", 0))
        except (OSError, ValueError) as error:
            raise Ended(str(error)) from error
        finally:
            alarm.cancel()
            alarm.join()
        if "error" in line:
            raise Refused(line["error"])
        if len(samples) < line.get("bytes", 0):
            raise Ended("it said half its answer")
        self.ready = not (self._once and wish)
        return line, samples

    def stop(self) -> None:
        """End it at once: it keeps nothing that could be lost. A fork of ours only lets go of it."""
        if self.ours:
            self._kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # a wish it never read
                if pipe is not None:
                    pipe.close()

    def _kill(self) -> None:
        if self._process.returncode is not None:
            return
        if not GROUPS:
            self._process.kill()
            return
        with suppress(ProcessLookupError, PermissionError):  # if it has ended, on Linux and on macOS
            os.killpg(self._process.pid, signal.SIGKILL)


def speakable(text: str, longest: int) -> str:
    """A text without what nobody can say, at most so many characters. Raises VoiceError."""
    spoken = _UNSPEAKABLE.sub(" ", text).strip()
    if not spoken:
        raise VoiceError(text, "there is nothing to say")
    if len(spoken) > longest:
        raise VoiceError(text, f"it has {len(spoken)} characters, and {longest} is the most; say it in parts")
    return spoken
