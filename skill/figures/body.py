"""A body in a pose: where each joint is.

Limbs are as long as they are: hips and shoulders are where the spine takes them, hands and feet are where the pose
wants them, and knees and elbows go where two bones of fixed lengths let them. So no pose can stretch anybody; what
is out of reach is not reached, and `skill.figures.laws` says so.

Lengths are in hundredths of the body's height, after R. Drillis and R. Contini, Body Segment Parameters (1966), as
drawn in D. A. Winter, Biomechanics and Motor Control of Human Movement, figure 4.1. Joints that are as wide apart as
there look sprawling in a line figure: shoulders and hips are closer here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import cos, radians, sin, sqrt

from skill.figures.pose import Four, Grip, Pose
from skill.figures.space import (
    FORWARD,
    RIGHT,
    UP,
    Vec,
    across,
    add,
    length,
    less,
    mixed,
    times,
    turned,
    unit,
)

THIGH, SHANK = 24.5, 24.6
UPPER_ARM, FOREARM = 18.6, 14.6
HAND = 5.5
"""To the knuckles: half of a hand that is half closed."""
TRUNK = 28.8
"""From the hips to the shoulders."""
SPINE = 41.0
"""From the hips to the middle of the head."""
HEAD = 6.4
"""The head's radius."""
BREAST = 14.0
"""How far before the chest the point is that shows where it faces."""
ANKLE = 3.9
"""The ankle's height over the sole."""
HEEL, TOES = 1.6, 9.2
"""How far the foot goes behind the ankle and before it, but for the rounding of its ends."""
SOLE = 2.5
"""Half of a foot's thickness, which is drawn as a line."""
HIP_HALF, SHOULDER_HALF = 4.8, 9.6
"""From the middle to a joint."""
STATIONS = (2.0, 13.0, 26.0, 36.0)
"""Where along the spine a pose says how it goes: pelvis, waist, chest, head. Between two of them it bends evenly."""
STEP = 1.0
"""How finely the spine's bend is followed."""
BLADES = (16.0, 25.0)
"""From where to where along the spine the shoulder blades reach."""

STANDING = Pose(
    hips=(0.0, THIGH + SHANK + ANKLE - 0.15, 0.0),
    spine=(0.0, 0.0, 0.0, 0.0),
    turn=(0.0, 0.0, 0.0, 0.0),
    shoulders=(0.0, 0.0),
    right_hand=Grip((2.0, 49.4, 12.0), "room"),
    left_hand=Grip((2.0, 49.4, -12.0), "room"),
    right_foot=Grip((0.0, ANKLE, HIP_HALF), "room"),
    left_foot=Grip((0.0, ANKLE, -HIP_HALF), "room"),
)
"""Upright, the arms by its sides: what is not said of a first pose is as here."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A place on the body, and which way it faces there."""

    at: Vec
    forward: Vec
    up: Vec
    right: Vec

    def place(self, inside: Vec) -> Vec:
        """A point that is said from here, in the room."""
        return add(self.at, self.way(inside))

    def way(self, inside: Vec) -> Vec:
        """A direction that is said from here, in the room."""
        (x, y, z), (f, u, r) = inside, zip(self.forward, self.up, self.right, strict=True)
        return x * f[0] + y * f[1] + z * f[2], x * u[0] + y * u[1] + z * u[2], x * r[0] + y * r[1] + z * r[2]


ROOM = Frame((0.0, 0.0, 0.0), FORWARD, UP, RIGHT)


@dataclass(frozen=True, slots=True)
class Limb:
    """Two bones and what is at their end."""

    root: Vec
    joint: Vec
    end: Vec
    """Wrist or ankle."""
    along: Vec
    """Where the fingers or the toes point."""
    missing: float
    """How far the end is from where the pose wants it."""


