"""What the coach answers: a score to be spoken and, unless it is goodbye, a question.

A reply asks if and only if it listens, so there is never an open microphone without a question, nor a question
without an open microphone.
"""

from dataclasses import dataclass, field

from skill.coach.arrange import Measure
from skill.coach.exercise import Catalogue, Ms
from skill.coach.plan import Piece
from skill.coach.score import Score
from skill.coach.state import Question, State


@dataclass(frozen=True, slots=True)
class World:
    """What a step may know of the world."""

    catalogue: Catalogue
    measure: Measure
    now: Ms
    """ms since 1970."""
    locale: str = "en-US"
    lag: Ms = 0
    """From a reply to its first sound and from a person's word to our hearing of it, together."""
    keeping: bool = True
    """Whether progress can be kept at the moment."""


@dataclass(frozen=True, slots=True)
class Led:
    """A piece within the speech of a reply."""

    piece: Piece
    first_rep: int | None
    """The rep it is joined at; None from its beginning."""
    at: Ms
    lasts: Ms


@dataclass(frozen=True, slots=True)
class Reply:
    """What to say."""

    speech: Score = field(default_factory=Score)
    """All of it, the question included; nothing if nothing can be said."""
    asks: Question | None = None
    """The question it ends in; None ends the session."""
    reprompt: str = ""
    """What to say, once, if there is no answer."""
    title: str = ""
    """What it is about, for a screen."""
    led: Led | None = None
    """The piece in it, if it leads one: that stretch may be played instead of spoken."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The outcome of a step."""

    state: State
    reply: Reply
