"""What was found of a link of the chain: one line, for whoever runs it."""

from dataclasses import dataclass
from enum import StrEnum

LONGEST = 160
"""Characters of what somebody else said, in a line of ours; ours to choose."""


class Health(StrEnum):
    """How a link is."""

    WELL = "ok"
    UNSEEN = "-"
    """Not set up, or not looked at: no fault."""
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was seen of a link, and what to do."""

    link: str
    health: Health
    seen: str
    todo: str = ""
    """Empty where there is nothing to do, or ``seen`` says it already."""

    def __str__(self) -> str:
        said = f"{self.seen}. {self.todo[0].upper()}{self.todo[1:]}." if self.todo else self.seen
        return f"{self.health:<7} {self.link}: {' '.join(said.split())}"


def well(link: str, seen: str) -> Finding:
    """It is as it must be."""
    return Finding(link, Health.WELL, seen)


def unseen(link: str, seen: str) -> Finding:
    """It is not set up, or was not looked at."""
    return Finding(link, Health.UNSEEN, seen)


def broken(link: str, seen: object, todo: str = "") -> Finding:
    """It does not work. An error of ours says both in its one text."""
    return Finding(link, Health.BROKEN, str(seen), todo)


def quoted(said: object) -> str:
    """What somebody else said, so that it can be shown in a terminal: printable, and not long."""
    text = "".join(letter if letter.isprintable() else "?" for letter in str(said))
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
