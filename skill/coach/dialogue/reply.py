"""What the coach answers: a score to be spoken and, unless it is goodbye, a question.

A reply asks if and only if it listens, so there is never an open microphone without a question, nor a question
without an open microphone.
"""

from dataclasses import dataclass, field

from skill.coach.dialogue.questions import Question
from skill.coach.dialogue.run import Position
from skill.coach.dialogue.state import State
from skill.coach.exercise import Ms
from skill.coach.timeline.plan import Bookmark
from skill.coach.timeline.score import Score
from skill.coach.timeline.stream import Stream
from skill.coach.timeline.wishes import Wishes


@dataclass(frozen=True, slots=True)
class Device:
    """What the way in can do at this turn, and what it knows of a stream."""

    streams: bool = False
    """Whether it can play a stream, and there is one to be had."""
    mute: bool = False
    """Whether nothing may be said: a button was pressed, or a player tells of itself."""
    pause_speaks: bool = True
    """Whether a stream's pause may be answered in words."""
    position: Position | None = None
    """Where its player is, if it was last playing for us."""
    plays_unknown: bool = False
    """Whether it plays a stream that we sent and know no more: made with another key, or by a voice that is gone."""
    reminds: bool = False
    """Whether a reminder can be set here."""


@dataclass(frozen=True, slots=True)
class Passage:
    """The piece that is led within the speech of a reply: that stretch may be played instead of spoken."""

    place: Bookmark
    """Where it begins: its piece is led from its beginning, or from that rep on."""
    wishes: Wishes
    """What it is laid out from."""
    at: Ms
    lasts: Ms


@dataclass(frozen=True, slots=True)
class Play:
    """Play a stream, after what is said."""

    stream: Stream
    offset: Ms
    """Where in its score to begin."""
    title: str
    subtitle: str
    after: Stream | None = None
    """The stream it follows by itself; None to play it at once, instead of anything else."""


@dataclass(frozen=True, slots=True)
class Halt:
    """Stop what is being streamed."""


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
    passage: Passage | None = None
    """The piece in it, if it leads one."""
    player: Play | Halt | None = None
    """What becomes of the stream."""
    remind: str = ""
    """The time by the clock of a daily reminder to set: what becomes of it, an event `Reminded` tells, and then there are words."""
    permission: str = ""
    """The reminder that their platform is to ask their permission for; its answer is an event `Allowed`."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The outcome of a step."""

    state: State
    reply: Reply
    forget: bool = False
    """Whether everything kept about the person is to be deleted, instead of keeping ``state``."""
