"""The recognisers that there are. Only what is asked for is loaded: each needs what others do not."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from skill.ears import Guess, NoEars, Recogniser
from skill.ears.endpoint import detector
from skill.ears.judge import STOPS, Judge
from skill.ears.listener import Listener


class Engine(Protocol):
    """What recognises for many microphones."""

    def recogniser(self) -> Recogniser:
        """For one of them."""


LANGUAGE = "en"
"""What is understood here: PocketSphinx brings no other."""


def engine(sentences: Iterable[str], whisper: Path | None = None, locale: str = "en-US") -> Engine:
    """Whisper, if a folder with its model is given; else PocketSphinx, which listens for these sentences. Raises NoEars."""
    if locale.partition("-")[0] != LANGUAGE:
        raise NoEars(f"nothing here recognises {locale}, only English")
    if whisper:
        from skill.ears.whisper import Whisper  # noqa: PLC0415  # an extra

        return Whisper(whisper)
    from skill.ears.sphinx import Sphinx  # noqa: PLC0415  # an extra

    return Sphinx(sentences)


URGENT = 0.15
"""As sure one has to be not to wait for more."""


def listener(engine: Engine, judge: Judge) -> Listener:
    """For one microphone: what stops is not waited with."""

    def urgent(guess: Guess) -> bool:
        return guess.certainty >= URGENT and isinstance(judge.hear(guess.text, None), STOPS)

    return Listener(engine.recogniser(), detector(), urgent)
