"""What is wrong with a figure: what no body does, at a pose or anywhere on the way between two.

Each law looks at one body and tells what of it is wrong, and how much; of all that is found at one place in one move,
the worst is told, in a line of file, field, and what is wrong. Ranges are what joints of healthy adults do, a little
rounded up (American Academy of Orthopaedic Surgeons, Joint Motion: Method of Measuring and Recording, 1965): a line
figure should not need the ends of them.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from math import acos, atan2, degrees
from typing import NamedTuple

from skill.figures.body import HEAD, SOLE, TRUNK, Body
from skill.figures.movement import FRAMES, Figure, Motion, Props
from skill.figures.scenery import SEAT, SEAT_HALF
from skill.figures.space import Vec, across, dot, length, less, unit

SIDES = ("right", "left")
LIMB = {"hand": "elbow", "foot": "knee"}

FOLD = {"elbow": 150.0, "knee": 150.0}
"""The most that they bend, in degrees; 0 is straight."""
HIP = (-35.0, 130.0)
"""A thigh behind and before the trunk."""
ANKLE = (0.0, 125.0)
"""Between shin and foot: pointed, as the foot of somebody who kneels is drawn, and drawn up; 90 is standing."""
SPINE = (("waist", 60.0, 35.0), ("chest", 50.0, 35.0), ("head", 60.0, 60.0))
"""Between a station of the spine and the one below: the most that it bends forward and back."""
TURN = 45.0
"""Between two stations: the most that it turns."""

NEAR = 0.05
"""Lengths: what is nearer than this is there. Hundredths of the body."""
ON_FLOOR = 0.6
"""Higher above the floor than this, nothing stands on it."""
SLIP = 0.8
"""What stays on the floor may move so far: it rolls."""
LYING = 4.8
"""How high the middle of a trunk is that lies on the floor."""
LEAST = {
    "knee": 2.4,
    "elbow": 1.9,
    "hand": 1.9,
    "fingers": 1.8,
    "heel": SOLE - 0.3,
    "toes": SOLE - 0.3,
    "head": HEAD - 0.2,
}
"""How high the middle of each is that lies on the floor."""


class Flaw(NamedTuple):
    """Something wrong with a body."""

    what: str
    """The joint."""
    amount: float
    """How much: the most is the worst."""
    told: str
    """What is wrong."""


Law = Callable[[Body, Props], Iterator[Flaw]]


def flaws(figure: Figure) -> Iterator[str]:
    """A line of field and what is wrong for each place of each move."""
    for motion in figure.motions:
        at = f"figure.{figure.form}.{motion.side or 'end'}"
        worst: dict[tuple[str, str], tuple[float, float, str]] = {}
        for frame in range(FRAMES + 1):
            body = motion.body(frame / FRAMES)
            for law in LAWS:
                for flaw in law(body, figure.props):
                    key = law.__name__, flaw.what
                    if key not in worst or flaw.amount > worst[key][0]:
                        worst[key] = flaw.amount, frame / FRAMES, flaw.told
        for (_, what), (_, u, told) in worst.items():
            yield f"{at}: {_when(u)}: {what}: {told}"
        yield from (f"{at}: {line}" for line in _slides(motion))


def _when(u: float) -> str:
    return {0.0: "at the start", 1.0: "at the end"}.get(u, f"{u:.0%} of the way")


def within_reach(body: Body, _: Props) -> Iterator[Flaw]:
    """No limb is longer than it is."""
    for name, limb in body.limbs.items():
        if limb.missing > NEAR:
            yield Flaw(name, limb.missing, f"is out of reach by {limb.missing:.1f}")


def folds_so_far(body: Body, _: Props) -> Iterator[Flaw]:
    """Flesh is in the way before a limb is folded up."""
    for name, limb in body.limbs.items():
        side, kind = name.split("_")
        bend = _angle(less(limb.joint, limb.root), less(limb.end, limb.joint))
        if bend > FOLD[LIMB[kind]]:
            yield Flaw(f"{side}_{LIMB[kind]}", bend, f"is bent by {bend:.0f} degrees")


def knees_bend_forwards(body: Body, _: Props) -> Iterator[Flaw]:
    """A knee points where its toes do, and never the other way; an ankle has its own range."""
    for side in SIDES:
        leg = body.limbs[f"{side}_foot"]
        shin = unit(less(leg.end, leg.joint))
        thigh = unit(less(leg.joint, leg.root))
        ankle = _angle(shin, leg.along)
        front = across(thigh, shin)
        if length(front) > 0.3 and dot(unit(front), leg.along) < -0.5:  # noqa: PLR2004  # bent, and against it
            yield Flaw(f"{side}_knee", -dot(unit(front), leg.along), "bends backwards")
        elif not ANKLE[0] <= ankle <= ANKLE[1]:
            yield Flaw(f"{side}_foot", abs(ankle - 90), f"is at {ankle:.0f} degrees to its shin")


def hips_bend_so_far(body: Body, _: Props) -> Iterator[Flaw]:
    """A thigh goes far up to the front, and a little to the back."""
    pelvis = body.pelvis
    for side in SIDES:
        leg = body.limbs[f"{side}_foot"]
        thigh = less(leg.joint, leg.root)
        bend = degrees(atan2(dot(thigh, pelvis.forward), -dot(thigh, pelvis.up)))
        if not HIP[0] <= bend <= HIP[1]:
            yield Flaw(f"{side}_hip", abs(bend), f"is bent by {bend:.0f} degrees")


def spine_bends_so_far(body: Body, _: Props) -> Iterator[Flaw]:
    """Each part of the spine bends and turns a little."""
    for pose in (body.start, body.end):
        for (what, most, back), (low, high) in zip(SPINE, pairwise(pose.spine), strict=True):
            bend = high - low
            if not -back <= bend <= most:
                yield Flaw(what, abs(bend), f"is bent by {bend:.0f} degrees")
        for (what, _most, _back), (low, high) in zip(SPINE, pairwise(pose.turn), strict=True):
            if abs(high - low) > TURN:
                yield Flaw(what, abs(high - low), f"is turned by {high - low:.0f} degrees")


def over_the_floor(body: Body, _: Props) -> Iterator[Flaw]:
    """Nothing is in the floor."""
    for name, point in _low_points(body):
        least = LEAST[name.split("_")[-1]]
        if point[1] < least:
            yield Flaw(name, least - point[1], f"is {least - point[1]:.1f} in the floor")
    low = min(point[1] for point in body.spine[: round(TRUNK)])
    if low < LYING:
        yield Flaw("trunk", LYING - low, f"is {LYING - low:.1f} in the floor")


def over_the_seat(body: Body, props: Props) -> Iterator[Flaw]:
    """Nobody sits in the chair's seat."""
    if not props.chair:
        return
    x, _ = props.chair
    points = {"hips": body.pelvis.at} | {
        name: at for name, at in body.points.items() if name.endswith(("knee", "foot", "hand"))
    }
    for name, at in points.items():
        least = SEAT + (LYING if name == "hips" else 2.0)
        inside = abs(at[0] - x) < SEAT_HALF and abs(at[2]) < SEAT_HALF
        if inside and SEAT - 4 < at[1] < least:
            yield Flaw(name, least - at[1], f"is {least - at[1]:.1f} in the seat")


