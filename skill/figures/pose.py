"""A pose: where the hips are, how the spine goes, and what hands and feet hold on to.

Nothing here is about the picture, and nothing is written twice: what is not said of a pose is as in the pose before it,
and the left side is the right one in a mirror.
"""

from dataclasses import dataclass, replace
from typing import Self

from skill.figures.space import Vec, mirrored

Four = tuple[float, float, float, float]
"""Degrees at the pelvis, the waist, the chest and the head."""


def other(name: str) -> str:
    """The same on the other side: ``right_hand`` → ``left_hand``. What has no side is itself."""
    for one, two in (("right", "left"), ("left", "right")):
        if name.startswith(one):
            return name.replace(one, two, 1)
    return name


@dataclass(frozen=True, slots=True)
class Grip:
    """What a wrist or an ankle does: where it is, and which way its limb goes."""

    at: Vec
    on: str
    """Whose place ``at`` is: ``room``, ``chest``, or a ``right_shin``, ``left_thigh`` …"""
    bend: Vec | None = None
    """Where the elbow or the knee points; None: as it hangs."""
    along: Vec | None = None
    """Where the fingers or the toes point; None: as they hang, or flat on the floor."""
    slides: bool = False
    """Whether it may move along the floor."""

    def mirrored(self) -> Self:
        """The same of the other side."""
        return replace(
            self,
            at=mirrored(self.at),
            on=other(self.on),
            bend=mirrored(self.bend) if self.bend else None,
            along=mirrored(self.along) if self.along else None,
        )


@dataclass(frozen=True, slots=True)
class Pose:
    """A pose, whole."""

    hips: Vec
    """Midway between the hip joints."""
    spine: Four
    """How far it leans forward of upright: 90 on all fours, -90 on the back."""
    turn: Four
    """How far it is turned to the right, about itself."""
    shoulders: tuple[float, float]
    """How far they are drawn forward and up from where they hang."""
    right_hand: Grip
    left_hand: Grip
    right_foot: Grip
    left_foot: Grip

    def mirrored(self) -> Self:
        """Right is left."""
        p, w, c, h = self.turn
        return replace(
            self,
            hips=mirrored(self.hips),
            turn=(-p, -w, -c, -h),
            right_hand=self.left_hand.mirrored(),
            left_hand=self.right_hand.mirrored(),
            right_foot=self.left_foot.mirrored(),
            left_foot=self.right_foot.mirrored(),
        )
