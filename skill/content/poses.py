"""The shape of ``[figure]`` in an exercise's file: a few joint positions a pose.

Lengths are hundredths of the body's height; x is forward, y up from the floor, z to the person's right. Angles are
degrees. A form that looks like the usual one has no table. Whatever is left out is as it was before: in the easier and the
harder form as in the usual one, in a pose as in the pose before it, in the first one as somebody stands. The poses after ``start`` are the way into the
move: ``end``, where there are no sides; else ``right``, from which the left side is drawn too, and ``both``.

    [figure.usual]
    view = [12, 8]                      # seen from its right, a little from the front and from above
    works = ["trunk"]
    [figure.usual.start]
    hips = [0, 5, 0]
    spine = [-90, -90, -90, -90]        # pelvis, waist, chest, head: on its back
    feet = { at = [28, 3.9, 6], bend = [0, 1, 0] }      # the right one; the left one in a mirror
    hands = { at = [2, 2, 16] }
    [[figure.usual.end]]
    hips = [4, 17, 0]
"""

from typing import Annotated, Literal

from pydantic import Field

from skill.content.table import Table

Length = Annotated[float, Field(ge=-200, le=200)]
Degrees = Annotated[float, Field(ge=-200, le=200)]
Place = tuple[Length, Length, Length]
Spine = tuple[Degrees, Degrees, Degrees, Degrees]
Part = Literal["trunk", "head", "right_leg", "left_leg", "right_arm", "left_arm"]
LimbName = Literal["right_hand", "left_hand", "right_foot", "left_foot"]
Point = Literal[
    "hips", "waist", "chest", "breast", "head", "nose", "right_shoulder", "right_elbow", "right_hand", "right_hip", "right_knee",
    "right_foot", "left_shoulder", "left_elbow", "left_hand", "left_hip", "left_knee", "left_foot", "right_blade", "left_blade",
]  # fmt: skip
Whose = Literal["room", "chest", "right_thigh", "left_thigh", "right_shin", "left_shin"]


class StandTable(Table):
    """Where an ankle is, and how its leg goes there; or a wrist, and its arm."""

    at: Place
    bend: Place | None = None
    """Which way the elbow or the knee points."""
    along: Place | None = None
    """Which way the fingers or the toes point."""
    slides: bool = False
    """Whether it may move along the floor."""


class GripTable(StandTable):
    """Where a wrist is: a hand may also hold on to something that moves."""

    on: Whose = "room"
    """Whose place it is. On a bone of a leg: how far before it, how far down it, how far to its right."""


class PoseTable(Table):
    """A pose, or what of it differs from the one before."""

    hips: Place | None = None
    spine: Spine | None = None
    """How far each of pelvis, waist, chest and head leans forward of upright."""
    turn: Spine | None = None
    """How far each is turned to the right."""
    shoulders: tuple[Length, Length] | None = None
    """How far they are drawn forward and up."""
    hands: GripTable | None = None
    """Both: the right one as it is said, the left one in a mirror."""
    feet: StandTable | None = None
    right_hand: GripTable | None = None
    left_hand: GripTable | None = None
    right_foot: StandTable | None = None
    left_foot: StandTable | None = None


class PropsTable(Table):
    """What is around, by where it stands along x."""

    mat: tuple[Length, Length] | None = None
    chair: tuple[Length, Literal[1, -1]] | None = None
    """The middle of its seat, and which way it faces."""
    wall: Length | None = None
    worktop: tuple[Length, Length] | None = None
    """On the left."""
    cushion: Length | None = None
    """Under the head."""
    pillow: bool = False
    """Between the knees."""


Poses = Annotated[tuple[PoseTable, ...], Field(min_length=1, max_length=3)]


class FormFigure(Table):
    """The figure of a form."""

    view: tuple[Degrees, Annotated[float, Field(ge=0, le=60)]] | None = None
    """From where it is seen: 0 from its right, 90 from its front; and how far from above."""
    props: PropsTable | None = None
    works: tuple[Part, ...] | None = None
    """What is in colour: of the right side, where there are sides."""
    arrows: tuple[tuple[Point, tuple[Length, Length]], ...] | None = None
    """The points whose ways the still shows, and how far to the right of it and above it each arrow is drawn."""
    blades: bool | None = None
    """Whether the shoulder blades are seen."""
    close: bool | None = None
    """Whether the legs do not matter, and may leave the picture: all else is larger."""
    stays: tuple[LimbName, ...] | None = None
    """What is not mirrored for the other side: a hand that is on something."""
    start: PoseTable | None = None
    end: Poses | None = None
    right: Poses | None = None
    both: Poses | None = None


class FigureTable(Table):
    """``[figure]``."""

    usual: FormFigure
    easier: FormFigure | None = None
    harder: FormFigure | None = None
