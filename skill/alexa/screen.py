"""What a screen shows of an answer, an Echo Show's: a document in the Alexa Presentation Language, of version 1.4.

The document is the same for all, `screen.json`; what is in an answer is its data, and the figure its one graphic. Labels are lines of the
language that are never said. Keys are shown with an exercise, as long as somebody listens; what they send is heard in `skill.alexa.inbound`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypedDict

import structlog
from ask_sdk_model.interfaces.alexa.presentation.apl import RenderDocumentDirective
from pydantic_core import to_json

from skill.coach.dialogue import questions as q
from skill.coach.dialogue.reply import Reply
from skill.coach.exercise import Catalogue, FormName, Slug
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark, Piece, Plan
from skill.coach.timeline.wishes import Wishes
from skill.coach.words import Words, capital
from skill.figures.drawing import HEIGHT, WIDTH, Page
from skill.figures.movement import Figure
from skill.figures.picture import Picture, Role, moment, still
from skill.figures.reader import Figures, figures
from skill.figures.svg import paths
from skill.render.transcript import told

log = structlog.get_logger()

TOKEN = "backbeat"  # noqa: S105  # Alexa's word for a name
DOCUMENT = Path(__file__).with_name("screen.json")

MOST_BYTES = 40_000
"""The most that a document with its data may have. What is said, written out and asked again is at most 8,000 characters each, so a whole
response stays below the 120 KB that it may have (platform facts, section 2)."""

LONG, LONG_NAME = 90, 11
"""Characters that are too many to be shown as large as can be: of what is said, of an exercise's name."""

LIGHT = {
    Role.BODY: "#e8eef2",
    Role.FAR: "#8796a3",
    Role.WORKS: "#ff8a5c",
    Role.WORKS_FAR: "#dd7350",
    Role.FAINT: "#3b4d5b",
    Role.ARROW: "#59c3bf",
    Role.EDGE: "#10181f",
    Role.PROP: "#5d6d7a",
    Role.SOFT: "#26343f",
}
"""The colours of figures in a dark room; the edge is as dark as the document's ground."""

DOING = q.Ready | q.Through | q.Tell | q.GoOn | q.Welcome
"""The questions about an exercise that is about to be done. Others are about something else, and what is said is shown."""


class Shown(TypedDict):
    """What the document is filled with; what is empty is not shown."""

    name: str
    said: str
    """In words, instead of an exercise."""
    long: bool
    """Whether that, or the name of the exercise, takes smaller letters."""
    set: str
    reps: str
    side: str
    next: str
    steps: list[str]
    """An exercise each: "done", "now" or "later"."""
    figure: bool
    open: bool
    """Whether keys are shown."""
    back: str
    pause: str
    on: str


@dataclass(frozen=True, eq=False)
class Screens:
    """The document, and the figures of these contents."""

    document: Mapping[str, Any]
    catalogues: tuple[Catalogue, ...]

    @classmethod
    def of(cls, catalogues: Iterable[Catalogue]) -> "Screens":
        """Those of these contents."""
        return cls(json.loads(DOCUMENT.read_text("utf-8")), tuple(catalogues))

    @cached_property
    def figures(self) -> Mapping[Slug, Figures]:
        """Those there are, read when they are first asked for. Raises ContentError: one cannot be drawn."""
        return {slug: forms for content in self.catalogues for slug, forms in figures(content).items()}

    def directive(self, reply: Reply, wishes: Wishes, edition: Edition) -> RenderDocumentDirective | None:
        """How a screen is told to show a reply, to somebody of these wishes; None if there is nothing to show."""
        if not reply.speech.cues:
            return None
        place, wishes = _place(reply, wishes)
        if place is None:
            return self._fitting(_shown(reply, edition.catalogue.words), None)
        plan = edition.plan(place, wishes)
        piece = plan.piece(place)
        graphic = self._graphic(piece.exercise, piece.form, piece.side)
        return self._fitting(_exercise(reply, place, plan, edition.catalogue), graphic)

    def _fitting(self, shown: Shown, graphic: Mapping[str, Any] | None) -> RenderDocumentDirective | None:
        """With its figure if there is room, or else without."""
        for one in (graphic, None) if graphic else (None,):
            document: dict[str, object] = {**self.document, "graphics": {"figure": one} if one else {}}
            sources: dict[str, object] = {"shown": {**shown, "figure": one is not None}}
            if len(to_json((document, sources))) <= MOST_BYTES:
                return RenderDocumentDirective(token=TOKEN, document=document, datasources=sources)
        log.warning("too much for a screen", characters=len(shown["said"]))
        return None

    def _graphic(self, exercise: Slug, form: FormName, side: str) -> Mapping[str, Any] | None:
        figure = self.figures.get(exercise, {}).get(form)
        return _drawn(figure, side) if figure else None


