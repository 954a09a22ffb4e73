"""The one use-case: load, step, save.

A step is pure, so a turn that finds progress changed by another meanwhile is simply made again from what is kept by
then. Where the store fails, the turn is made from what the session carries, the failure is logged, and the coach says
only that progress may not be kept.
"""

from dataclasses import dataclass, replace

import structlog

from skill.coach.dialogue.events import Event
from skill.coach.dialogue.reply import Device, Turn, World
from skill.coach.dialogue.state import Progress, Session, State
from skill.coach.dialogue.step import step
from skill.coach.exercise import Catalogue, Ms
from skill.coach.timeline.arrange import Measure
from skill.errors import Conflict, StoreError
from skill.kept.store import Kept, Store

log = structlog.get_logger()

NO_STREAMS = Device()

ATTEMPTS = 5
"""How often a turn is made before we give up. A person has two speakers, or three; each attempt lets one of them by."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The coach with its content, its voice's measure and its memory."""

    catalogue: Catalogue
    measure: Measure
    store: Store
    lag: Ms = 0
    """See `World.lag`: it belongs to the way in."""

    def turn(  # noqa: PLR0913  # each is a thing of its own, and named where it is given
        self, person: str, event: Event, state: State, *, now: Ms, locale: str, device: Device = NO_STREAMS
    ) -> Turn:
        """What the coach says to ``event``, and the state that follows; progress is kept.

        ``person`` is a keyed hash; ``state`` what the session carries, whose progress is merged with
        what was kept; ``now`` in ms since 1970.
        """
        world = World(self.catalogue, self.measure, now, locale, self.lag, device=device)
        seen, left = state, ATTEMPTS
        try:
            while True:
                left -= 1
                try:
                    kept = self.store.load(person)
                    seen = _seen(state, kept.progress)
                    return self._kept(person, step(seen, event, world), kept)
                except Conflict:
                    if not left:
                        raise
        except StoreError as error:
            log.warning("progress not kept", why=str(error))
            turn = step(seen, event, replace(world, keeping=False))
            return turn if seen.progress.at else _blind(turn)

    def forget(self, person: str) -> None:
        """Delete everything kept about a person; where that cannot be, the operator is told."""
        try:
            self.store.forget(person)
        except StoreError as error:
            log.error("somebody not forgotten", why=str(error))  # noqa: TRY400  # the reason says it all

    def _kept(self, person: str, turn: Turn, before: Kept) -> Turn:
        """The turn, once what follows of it is in the store."""
        progress = turn.state.progress
        if turn.forget:
            self.store.forget(person)
        elif before.progress is None and replace(progress, at=0) == Progress():
            return _blind(turn)  # there is nothing to know of them yet: no record is made
        elif progress != before.progress:
            self.store.save(person, progress, before.revision)
        return turn


def _seen(state: State, kept: Progress | None) -> State:
    """What a turn starts from: what the session carries and what is kept, together.

    A session that has seen kept progress before, where there is none now, belongs to somebody who has been forgotten
    meanwhile: what it carries must not bring any of it back.
    """
    if kept:
        return State(_seeing(state), kept.merged(state.progress))
    return State() if state.progress.at else state


def _blind(turn: Turn) -> Turn:
    """A turn of which nothing was ever kept or seen to be: its progress is marked as older than any that was."""
    return replace(turn, state=replace(turn.state, progress=replace(turn.state.progress, at=0)))


def _seeing(state: State) -> Session:
    """The session, once the store works: where it was only blind so far, what was kept shows the place."""
    if state.progress.at or state.session.begun:
        return state.session
    return replace(state.session, asked=None, place=None, playing=None, later=None)
