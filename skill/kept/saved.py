"""Values that are written down and read again: a session in its attributes, progress in the store.

A saved value names its version, ``{"v": 2, ...}``. An older one is brought up to date step by step by the small
functions of `skill.kept.upgrades`, each with a frozen sample in the tests; memory holds only the newest. A value from a newer
Backbeat is `Newer`, and anything that is not what we wrote is `Damaged`.

What is at its default is left out. A question is written by its name: ``{"asked": {"ready": {"place": …}}}``.
"""

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from skill.coach.dialogue.questions import QUESTIONS, Question, name_of
from skill.coach.dialogue.state import Progress, Session
from skill.errors import Damaged, Newer
from skill.kept.upgrades import UPGRADES, Saved

T = TypeVar("T", Session, Progress)

VERSION = 4
"""The newest version, which is written."""

_KINDS: dict[str, type[Any]] = {
    "Session": Session,
    "Progress": Progress,
    **{name_of(kind): kind for kind in QUESTIONS},
}


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_KINDS[name])


def dump(value: Session | Progress) -> Saved:
    """The value as plain JSON types, with its version."""
    fields: Saved = _adapter(type(value).__name__).dump_python(value, mode="json", exclude_defaults=True)
    if isinstance(value, Session) and value.asked:
        fields["asked"] = _dump_question(value.asked)
    return {"v": VERSION, **fields}


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
            version, fields = version + 1, UPGRADES[version][kind.__name__](fields)
        if fields.get("asked") is not None:
            fields = {**fields, "asked": _load_question(fields["asked"])}
        value: T = _adapter(kind.__name__).validate_python(fields)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, ValidationError) as error:
        raise Damaged(f"not a saved {kind.__name__}: {type(error).__name__}") from None
    return value


def _dump_question(asked: Question) -> Saved:
    name = name_of(type(asked))
    return {name: _adapter(name).dump_python(asked, mode="json", exclude_defaults=True)}


def _load_question(saved: Saved) -> object:
    ((name, fields),) = saved.items()
    return _adapter(name).validate_python(fields)
