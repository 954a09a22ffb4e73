"""espeak-ng: a voice that needs no network. Plain, clear, and quick: about 3 ms for a phrase.

libespeak-ng is under the GPL, so it is never loaded here. ``program.py`` is a separate program that loads it; it is
started at first use, and they talk over pipes. It says every text from the same pristine state, so that the same text
at the same pace is the same bytes, whatever was said before. It ends with us, however we end.

The extra ``backbeat[espeak]`` brings the library. NOTICE and COPYING in this folder travel with it.
"""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from audio.voices import NoVoice, Pace, Pcm, VoiceError
from audio.voices.apart import Apart, Program, Wish, speakable

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


class Espeak(Apart):
    """A Voice. Threads may share it: they are answered one at a time."""

    def __init__(self, locale: str = "en-US", *, deadline_s: float = DEADLINE_S) -> None:
        if locale not in VOICES:
            raise NoVoice(locale, f"espeak does not speak {locale!r}. It speaks {', '.join(VOICES)}")
        super().__init__("espeak", deadline_s, f". Install it anew: {_ANEW}")
        self._voice = VOICES[locale]

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
            _, samples = self._ask(text, wish)
            hz = int(self._greeting["hz"])
        if not samples.strip(b"\0"):
            raise VoiceError(text, "nothing in it can be heard; put it in words")
        return Pcm(hz, samples)

    def phonemes(self, text: str) -> str:
        """The text in IPA, "^" between the letters of one phoneme, without its punctuation. Raises as `say`."""
        wish = self._wish(text)
        with self._lock:
            return self._ask(text, wish)[1].decode().strip()

    def _wish(self, text: str) -> Wish:
        """A text to be told of, and what it may cost. Raises VoiceError."""
        return {"text": speakable(text, LONGEST), "seconds": int(self._deadline_s) + 2}

    def _begun(self, text: str) -> Program:
        wheel = find_spec(WHEEL)
        if wheel is None or not wheel.submodule_search_locations:
            raise NoVoice(text, 'espeak is not installed: pip install "backbeat[espeak]"')
        path = Path(__file__).with_name("program.py")
        given = (wheel.submodule_search_locations[0], self._voice, "many" if FORKS else "once")
        return Program(path, *given, called="espeak", once=not FORKS)
