"""A drawing: the body and what is around it as strokes on a page, the far ones first.

The page is `WIDTH` by `HEIGHT`; x goes right and y down. A stroke is what a round pen of some width draws.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from math import cos, hypot, inf, radians, sin

from skill.figures.body import HEAD, SOLE, TRUNK, Body
from skill.figures.movement import Arrow, Figure
from skill.figures.pose import other
from skill.figures.scenery import things
from skill.figures.space import Vec, dot, mixed

WIDTH, HEIGHT = 640, 480
MARGIN = 24
LARGEST = 5.4
"""Points of the page to a hundredth of the body: nobody is drawn larger."""
CLOSER = 1.5
"""But by so much where only the upper body is seen."""

FAR = 5.0
"""A limb that is farther behind the other one than this is lighter."""
FLOOR_BEHIND: tuple[Vec, Vec] = ((0.0, 0.0, -14.0), (-14.0, 0.0, 0.0))
"""Where the floor's line runs: seen from the side, and from the front."""

STEPS = 12
"""Looked at along an arrow's way."""
BARB = 3.4
"""How long an arrow's head is; hundredths of the body."""

Point = tuple[float, float]

BLADES, PILLOW = "blades", "pillow"
"""Parts that are not of every body."""


class Shape(StrEnum):
    """How a stroke's points are joined."""

    LINE = "line"
    AREA = "area"
    """A line around something that is filled."""
    RIBBON = "ribbon"
    """Two smooth sides of four points each."""
    DOT = "dot"


@dataclass(frozen=True, slots=True)
class Stroke:
    """Points on the page, and the pen that goes along them."""

    part: str
    """What of the body it is: ``trunk``, ``right_leg`` …; empty for a thing."""
    points: tuple[Point, ...]
    width: float
    shape: Shape
    skips: float = 0.0
    """How much of its beginning is not drawn."""

    @property
    def filled(self) -> bool:
        """Whether what it goes around is filled."""
        return self.shape in {Shape.RIBBON, Shape.AREA}

    @property
    def outline(self) -> str:
        """As a path that needs no round pen to be seen: a dot is a circle."""
        if self.shape is not Shape.DOT:
            return self.path
        ((x, y),) = self.points
        r = round(self.width / 4)  # `pen` reaches on from there
        return f"M{round(x) - r} {round(y)}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0z"

    @property
    def pen(self) -> float:
        """How wide a pen `outline` takes."""
        return self.width - 2 * round(self.width / 4) if self.shape is Shape.DOT else self.width

    @property
    def path(self) -> str:
        """As the path of an SVG: from its first point on, each from the one before."""
        a: list[Point] = [(round(x), round(y)) for x, y in self.points]
        start = "M" + pairs(a[0])
        match self.shape:
            case Shape.DOT:
                return f"{start}h.1"
            case Shape.RIBBON:
                side = _smooth(a[:4])
                return f"{start}{side}l{_from(a[3], a[4])}{_smooth(a[4:])}z"
            case Shape.AREA | Shape.LINE:
                end = "z" if self.shape is Shape.AREA else ""
                return f"{start}l{pairs(*(_step(b, c) for b, c in pairwise(a)))}{end}"

    def begun_later(self) -> "Stroke":
        """Without what it skips."""
        if not self.skips:
            return self
        (x, y), (s, t), *rest = self.points
        part = self.skips / max(hypot(s - x, t - y), self.skips, 0.1)
        return replace(self, points=((x + (s - x) * part, y + (t - y) * part), (s, t), *rest), skips=0.0)


def pairs(*points: Point) -> str:
    """Whole numbers, with no more between them than is needed."""
    text = " ".join(f"{round(x)} {round(y)}" for x, y in points)
    return text.replace(" -", "-")


def _step(a: Point, b: Point) -> Point:
    return b[0] - a[0], b[1] - a[1]


def _from(a: Point, *others: Point) -> str:
    return pairs(*(_step(a, b) for b in others))


def _smooth(points: Sequence[Point]) -> str:
    """On from the first of four points to the last, bent towards the others: half-way between these it turns over."""
    a, b, c, d = points
    half = (b[0] + c[0]) / 2, (b[1] + c[1]) / 2
    return f"q{_from(a, b, half)}t{_from(half, d)}"


@dataclass(frozen=True)
class Camera:
    """From where one looks, in degrees: how far round to the front, and how far up."""

    azimuth: float
    elevation: float

    @cached_property
    def _axes(self) -> tuple[Vec, Vec, Vec]:
        a, e = radians(self.azimuth), radians(self.elevation)
        right: Vec = (cos(a), 0.0, -sin(a))
        down: Vec = (sin(a) * sin(e), -cos(e), cos(a) * sin(e))
        near: Vec = (sin(a) * cos(e), sin(e), cos(a) * cos(e))
        return right, down, near

    def seen(self, at: Vec) -> Vec:
        """Right, down and near."""
        right, down, near = self._axes
        return dot(at, right), dot(at, down), dot(at, near)


@dataclass(frozen=True, slots=True)
class _Line:
    """Part of a body, in the room."""

    part: str
    points: tuple[Vec, ...]
    width: float
    shape: Shape = Shape.LINE


TRUNK_AT = (0.0, 10.0, 19.0, TRUNK - 2.6)
"""Where along the spine the trunk is drawn by: how wide it is there is in `_HALVES`."""
_HALVES = (3.6, 2.8, 4.8, 5.8)


