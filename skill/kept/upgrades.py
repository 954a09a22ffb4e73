"""Saved values of older versions, brought up to date: a small function from each version to the next, for each kind.

They work on plain JSON types and know nothing of today's classes, so that they stay true whatever becomes of those. What is
not as that version wrote it may raise; whoever calls takes that for damage.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

Saved = dict[str, Any]
"""A value as plain JSON types."""

_LAST_SENTENCE_1 = 999
"""How version 1 called the time to get into position, whatever was said before it."""

_PLACED_1 = ("begin", "through", "ready", "tell", "go_on", "welcome", "start_over", "back")
"""The questions that are about a place."""


def _session_2(old: Saved) -> Saved:
    """A question carries what it is about; what was kept of a place twice is kept of a person alone."""
    new: Saved = {name: old[name] for name in ("unheard", "cautioned", "warned") if name in old}
    if playing := old.get("playing"):
        new["led"] = playing["began"]
    asked, place, about = old.get("asked"), _place_2(old.get("place")), old.get("about", "")
    if asked is None or (place is None and asked in _PLACED_1):
        return new
    subject: Saved = {"which": {"muddle": about}, "do_it": {"exercise": about}}.get(asked, {})
    return {**new, "asked": {asked: {**subject, **({"place": place} if place else {})}}}


def _progress_2(old: Saved) -> Saved:
    """A stream has a phase instead of three flags, and pain a moment instead of a count and a day."""
    new: Saved = {name: old[name] for name in ("met", "skipped", "mode", "days", "at") if name in old}
    if told := old.get("told"):
        new["tellings"] = told
    for name in ("place", "later"):
        if old.get(name):
            new[name] = _place_2(old[name])
    if playing := old.get("playing"):
        new["led"] = {**_but(playing, "mark"), "place": _place_2(playing["mark"])}
    hurts, asks = old.get("hurts", 0), old.get("asks_first", False)
    if rested := old.get("rested"):
        noon = datetime.fromisoformat(f"{rested}T12:00:00").replace(tzinfo=UTC)
        new["unwell"] = {"times": max(hurts, 2), "at": round(noon.timestamp() * 1000), "asks": asks}
    elif hurts or asks:
        new["unwell"] = {"times": hurts, "at": old.get("at", 0), "asks": asks}
    if streaming := old.get("streaming"):
        new["run"] = _run_2(streaming)
    return new


def _run_2(old: Saved) -> Saved:
    stream = old["stream"]
    again = " again" if old.get("retried") else ""
    phase = ("playing" if old.get("begun") else "asked") + again if old.get("playing", True) else "still"
    return {
        "stream": {
            **_but(stream, "joined"),
            "place": _place_2(stream["joined"]),
            "skipped": stream.get("skipped", False),
            "beat": 1000,  # ms: there was no other
            "days": 1,  # which its end did not say
        },
        "offset": old["offset"],
        "at": old["at"],
        "phase": phase,
    }


def _place_2(old: Saved | None) -> Saved | None:
    if old is None or old.get("sentence") != _LAST_SENTENCE_1:
        return old
    return {**_but(old, "sentence"), "part": "settling"}


def _session_3(old: Saved) -> Saved:
    """Nothing of it is said otherwise."""
    return old


def _progress_3(old: Saved) -> Saved:
    """A stream is laid out from wishes: the beat is one of them."""
    run = old.get("run")
    if not run:
        return old
    stream = run["stream"]
    wishes = {**_but(stream, "beat"), "wishes": {"beat": stream["beat"]}}
    return {**old, "run": {**run, "stream": wishes}}


def _progress_4(old: Saved) -> Saved:
    """A day says how much was done on it, and what was left out is known by name: of older ones neither is."""
    new = {**_but(old, "skipped"), "days": [{"on": day} for day in old.get("days", ())]}
    run = old.get("run")
    if run:
        stream = _but(run["stream"], "skipped")
        new["run"] = {**run, "stream": {**stream, "left": []}}
    return new


def _but(old: Saved, name: str) -> Saved:
    return {other: value for other, value in old.items() if other != name}


UPGRADES: Mapping[int, Mapping[str, Callable[[Saved], Saved]]] = {
    1: {"Session": _session_2, "Progress": _progress_2},
    2: {"Session": _session_3, "Progress": _progress_3},
    3: {"Session": _session_3, "Progress": _progress_4},
}
"""From a version to the next, by the kind of value."""
