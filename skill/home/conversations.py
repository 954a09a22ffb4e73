"""The conversations that are going on in a home: each by its id, and for as long as a session lasts.

Home Assistant says which conversation a sentence belongs to, and nothing else is carried to and fro; so what an Alexa session
would carry is kept here. Whoever is not heard of any more has left: their session is closed as Alexa would close one, and the
clock tells the rep that they are at.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo

import structlog

from skill.coach.dialogue import events as e
from skill.coach.dialogue.questions import Question
from skill.coach.dialogue.reply import Reply
from skill.coach.exercise import Ms
from skill.coach.timeline.score import Score
from skill.conversation import Conversation
from skill.kept.carried import Carried

log = structlog.get_logger()

PATIENCE_MS: Ms = 5 * 60 * 1000
"""How long after the last word of a reply a session waits for an answer: as long as Home Assistant gives a conversation the same id
(its helpers/chat_session.py, CONVERSATION_TIMEOUT)."""

AT_ONCE = 1000
"""Conversations; of more, the one that was silent longest is closed. Ours to choose: a home has a few."""

SAID_CHARS = 500
"""Of a sentence: more than anybody says in a breath."""

Hear = Callable[[str, Question | None], e.Event]


@dataclass(frozen=True, slots=True)
class Who:
    """Where a sentence comes from."""

    conversation: str
    """The id of it."""
    person: str
    """A keyed hash."""
    device: str = ""
    """The speaker it came through, if that is known."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the coach answers."""

    speech: Score
    asks: bool
    """Whether it waits for an answer."""
    meant: bool
    """Whether this was for the coach at all: what begins nothing, answers nothing and means nothing was not."""


@dataclass(slots=True)
class _Session:
    """What is carried from a turn to the next. Two turns of one are never made at once."""

    who: Who
    carried: Carried = field(default_factory=Carried)
    until: Ms = 0
    """When it is over, unless something is said."""
    turn: threading.Lock = field(default_factory=threading.Lock)


class Conversations:
    """All of them. Its methods may be called from any thread."""

    def __init__(
        self,
        coach: Conversation,
        hear: Hear,
        clock: Callable[[], Ms],
        *,
        locale: str,
        zone: Callable[[], tzinfo],
    ) -> None:
        """``clock`` tells ms since 1970; ``zone`` where the home is."""
        self._coach, self._hear, self._clock, self._locale, self._zone = coach, hear, clock, locale, zone
        self._open: dict[str, _Session] = {}
        """By their ids, whoever spoke last at the end."""
        self._lock = threading.Lock()

    def say(self, text: str, who: Who) -> Said:
        """The coach's answer to a sentence."""
        session = self._session(who)
        with session.turn:
            asked = session.carried.session.asked
            event = self._hear(text[:SAID_CHARS], asked)
            reply = self._turn(session, event)
            session.until = self._clock() + reply.speech.lasts + PATIENCE_MS
        if reply.asks is None:  # it was goodbye
            self._leave(session)
        log.info(
            "turn", heard="a turn", asks=reply.asks is not None, speech_ms=reply.speech.lasts, voice="home"
        )
        return Said(
            reply.speech, reply.asks is not None, asked is not None or not isinstance(event, e.Unheard)
        )

    def cut(self, conversation: str) -> None:
        """Somebody hung up on what was being said to them: they are at the rep that they have heard."""
        with self._lock:
            session = self._open.get(conversation)
        if session:
            with session.turn:
                self._turn(session, e.Closed())

    def tend(self) -> None:
        """Close what nobody has spoken in for too long."""
        now = self._clock()
        self._close([one for one in self._all() if one.until < now])

    def close(self) -> None:
        """Close all of them: everybody is at the rep that they have heard."""
        self._close(self._all())

    def _all(self) -> list[_Session]:
        with self._lock:
            return list(self._open.values())

    def _session(self, who: Who) -> _Session:
        """The session of a conversation. Whoever begins another at the same speaker has left the one before."""
        with self._lock:
            session = self._open.get(who.conversation)
            if session and session.who.person == who.person and session.until >= self._clock():
                self._open[who.conversation] = self._open.pop(who.conversation)
                return session
            left = [one for one in self._open.values() if one is session or _instead(who, one.who)]
            left += list(self._open.values())[: max(len(self._open) + 1 - AT_ONCE, 0)]
        self._close(left)
        with self._lock:
            return self._open.setdefault(who.conversation, _Session(who, until=self._clock() + PATIENCE_MS))

    def _close(self, sessions: list[_Session]) -> None:
        for session in sessions:
            self._leave(session)
            with session.turn:
                self._turn(session, e.Closed(), at=min(session.until, self._clock()))

    def _leave(self, session: _Session) -> None:
        with self._lock:
            if self._open.get(session.who.conversation) is session:
                del self._open[session.who.conversation]

    def _turn(self, session: _Session, event: e.Event, at: Ms | None = None) -> Reply:
        now = self._clock() if at is None else at
        answer = self._coach.turn(
            session.who.person, event, session.carried, now=now, locale=self._locale, zone=self._zone()
        )
        session.carried = answer.carried
        return answer.turn.reply


def _instead(new: Who, old: Who) -> bool:
    return bool(new.device) and new.device == old.device and new.person == old.person