def _body_lines(body: Body, figure: Figure) -> Iterator[_Line]:
    rights = [body.along(s).place((0.0, 0.0, w)) for s, w in zip(TRUNK_AT, _HALVES, strict=True)]
    lefts = [body.along(s).place((0.0, 0.0, -w)) for s, w in zip(TRUNK_AT, _HALVES, strict=True)]
    yield _Line("trunk", (*rights, *reversed(lefts)), 10.5, Shape.RIBBON)
    head, nape = body.head, body.along(TRUNK + 1)
    yield _Line("neck", (nape.at, head.at), 4.8)
    yield _Line("head", (head.at,), 2 * HEAD, Shape.DOT)
    yield _Line("head", (head.place((HEAD - 1.2, -0.4, 0.0)), head.place((HEAD + 1.0, -0.9, 0.0))), 2.4)
    if figure.props.pillow:
        knees = body.points["right_knee"], body.points["left_knee"]
        yield _Line(PILLOW, (mixed(*knees, 0.35), mixed(*knees, 0.65)), 8.0)
    if figure.blades:
        for side in ("right", "left"):
            yield _Line(BLADES, body.blade(side), 3.2)
    for side in ("right", "left"):
        leg, arm = body.limbs[f"{side}_foot"], body.limbs[f"{side}_hand"]
        yield _Line(f"{side}_leg", (leg.root, leg.joint), 6.9)
        yield _Line(f"{side}_leg", (leg.joint, leg.end, *body.foot(side)), 2 * SOLE + 0.3)
        yield _Line(f"{side}_arm", (arm.root, arm.joint, arm.end, body.fingers(side)), 4.6)


@dataclass(frozen=True)
class Page:
    """Where on the page everything of a figure is: all of its frames are drawn on the same one."""

    figure: Figure

    @cached_property
    def camera(self) -> Camera:
        """From where the figure is seen."""
        return Camera(*self.figure.view)

    @cached_property
    def _fit(self) -> tuple[float, float, float]:
        """Scale, and where the room's origin is."""
        xs: list[float] = []
        ys: list[float] = []
        for body in self.bodies:
            for line in _body_lines(body, self.figure):
                if self.figure.close and line.part.endswith("leg"):
                    continue
                for point in line.points:
                    x, y, _ = self.camera.seen(point)
                    xs += (x - line.width / 2, x + line.width / 2)
                    ys += (y - line.width / 2, y + line.width / 2)
        for thing in things(self.figure.props):
            for point in thing.points:
                x, y, _ = self.camera.seen(point)
                xs.append(x)
                ys.append(y)
        for arrow in self.figure.arrows:
            for x, y in self._way(arrow):
                xs.append(x)
                ys += (y - BARB / 2, y + BARB / 2)
        scale = min(
            LARGEST * (CLOSER if self.figure.close else 1),
            (WIDTH - 2 * MARGIN) / (max(xs) - min(xs)),
            (HEIGHT - 2 * MARGIN) / (max(ys) - min(ys)),
        )
        left = WIDTH / 2 - scale * (max(xs) + min(xs)) / 2
        down = HEIGHT / 2 - scale * (max(ys) + min(ys)) / 2
        return scale, left, down

    def _way(self, arrow: Arrow) -> list[Point]:
        """Where an arrow goes, before it is fitted onto the page."""
        first = self.figure.motions[0]
        right, up = arrow.aside
        point = other(arrow.point) if first.side == "left" else arrow.point
        ways = (self.camera.seen(first.body(u / STEPS).points[point]) for u in range(STEPS + 1))
        return [(x + right, y - up) for x, y, _ in ways]

    def way(self, arrow: Arrow) -> list[Point]:
        """Where an arrow goes."""
        scale, left, down = self._fit
        return [(left + scale * x, down + scale * y) for x, y in self._way(arrow)]

    @cached_property
    def bodies(self) -> tuple[Body, ...]:
        """Some that tell how much room there must be, and what is near."""
        return tuple(motion.body(u / 3) for motion in self.figure.motions for u in range(4))

    def at(self, point: Vec) -> Point:
        """Where on the page a place in the room is."""
        scale, left, down = self._fit
        x, y, _ = self.camera.seen(point)
        return left + scale * x, down + scale * y

    @property
    def scale(self) -> float:
        """Of the page, to a hundredth of the body."""
        return self._fit[0]

    def strokes(self, body: Body) -> dict[str, list[Stroke]]:
        """Part → its strokes, in the order of `order`."""
        found: dict[str, list[Stroke]] = {part: [] for part in self.order}
        for line in _body_lines(body, self.figure):
            points = tuple(self.at(point) for point in line.points)
            found[line.part].append(Stroke(line.part, points, line.width * self.scale, line.shape))
        return found

    @cached_property
    def _depths(self) -> dict[str, float]:
        depths: dict[str, list[float]] = {}
        for body in self.bodies:
            for line in _body_lines(body, self.figure):
                depths.setdefault(line.part, []).extend(self.camera.seen(point)[2] for point in line.points)
        return {part: sum(all_) / len(all_) for part, all_ in depths.items()}

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The parts, the farthest first; but a head is never cut by an arm, nor a trunk by its neck."""
        depths = self._depths | {"neck": self._depths["trunk"] - 0.01, "head": inf}
        return tuple(sorted(depths, key=lambda part: depths[part]))

    def far(self, part: str) -> bool:
        """Whether it is a limb behind its other, seen from the side."""
        return self.figure.sideways and self._depths[part] < self._depths[other(part)] - FAR

    def things(self) -> Iterator[Stroke]:
        """What is around, the farthest first."""
        for thing in things(self.figure.props):
            points = tuple(self.at(point) for point in thing.points)
            yield Stroke("", points, thing.width * self.scale, Shape.AREA if thing.filled else Shape.LINE)

    def floor(self) -> Stroke:
        """The line where the floor ends: behind everything."""
        _, y = self.at(FLOOR_BEHIND[not self.figure.sideways])
        return Stroke("", ((MARGIN, y), (WIDTH - MARGIN, y)), 0.8 * self.scale, Shape.LINE)
