"""The one use-case: load, step, save.

A step is pure, so a turn that finds progress changed by another meanwhile is simply made again from what is kept by
then. Where the store fails, the turn is made from what the session carries, the failure is logged, and the coach says
only that progress may not be kept.

Progress is read once and written once a turn: what a session carries is compared with what is kept as it was written, and
what is written for the one is carried by the other.
"""

from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

import structlog

from skill.coach.dialogue.context import World
from skill.coach.dialogue.events import Event
from skill.coach.dialogue.reply import Device, Turn
from skill.coach.dialogue.state import Progress, State
from skill.coach.dialogue.step import step
from skill.coach.exercise import Ms
from skill.coach.timeline.edition import Edition, Editions
from skill.errors import Conflict, Damaged, StoreError
from skill.kept.carried import Blind, Carried, Known
from skill.kept.saved import dump, load
from skill.kept.store import Kept, Store
from skill.kept.upgrades import Saved
from skill.metrics import CONFLICTS, LOSSES

log = structlog.get_logger()

NO_STREAMS = Device()

ATTEMPTS = 5
"""How often a turn is made before we give up. A person has two speakers, or three; each attempt lets one of them by."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A turn of the coach, and what the session carries from it to the next."""

    turn: Turn
    carried: Carried
    edition: Edition
    """In whose language and voice it is."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The coach with its content, its voice and its memory."""

    editions: Editions
    store: Store
    lag: Ms = 0
    """See `World.lag`: it belongs to the way in."""

    def turn(  # noqa: PLR0913  # each is a thing of its own, and named where it is given
        self,
        person: str,
        event: Event,
        carried: Carried,
        *,
        now: Ms,
        locale: str = "",
        device: Device = NO_STREAMS,
        whose: str = "",
        zone: tzinfo = UTC,
    ) -> Answer:
        """What the coach says to ``event``; progress is kept.

        ``person`` is a keyed hash, empty where nobody knows whose: then nothing is kept, nor shown; ``carried`` what the session carries, whose progress is put together with what was kept;
        ``now`` in ms since 1970; ``zone`` is where they are; ``whose`` is ``person`` again, where it is one voice of a household.
        """
        world = World(self.editions.of(locale), now, locale, self.lag, device=device, whose=whose, zone=zone)
        kept, left = None, ATTEMPTS
        try:
            if not person:
                raise StoreError("the request does not say whose it is")  # noqa: TRY301  # as where a store fails
            while True:
                left -= 1
                try:
                    kept = self.store.load(person)
                    turn = step(_together(carried, kept), event, world)
                    return Answer(turn, self._kept(person, turn, kept), world.edition)
                except Conflict:
                    CONFLICTS.inc()
                    if not left:
                        raise
        except StoreError as error:
            LOSSES.inc()
            log.warning("progress not kept", why=str(error))
            state = _together(carried, kept) if kept else State(carried.session, _progress(carried))
            turn = step(state, event, replace(world, keeping=False))
            knows = isinstance(carried.memory, Known) or (kept is not None and kept.progress is not None)
            saved = dump(turn.state.progress)
            memory = Known(saved) if knows else Blind(saved)
            return Answer(turn, Carried(turn.state.session, memory), world.edition)

    def forget(self, person: str, at: Ms) -> None:
        """Delete everything kept about a person, unless they have been here since ``at``, ms since 1970. Raises StoreError."""
        if not person:
            return
        kept = self.store.load(person).progress
        if kept is None or kept.at <= at:
            self.store.forget(person)

    def _kept(self, person: str, turn: Turn, before: Kept) -> Carried:
        """What the session carries from a turn, once what follows of it is in the store."""
        session, progress = turn.state.session, turn.state.progress
        if turn.forget:
            self.store.forget(person)
            return Carried()
        if progress == before.progress:
            return Carried(session, Known(before.saved))
        if before.progress is None and replace(progress, at=0) == Progress():
            return Carried(session)  # there is nothing to know of them yet: no record is made
        saved: Saved = dump(progress)
        self.store.save(person, saved, before.revision)
        return Carried(session, Known(saved))


def _together(carried: Carried, kept: Kept) -> State:
    """What a turn starts from: what the session carries and what is kept, together."""
    session, memory = carried.session, carried.memory
    if kept.progress is None:
        if isinstance(memory, Known):  # forgotten meanwhile: nothing it carries must bring any of it back
            return State()
        return State(session, _progress(carried))
    if isinstance(memory, Known):
        same = memory.saved == kept.saved
        return State(session, kept.progress if same else kept.progress.merged(_progress(carried)))
    seen = _progress(carried)
    if seen.days:  # something was led while the store failed: that is the newest there is
        return State(session, kept.progress.overtaken(seen))
    # Only told of so far: now that the store works, what was kept shows the place.
    return State(replace(session, asked=None, led=None), kept.progress.knowing(seen))


def _progress(carried: Carried) -> Progress:
    """What a session carries of progress; nothing, if it was damaged."""
    if carried.memory is None:
        return Progress()
    try:
        return load(Progress, carried.memory.saved)
    except Damaged as error:
        log.warning("session attributes not used", why=str(error))
        return Progress()
