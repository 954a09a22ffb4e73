"""What is drawn from the code: `python -m tests.drawings` writes it anew, and a test compares."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from interaction_model.build import languages, read
from interaction_model.spoken import sentences
from skill.coach.dialogue import events as e
from skill.coach.dialogue.answering import TOPICS
from skill.coach.dialogue.context import Rule
from skill.coach.dialogue.run import PHASES, Phase, Sign
from skill.coach.dialogue.table import ELSE, MOMENTS, TABLE, Moment, Rest, Stream, rule_for
from skill.coach.exercise import Catalogue
from skill.content.reader import catalogue
from skill.hearing import Hearing
from tests.figures.sheet import SHEET, sheet

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


SAID = sentences("en-US")
MODEL = {one["name"]: one["samples"] for one in languages(read("en-US"))["intents"]}
EXAMPLES = 3
"""Sentences shown of each wish."""


def what_you_can_say() -> str:
    """docs/what-you-can-say.md."""
    return "\n".join(_sayings())


def _sayings() -> Iterator[str]:
    content = catalogue()
    hearing = Hearing(content)
    yield "# What you can say"
    yield ""
    yield "Drawn from the interaction model by `python -m tests.drawings`; do not edit it here. Each is only an example: say it as you"
    yield "like. What is not quite understood is asked for, and what hurts always stops."
    for kind, intents in SAID.expected.items():
        asked = words_of(content, kind)
        yield ""
        yield f"## After “{asked}”"
        yield ""
        only = SAID.after.get(kind, {})
        for intent in dict.fromkeys((*intents, *only)):
            phrases = (*only.get(intent, ())[:EXAMPLES], *_examples(intent))[:EXAMPLES]
            yield f"- {_quoted(phrases)}"
    yield ""
    yield "## At any time"
    yield ""
    yield "| Say | And |"
    yield "|---|---|"
    for intent, hear in hearing.events.items():
        if examples := _examples(intent):
            yield f"| {_quoted(examples)} | {_answer(hear({}), content)} |"
    yield ""


def words_of(content: Catalogue, kind: str) -> str:
    """A question as it is asked, its values left open."""
    line = content.words.lines[f"ask_{kind}"]
    return re.sub(r"\{\w+\}", "…", line)


def _examples(intent: str) -> tuple[str, ...]:
    samples = MODEL.get(intent) or SAID.heard.get(intent, ())
    step = max(len(samples) // EXAMPLES, 1)
    return tuple(re.sub(r"\{\w+\}", "…", sample) for sample in samples[::step][:EXAMPLES])


def _quoted(phrases: Iterable[str]) -> str:
    return ", ".join(f"“{phrase}”" for phrase in phrases)


def _answer(event: e.Event, content: Catalogue) -> str:
    """What is answered: a topic's or a concern's own sentence, else what the event means."""
    match event:
        case e.Asked(topic) if topic in content.words.answers:
            return content.words.answers[topic]
        case e.Asked(topic):
            return _first(TOPICS[topic]) or topic.replace("_", " ")
        case e.Concerned(concern):
            return content.words.concerns[concern].say.format(
                number="the emergency number", crisis="someone to talk to"
            )
    return _first(rule_for(type(event), Rest))


DRAWN = {
    "what-happens-when.md": what_happens_when,
    "what-you-can-say.md": what_you_can_say,
    SHEET: sheet,
}

if __name__ == "__main__":
    for name, draw in DRAWN.items():
        (FOLDER / name).write_text(draw(), "utf-8")
        print(name)  # noqa: T201  # it is a command
