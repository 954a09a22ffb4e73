"""The one use-case: load, step, save.

A turn is one transaction of the store. Where the store fails, the turn is made from what the session carries, the
failure is logged, and the coach says only that progress may not be kept.
"""

from dataclasses import dataclass, replace

import structlog

from skill.coach.arrange import Measure
from skill.coach.events import Event
from skill.coach.exercise import Catalogue, Ms
from skill.coach.reply import Turn, World
from skill.coach.state import Progress, Session, State
from skill.coach.step import step
from skill.errors import StoreError
from skill.store import Store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Conversation:
    """The coach with its content, its voice's measure and its memory."""

    catalogue: Catalogue
    measure: Measure
    store: Store
    lag: Ms = 0
    """See `World.lag`: it belongs to the way in."""

    def turn(self, person: str, event: Event, state: State, *, now: Ms, locale: str) -> Turn:
        """What the coach says to ``event``, and the state that follows; progress is kept.

        ``person`` is a keyed hash; ``state`` what the session carries, whose progress is merged with
        what was kept; ``now`` in ms since 1970.
        """
        world = World(self.catalogue, self.measure, now, locale, self.lag)
        made: Turn | None = None

        def change(kept: Progress | None) -> Progress:
            nonlocal made, state
            if kept:
                state = State(_seeing(state), kept.merged(state.progress))
            made = step(state, event, world)
            return made.state.progress

        try:
            self.store.update(person, change)
        except StoreError as error:
            log.warning("progress not kept", why=str(error))
            turn = step(state, event, replace(world, keeping=False))
            return turn if state.progress.at else _blind(turn)
        assert made is not None
        return made


def _blind(turn: Turn) -> Turn:
    """A turn made without ever having seen what is kept: its progress is marked as older than any that was."""
    return replace(turn, state=replace(turn.state, progress=replace(turn.state.progress, at=0)))


def _seeing(state: State) -> Session:
    """The session, once the store works: where it was only blind so far, what was kept shows the place."""
    if state.progress.at or state.session.begun:
        return state.session
    return replace(state.session, asked=None, place=None, playing=None, later=None)
