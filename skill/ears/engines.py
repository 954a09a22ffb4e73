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


def engine(sentences: Iterable[str], locale: str, whisper: Path | None = None) -> Engine:
    """Whisper, if a folder with its model is given; else PocketSphinx, which listens for these sentences. Raises NoEars."""
    language = locale.partition("-")[0]
    if whisper:
        from skill.ears.whisper import Whisper  # noqa: PLC0415  # an extra

        return Whisper(whisper, language)
    ours = next(Path(__file__).parent.glob(f"{language}-*.dict"), None)
    if ours is None:
        raise NoEars(
            f"nothing that comes with us recognises {locale}: set BACKBEAT_WHISPER to a model that does"
        )
    from skill.ears.sphinx import Sphinx  # noqa: PLC0415  # an extra

    return Sphinx(sentences, ours)


URGENT = 0.15
"""As sure one has to be not to wait for more."""


def listener(engine: Engine, judge: Judge) -> Listener:
    """For one microphone: what stops is not waited with."""

    def urgent(guess: Guess) -> bool:
        return guess.certainty >= URGENT and isinstance(judge.hear(guess.text, None), STOPS)

    return Listener(engine.recogniser(), detector(), urgent)
