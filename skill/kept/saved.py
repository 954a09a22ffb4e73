"""Values that are written down and read again: a session in its attributes, progress in the store.

A saved value names its version, ``{"v": 1, ...}``. An older one is upgraded step by step by the small functions of
`UPGRADES`, each with a frozen sample in the tests; memory holds only the newest. A value from a newer Backbeat is
`Newer`, and anything that is not what we wrote is `Damaged`.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from skill.coach.dialogue.state import Progress, Session
from skill.errors import Damaged, Newer

T = TypeVar("T", Session, Progress)

Saved = dict[str, Any]
"""A value as plain JSON types."""

VERSION = 1
"""The newest version, which is written."""

UPGRADES: Mapping[int, Callable[[Saved], Saved]] = {}
"""From a version to the next: none yet."""


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter({"Session": Session, "Progress": Progress}[name])


def dump(value: Session | Progress) -> Saved:
    """The value as plain JSON types, with its version; what is at its default is left out."""
    written: Saved = _adapter(type(value).__name__).dump_python(value, mode="json", exclude_defaults=True)
    return {"v": VERSION, **written}


def load(kind: type[T], saved: object) -> T:
    """The value that was dumped as ``saved``.

    Raises:
        Newer: it was saved by a newer version.
        Damaged: it is not a saved ``kind`` at all.
    """
    if not isinstance(saved, dict) or type(saved.get("v")) is not int:
        raise Damaged(f"not a saved {kind.__name__}: it has no version")
    version, fields = saved["v"], {name: value for name, value in saved.items() if name != "v"}
    if version > VERSION:
        raise Newer(version)
    try:
        while version < VERSION:
            version, fields = version + 1, UPGRADES[version](fields)
        value: T = _adapter(kind.__name__).validate_python(fields)
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise Damaged(f"not a saved {kind.__name__}: {type(error).__name__}") from None
    return value