LAWS: tuple[Law, ...] = (
    within_reach,
    folds_so_far,
    knees_bend_forwards,
    hips_bend_so_far,
    spine_bends_so_far,
    over_the_floor,
    over_the_seat,
)


def _slides(motion: Motion) -> Iterator[str]:
    """What is on the floor all the way from a pose to the next stays where it is, or says that it slides."""
    for first, (start, end) in enumerate(pairwise(motion.poses)):
        bodies = [Body(start, end, u) for u in (0.0, 0.5, 1.0)]
        for side in SIDES:
            may = {kind: getattr(end, f"{side}_{kind}").slides for kind in LIMB}
            for kind, names in (("foot", ("heel", "toes", "knee")), ("hand", ("hand",))):
                ways = [
                    {name: dict(_low_points(body))[f"{side}_{name}"] for name in names} for body in bodies
                ]
                for name in names:
                    way = [points[name] for points in ways]
                    on = all(point[1] < LEAST[name] + ON_FLOOR for point in way)
                    far = length(less(way[-1], way[0]))
                    if on and far > SLIP and not may[kind]:
                        yield f"pose {first + 1}: {side}_{name}: slides along the floor by {far:.1f}"


def _low_points(body: Body) -> Iterator[tuple[str, Vec]]:
    """What may lie on the floor."""
    yield "head", body.head.at
    for side in SIDES:
        heel, toes = body.foot(side)
        yield f"{side}_heel", heel
        yield f"{side}_toes", toes
        yield f"{side}_knee", body.points[f"{side}_knee"]
        yield f"{side}_elbow", body.points[f"{side}_elbow"]
        yield f"{side}_hand", body.points[f"{side}_hand"]
        yield f"{side}_fingers", body.fingers(side)


def _angle(a: Vec, b: Vec) -> float:
    """Between two directions, in degrees: 0 is the same way."""
    return degrees(acos(max(-1.0, min(1.0, dot(unit(a), unit(b))))))