@dataclass(frozen=True)
class Body:
    """Between two poses, ``u`` of the way from the first to the second."""

    start: Pose
    end: Pose
    u: float

    @cached_property
    def spine(self) -> tuple[Vec, ...]:
        """A point every step of the way from the hips to the middle of the head."""
        x, y, z = mixed(self.start.hips, self.end.hips, self.u)
        points = [(x, y, z)]
        for step in range(round(SPINE / STEP)):
            forward, up, _ = _up(_at(self._lean, (step + 0.5) * STEP))
            x, y = x + STEP * forward, y + STEP * up
            points.append((x, y, z))
        return tuple(points)

    @cached_property
    def _lean(self) -> Four:
        return _between(self.start.spine, self.end.spine, self.u)

    @cached_property
    def _turn(self) -> Four:
        return _between(self.start.turn, self.end.turn, self.u)

    def along(self, s: float) -> Frame:
        """The frame of the spine so far from the hips."""
        return _frame(self.spine[round(s / STEP)], _at(self._lean, s), _at(self._turn, s))

    @cached_property
    def pelvis(self) -> Frame:
        """At the hips."""
        return self.along(0)

    @cached_property
    def chest(self) -> Frame:
        """Between the shoulders."""
        return self.along(TRUNK)

    @cached_property
    def head(self) -> Frame:
        """In the middle of the head."""
        return self.along(SPINE)

    @cached_property
    def shoulders(self) -> tuple[float, float]:
        """How far they are drawn forward and up."""
        (f0, u0), (f1, u1) = self.start.shoulders, self.end.shoulders
        return f0 + (f1 - f0) * self.u, u0 + (u1 - u0) * self.u

    @cached_property
    def limbs(self) -> Mapping[str, Limb]:
        """All four, by the names of their ends. Legs come first: a hand may hold on to one."""
        found: dict[str, Limb] = {}
        frames = {"room": ROOM, "chest": self.chest}
        for side, out in (("right", 1.0), ("left", -1.0)):
            hip = self.pelvis.place((0.0, 0.0, out * HIP_HALF))
            leg = self._limb(f"{side}_foot", hip, (THIGH, SHANK), self.pelvis.forward, frames)
            found[f"{side}_foot"] = leg
            frames[f"{side}_thigh"] = _bone(leg.root, leg.joint, leg)
            frames[f"{side}_shin"] = _bone(leg.joint, leg.end, leg)
        for side, out in (("right", 1.0), ("left", -1.0)):
            forward, up = self.shoulders
            shoulder = self.chest.place((forward, up, out * (SHOULDER_HALF - abs(forward) / 4)))
            hangs = self.chest.way((-0.6, -0.5, out * 0.6))
            found[f"{side}_hand"] = self._limb(f"{side}_hand", shoulder, (UPPER_ARM, FOREARM), hangs, frames)
        return found

    def _limb(
        self, name: str, root: Vec, bones: tuple[float, float], hangs: Vec, frames: Mapping[str, Frame]
    ) -> Limb:
        first, last = getattr(self.start, name), getattr(self.end, name)
        at = mixed(_placed(first, frames), _placed(last, frames), self.u)
        bend = mixed(_way(first, first.bend, frames, hangs), _way(last, last.bend, frames, hangs), self.u)
        joint, end = reach(root, at, bones, bend)
        hangs_on = FORWARD if name.endswith("foot") else unit(less(end, joint))
        along = mixed(
            _way(first, first.along, frames, hangs_on), _way(last, last.along, frames, hangs_on), self.u
        )
        return Limb(root, joint, end, unit(along), length(less(at, end)))

    @cached_property
    def points(self) -> Mapping[str, Vec]:
        """What can be named: the hips, the head, the chest, and of each side hand, elbow, foot, knee and so on."""
        found = {
            "hips": self.pelvis.at,
            "waist": self.along(STATIONS[1]).at,
            "chest": self.chest.at,
            "head": self.head.at,
            "nose": self.head.place((HEAD, 0.0, 0.0)),
            "breast": self.chest.place((BREAST, 0.0, 0.0)),
        }
        found |= {f"{side}_blade": mixed(*self.blade(side), 0.5) for side in ("right", "left")}
        names = {"hand": ("shoulder", "elbow", "hand"), "foot": ("hip", "knee", "foot")}
        for name, limb in self.limbs.items():
            side, kind = name.split("_")
            for joint, at in zip(names[kind], (limb.root, limb.joint, limb.end), strict=True):
                found[f"{side}_{joint}"] = at
        return found

    def foot(self, side: str) -> tuple[Vec, Vec]:
        """Heel and toes: the middle of the line that a foot is drawn as."""
        leg = self.limbs[f"{side}_foot"]
        down = unit(across(less(leg.end, leg.joint), leg.along), (0.0, -1.0, 0.0))
        middle = add(leg.end, times(ANKLE - SOLE, down))
        return add(middle, times(-HEEL, leg.along)), add(middle, times(TOES, leg.along))

    def fingers(self, side: str) -> Vec:
        """Where a hand ends."""
        arm = self.limbs[f"{side}_hand"]
        return add(arm.end, times(HAND, arm.along))

    def blade(self, side: str) -> tuple[Vec, Vec]:
        """A shoulder blade, from its lower to its upper end: it goes with its shoulder."""
        forward, up = self.shoulders
        out = (1.0 if side == "right" else -1.0) * (5.6 + forward * 0.9)
        low, high = (self.along(s) for s in BLADES)
        return low.place((-5.0, up, out * 0.85)), high.place((-5.0, up, out))