def _place(reply: Reply, wishes: Wishes) -> tuple[Bookmark | None, Wishes]:
    """The exercise that a reply leads, or is about to."""
    if reply.passage:
        return reply.passage.place, reply.passage.wishes
    return (reply.asks.place if isinstance(reply.asks, DOING) else None), wishes


def _shown(reply: Reply, words: Words) -> Shown:
    said = told(reply.speech)
    return Shown(
        name=words.line("title")
        if isinstance(reply.asks, q.Begin)
        else reply.title,  # it is about all of them
        said=said,
        long=len(said) > LONG,
        set="",
        reps="",
        side="",
        next="",
        steps=[],
        figure=False,
        open=False,
        back=words.line("screen_back"),
        pause=words.line("screen_pause"),
        on=words.line("screen_on"),
    )


def _exercise(reply: Reply, place: Bookmark, plan: Plan, content: Catalogue) -> Shown:
    piece, words = plan.piece(place), content.words
    name = capital(str(content.exercises[piece.exercise].name))
    here = plan.exercises.index(piece.exercise)
    coming = plan.coming(piece.exercise)
    side = piece.side or piece.only
    of_sets = words.line("screen_set", set=str(piece.set), sets=str(piece.sets))
    return {
        **_shown(reply, words),
        "name": name,
        "said": "",
        "long": len(name) > LONG_NAME,
        "set": of_sets if piece.sets > 1 else "",
        "reps": _reps(place, piece, content),
        "side": capital(words.line("screen_side", side=words.sides[side])) if side else "",
        "next": words.line("screen_next", name=content.exercises[coming[0]].name) if coming else "",
        "steps": [
            "done" if nth < here else "now" if nth == here else "later" for nth in range(len(plan.exercises))
        ],
        "open": reply.asks is not None,
    }


def _reps(place: Bookmark, piece: Piece, content: Catalogue) -> str:
    """Those that are led in one go: "Lifts 1 to 8"; the document stands still while they are counted."""
    first = piece.joined(place) or piece.first
    one, many = piece.form_in(content).unit
    if first == piece.last:
        said = content.words.line("screen_rep", unit=one, rep=str(first), reps=str(piece.reps))
    else:
        said = content.words.line("screen_reps", unit=many, rep=str(first), last=str(piece.last))
    return capital(said)


@cache
def _drawn(figure: Figure, side: str) -> Mapping[str, Any]:
    """A figure as an AVG. Of its first move all is shown at once; of one of another side, where it ends."""
    page = Page(figure)
    other = next((one for one in figure.motions[1:] if one.side == side), None)
    return _graphic(moment(page, other, 1.0) if other else still(page))


def _graphic(picture: Picture) -> Mapping[str, Any]:
    items = [
        {
            "type": "path",
            "pathData": one.path,
            "stroke": LIGHT[one.role],
            "strokeWidth": one.width,
            "strokeLineCap": "round",
            "strokeLineJoin": "round",
            "fill": LIGHT[one.role] if one.filled else "transparent",
        }
        for one in paths(picture)
    ]
    return {"type": "AVG", "version": "1.1", "height": HEIGHT, "width": WIDTH, "items": items}
