"""What a session carries from turn to turn, wherever a door lets it ride: the conversation, and a copy of progress.

The copy is there for the turn at which the store fails. It is `Known` where a store has been read or written for it, and
`Blind` where the store has failed since the session began: all that is in it, the session has seen for itself.
"""

from dataclasses import dataclass, field

from skill.coach.dialogue.state import Session
from skill.errors import Damaged
from skill.kept.saved import dump, load
from skill.kept.upgrades import Saved


@dataclass(frozen=True, slots=True)
class Known:
    """Progress as it was kept, or was to be."""

    saved: Saved
    """As dumped: it is only read where what is kept is another."""


@dataclass(frozen=True, slots=True)
class Blind:
    """Progress of which nothing was ever kept, nor seen to be."""

    saved: Saved


@dataclass(frozen=True, slots=True)
class Carried:
    """All that rides with a session; new where it carries nothing yet."""

    session: Session = field(default_factory=Session)
    memory: Known | Blind | None = None


def written(carried: Carried) -> Saved:
    """In plain JSON types."""
    memory: Saved = {}
    match carried.memory:
        case Known(saved):
            memory = {"known": saved}
        case Blind(saved):
            memory = {"blind": saved}
    return {"session": dump(carried.session), **memory}


def read(saved: Saved) -> Carried:
    """What was written; of what was not, a new one.

    Raises:
        Damaged: it is not what we wrote.
    """
    if "session" not in saved:
        return Carried()
    return Carried(load(Session, saved["session"]), _memory(saved))


def _memory(saved: Saved) -> Known | Blind | None:
    found = {name: saved[name] for name in ("known", "blind", "progress") if name in saved}
    for name, progress in found.items():
        if not isinstance(progress, dict):
            raise Damaged(f"not a saved Progress: {name} is no table")
        blind = name == "blind" or (name == "progress" and not progress.get("at"))  # as version 1 wrote it
        return Blind(progress) if blind else Known(progress)
    return None
