"""A picture: the strokes of a moment, or of a whole move at once, and what each is.

`still` is for cards and screens, and where nothing may move: where the body is at the end of its first move, faintly
where it was, and an arrow from there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from math import atan2, cos, hypot, pi, sin

from skill.figures.body import Body
from skill.figures.drawing import BARB, BLADES, PILLOW, STEPS, Page, Point, Shape, Stroke
from skill.figures.movement import Arrow, Motion

EDGE = 1.0
"""How far around a part its edge reaches; hundredths of the body."""
MOVED = 0.25
"""Of a pen's width: what has moved less is not shown where it was."""
SHORTEST = 56.0
"""The shortest arrow; of the page."""


class Role(StrEnum):
    """What a stroke is: it decides the colour, wherever it is shown."""

    BODY = "body"
    FAR = "far"
    """What of the body is behind it."""
    WORKS = "works"
    WORKS_FAR = "works-far"
    FAINT = "faint"
    """Where it was at the start."""
    ARROW = "arrow"
    EDGE = "edge"
    """The page's own colour, around what is in front of something else."""
    PROP = "prop"
    """The lines of things and of the floor."""
    SOFT = "soft"
    """What is filled: a mat, a seat, a cushion."""


Picture = Iterator[tuple[Role, Stroke]]
"""Strokes in the order they are drawn in."""

GROWN = frozenset({BLADES, "neck"})
"""They are of the trunk, and so without an edge."""
MIDDLE = frozenset({"trunk", "head", PILLOW})
ROOT = 6.0
"""How far from its joint with the trunk a limb has no edge, so that it grows out of it; hundredths of the body."""


def around(page: Page) -> Picture:
    """The floor and the things on it."""
    if not page.figure.props.mat and not page.figure.close:
        yield Role.PROP, page.floor()
    for thing in page.things():
        yield Role.SOFT if thing.shape is Shape.AREA else Role.PROP, thing


def edged(page: Page, part: str, strokes: Sequence[Stroke]) -> Iterator[tuple[int, Stroke]]:
    """What is left free around a part: around which of its strokes, and how wide."""
    for nth, one in enumerate(strokes):
        if part not in GROWN:
            skips = 0.0 if nth or part in MIDDLE else ROOT * page.scale
            yield nth, replace(one, width=one.width + 2 * EDGE * page.scale, skips=skips)


def role_of(page: Page, part: str, *, works: bool) -> Role:
    """What a part of the body is, or of what is on it."""
    if part == PILLOW:
        return Role.PROP
    if works or part == BLADES:
        return Role.WORKS_FAR if page.far(part) else Role.WORKS
    return Role.FAR if page.far(part) else Role.BODY


def moment(page: Page, motion: Motion, u: float) -> Picture:
    """One moment: ``u`` of the way into a move."""
    yield from around(page)
    yield from _body(page, motion, motion.body(u))


def still(page: Page) -> Picture:
    """The first move at once."""
    yield from around(page)
    motion = page.figure.motions[0]
    start, end = motion.body(0), motion.body(1)
    after = page.strokes(end)
    for part, strokes in page.strokes(start).items():
        for before, now in zip(strokes, after[part], strict=True):
            if part != BLADES and _apart(before.points, now.points) > before.width * MOVED:
                yield Role.FAINT, before
    yield from _body(page, motion, end)
    for arrow in page.figure.arrows:
        for stroke in _arrow(page, arrow):
            yield Role.ARROW, stroke


def _body(page: Page, motion: Motion, body: Body) -> Picture:
    for part, strokes in page.strokes(body).items():
        for _, one in edged(page, part, strokes):
            yield Role.EDGE, one.begun_later()
        role = role_of(page, part, works=part in motion.works)
        for one in strokes:
            yield role, one


def _apart(a: Sequence[Point], b: Sequence[Point]) -> float:
    return max(hypot(x - s, y - t) for (x, y), (s, t) in zip(a, b, strict=True))


def _arrow(page: Page, arrow: Arrow) -> Iterator[Stroke]:
    """The way of a point of the body, beside it."""
    way = _smoothed(page.way(arrow))
    (a, b), (c, d) = way[0], way[-1]
    if 1 < (far := hypot(c - a, d - b)) < SHORTEST:
        way = [(c + (a - c) * SHORTEST / far, d + (b - d) * SHORTEST / far), (c, d)]
    (x, y), (s, t) = way[-2:]
    turn = atan2(t - y, s - x)
    barb = BARB * page.scale
    tips = [(s - barb * cos(turn + side), t - barb * sin(turn + side)) for side in (pi / 5, -pi / 5)]
    width = 1.5 * page.scale
    yield Stroke("arrow", tuple(way), width, Shape.LINE)
    yield Stroke("arrow", (tips[0], (s, t), tips[1]), width, Shape.LINE)


def _smoothed(way: Sequence[Point]) -> list[Point]:
    """Without corners: every point but the ends goes half-way to the middle of its neighbours, over and over."""
    way = list(way)
    for _ in range(4 * STEPS):
        inner = (
            ((x + (a + c) / 2) / 2, (y + (b + d) / 2) / 2)
            for (a, b), (x, y), (c, d) in zip(way, way[1:], way[2:], strict=False)
        )
        way = [way[0], *inner, way[-1]]
    return way