def reach(root: Vec, at: Vec, bones: tuple[float, float], bend: Vec) -> tuple[Vec, Vec]:
    """Joint and end of two bones from a root to a place: as near to it as they come, bent the way that is said."""
    upper, lower = bones
    way = less(at, root)
    far = min(max(length(way), abs(upper - lower) + 1e-6), upper + lower - 1e-6)
    axis = unit(way, (0.0, -1.0, 0.0))
    ahead = (upper**2 - lower**2 + far**2) / (2 * far)
    aside = sqrt(max(upper**2 - ahead**2, 0.0))
    out = unit(across(bend, axis), unit(across(FORWARD, axis), UP))
    joint = add(add(root, times(ahead, axis)), times(aside, out))
    return joint, add(root, times(far, axis))


def _placed(grip: Grip, frames: Mapping[str, Frame]) -> Vec:
    return frames[grip.on].place(grip.at)


def _way(grip: Grip, way: Vec | None, frames: Mapping[str, Frame], otherwise: Vec) -> Vec:
    """A direction is the room's, but for what holds on to the chest."""
    if way is None:
        return otherwise
    return frames[grip.on if grip.on == "chest" else "room"].way(way)


def _bone(start: Vec, end: Vec, leg: Limb) -> Frame:
    """A bone of a leg: up is towards its foot, forward is where its knee points."""
    up = unit(less(end, start))
    hinge = unit(across(less(leg.joint, mixed(leg.root, leg.end, 0.5)), up))
    right = (
        hinge[1] * up[2] - hinge[2] * up[1],
        hinge[2] * up[0] - hinge[0] * up[2],
        hinge[0] * up[1] - hinge[1] * up[0],
    )
    return Frame(start, hinge, up, times(-1.0, right))


def _between(a: Four, b: Four, u: float) -> Four:
    p, w, c, h = (x + (y - x) * u for x, y in zip(a, b, strict=True))
    return p, w, c, h


def _at(four: Four, s: float) -> float:
    """What is said at the stations, so far along the spine."""
    for (start, end), (a, b) in zip(pairwise(STATIONS), pairwise(four), strict=True):
        if s < end:
            return a + (b - a) * max(s - start, 0.0) / (end - start)
    return four[-1]


def _up(lean: float) -> Vec:
    return sin(radians(lean)), cos(radians(lean)), 0.0


def _frame(at: Vec, lean: float, turn: float) -> Frame:
    forward: Vec = (cos(radians(lean)), -sin(radians(lean)), 0.0)
    return Frame(at, turned(forward, RIGHT, turn), _up(lean), turned(RIGHT, times(-1.0, forward), turn))
