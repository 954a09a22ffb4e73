"""Where progress is kept between sessions: one small record a person.

A record has a revision, and is only ever written over the one that was read: compare and set. Two turns at once cannot
lose either's change, as the later finds a `Conflict`, and begins again from what is kept by then. The person is a keyed
hash made by whoever calls; a store never sees a user id.
"""

import secrets
from dataclasses import dataclass, field
from typing import Protocol

from pydantic_core import from_json, to_json

from skill.coach.dialogue.state import Progress
from skill.errors import Damaged
from skill.kept.saved import load
from skill.kept.upgrades import Saved


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a person."""

    progress: Progress | None = None
    """None if nothing is."""
    saved: Saved = field(default_factory=dict)
    """The same as it was written, in plain JSON types: to be compared with a copy that need not be read then."""
    revision: int = 0
    """Which record this is; 0 if there is none."""


class Store(Protocol):
    """Keeps progress by person. All of it raises StoreError where it cannot be done, and says what to do."""

    def load(self, person: str) -> Kept:
        """What is kept. Raises Conflict if it was damaged, and somebody else is setting it aside."""

    def save(self, person: str, saved: Saved, revision: int) -> None:
        """Keep ``saved``, a dumped Progress, in place of ``revision``. Raises Conflict if that is not kept any more."""

    def forget(self, person: str) -> bool:
        """Delete everything about a person, what was damaged too. Whether there was anything."""

    def check(self) -> None:
        """Make sure that progress can be read and written."""

    def tend(self) -> None:
        """What is to be done now and then, whether anybody comes or not: what was kept for a while is taken out."""

    def close(self) -> None:
        """Close what is open and not in use."""


def new_revision() -> int:
    """A revision that no record has had.

    It is random, not a count: a record that was forgotten and made anew must not be mistaken for the old one, and
    a write that is tried again, its answer having been lost, knows itself by it.
    """
    return 1 + secrets.randbits(60)


def written(saved: Saved) -> str:
    """A dumped Progress as a store writes it."""
    return to_json(saved).decode()


def read(text: str | bytes, revision: int) -> Kept:
    """What a store wrote. Raises Damaged, or Newer."""
    try:
        saved = from_json(text)
    except ValueError:
        raise Damaged("not a saved Progress: it is no JSON") from None
    return Kept(load(Progress, saved), saved, revision)
