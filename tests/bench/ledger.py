"""What a soak counts, and what must hold in it.

a turn is answered 200, lawfully, within the eight seconds that Alexa waits
what is kept of a person is what they were last told: what the session carries of it, to the letter
between two turns of theirs nothing of it changes, whoever else comes, and whatever dies
after a turn that a kill has cut, it is as before, or newer
of whoever was forgotten there is nothing left, in no byte of any file; and they are met as a stranger
the log is JSON, and nothing in it is an error
"""

import json
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skill.alexa.inbound import DISABLED
from skill.kept.upgrades import Saved
from tests.bench.mortal import PATIENCE_S

Json = dict[str, Any]

MET = {"v", "met", "at"}
"""All that is known of somebody who has heard the notice, and said nothing yet."""

TOKENS = 64
"""Of the newest streams, for others to read."""


@dataclass
class Ledger:
    """What has come of it so far. Lists only, which any thread may append to."""

    turns: list[tuple[str, float]] = field(default_factory=list)
    """Each that was answered: its kind, and how long that took, s."""
    lost: list[str] = field(default_factory=list)
    """Turns that were not answered as they must be, or not kept: each in a line."""
    errors: list[str] = field(default_factory=list)
    """Whatever else went wrong, each in a line."""
    cut: list[str] = field(default_factory=list)
    """The kinds of those that were in flight at a kill."""
    forgotten: list[str] = field(default_factory=list)
    """The hashes of people of whom nothing may be left."""
    streams: Counter[str] = field(default_factory=Counter)
    """What the players did, and how often; one thread's alone, as is the next."""
    drips: Counter[str] = field(default_factory=Counter)
    tokens: deque[str] = field(default_factory=lambda: deque(maxlen=TOKENS))
    """Of streams that somebody was just told to play."""

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, and nothing went wrong."""
        return not self.lost and not self.errors


@dataclass
class Acknowledged:
    """What one person was told last, beside what is kept of them. Each question is answered by what is amiss, if anything."""

    look: Callable[[], Saved]
    """What is kept."""
    told: Saved = field(default_factory=dict)
    """What they were told is; nothing, where they are unknown."""

    def still(self) -> str:
        """Before a turn of theirs."""
        kept = self.look()
        why = "" if kept == self.told else f"acknowledged {brief(self.told)}, then kept {brief(kept)}"
        self.told = kept
        return why

    def answered(self, kind: str, said: Json) -> str:
        """After a turn of that kind: it was answered so."""
        if kind == DISABLED:
            return self._gone()
        if "sessionAttributes" not in said:  # a report or a button, which carry nothing
            return self.cut(kind)
        carried = said["sessionAttributes"]
        if "blind" in carried:
            return "nothing could be kept"
        self.told = carried.get("known", {})
        return self.still()

    def cut(self, kind: str) -> str:
        """After a turn that nobody knows of whether it was kept."""
        kept, before = self.look(), self.told
        self.told = kept
        newer = kept == before or kept.get("at", -1) >= before.get("at", 0)
        lawful = newer or (kind == DISABLED and not kept)
        return "" if lawful else f"acknowledged {brief(before)}, and kept {brief(kept)} after {kind}"

    def _gone(self) -> str:
        self.told = {}
        return (
            ""
            if until(lambda: not self.look())
            else f"kept {brief(self.look())} of somebody who was forgotten"
        )


def until(holds: Callable[[], bool], more_s: float = 0) -> bool:
    """Whether something holds, within as long as anybody waits, and more."""
    deadline = time.monotonic() + PATIENCE_S + more_s
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def brief(saved: Saved) -> str:
    """What matters of it, in a few words."""
    return (
        json.dumps({name: saved[name] for name in ("at", "place") if name in saved}) if saved else "nothing"
    )


def stranger(said: Json) -> bool:
    """Whether that is said to somebody of whom nothing is known."""
    return said.get("sessionAttributes", {}).get("known", {}).keys() <= MET


def left_of(folder: Path, people: Iterable[str]) -> list[str]:
    """Those whose hash is somewhere in the bytes of a folder's files, in digits or not."""
    contents = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return [
        who
        for who in people
        if any(name in content for content in contents for name in (who.encode(), bytes.fromhex(who)))
    ]


def complaints(log: str) -> list[str]:
    """What is amiss in a server's log: errors, and lines that are none of ours."""
    return [line for line in log.splitlines() if read(line).get("level", "error") in {"error", "critical"}]


def warnings(log: str) -> Counter[str]:
    """What it warns of, and how often."""
    told = (read(line) for line in log.splitlines())
    return Counter(str(line["event"]) for line in told if line.get("level") == "warning")


def read(line: str) -> Mapping[str, Any]:
    """A line of a log; empty if it is no line of ours."""
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
