"""What is drawn from the code: `python -m tests.drawings` writes it anew, and a test compares."""

from collections.abc import Iterator
from pathlib import Path

from skill.coach.dialogue.context import Rule
from skill.coach.dialogue.state import PHASES, Phase, Sign
from skill.coach.dialogue.table import ELSE, MOMENTS, TABLE, Moment, Rest, Stream

FOLDER = Path(__file__).parent.parent / "docs"


def what_happens_when() -> str:
    """docs/what-happens-when.md."""
    return "\n".join(_page())


def _page() -> Iterator[str]:
    yield "# What happens when"
    yield ""
    yield "Drawn from `skill/coach/dialogue/table.py` by `python -m tests.drawings`; do not edit it here. An answer has no meaning"
    yield "without its question, so each event stands by the question that was asked last."
    yield ""
    yield "## The moments"
    yield ""
    yield "| Moment | What was asked |"
    yield "|---|---|"
    for moment in MOMENTS:
        yield f"| {_moment(moment)} | {_first(moment)} |"
    for event, row in TABLE.items():
        yield ""
        yield f"## {event.__name__}"
        yield ""
        yield f"{_first(event)}"
        yield ""
        yield "| Moment | What happens | Rule |"
        yield "|---|---|---|"
        for rule, moments in _by_rule(row).items():
            yield f"| {', '.join(map(_moment, moments)) or 'any'} | {_first(rule)} | `{rule.__name__}` |"
    yield ""
    yield "## The stream that counts"
    yield ""
    yield "Its phases, and what moves it from one to the next; an empty place is a sign that is not obeyed."
    yield ""
    yield f"| Phase | {' | '.join(Sign)} |"
    yield f"|---|{'---|' * len(Sign)}"
    for phase in Phase:
        yield f"| {phase} | {' | '.join(PHASES[phase].get(sign, '') for sign in Sign)} |"
    yield ""


def _by_rule(row: object) -> dict[Rule, list[Moment]]:
    """The moments of each rule; none for the rule of all others."""
    found: dict[Rule, list[Moment]] = {}
    for moment, rule in dict(row).items():  # type: ignore[call-overload]  # a row
        found.setdefault(rule, [])
        if moment is not ELSE:
            found[rule].append(moment)
    return found


def _moment(moment: Moment) -> str:
    return {Rest: "at rest", Stream: "under a stream"}.get(moment, f"*{moment.__name__}*")


def _first(thing: object) -> str:
    return " ".join((thing.__doc__ or "").split("\n\n")[0].split())


DRAWN = {"what-happens-when.md": what_happens_when}

if __name__ == "__main__":
    for name, draw in DRAWN.items():
        (FOLDER / name).write_text(draw(), "utf-8")
        print(name)  # noqa: T201  # it is a command
