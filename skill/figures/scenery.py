"""What is around the body: the floor, a mat, a chair, a wall, a worktop, a cushion. Lengths as in `skill.figures.body`."""

from collections.abc import Iterator
from dataclasses import dataclass

from skill.figures.movement import Props
from skill.figures.space import Vec

SEAT = 26.0
"""How high a chair's seat is: about the height of a knee."""
SEAT_HALF = 12.5
"""Half of its depth, and of its width."""
BACK = 52.0
"""How high its back is."""
WORKTOP = 53.0
MAT_HALF = 17.0


@dataclass(frozen=True, slots=True)
class Thing:
    """Lines in the room; ``filled`` is an area."""

    points: tuple[Vec, ...]
    width: float
    filled: bool = False


def things(props: Props) -> Iterator[Thing]:
    """All of it, the farthest first."""
    if props.wall is not None:
        x = props.wall
        yield Thing(((x, 0, -26), (x, 100, -26), (x, 100, 26), (x, 0, 26)), 0.8, filled=True)
    if props.worktop:
        a, b = props.worktop
        z = -13.0
        yield Thing(((a, WORKTOP, z), (b, WORKTOP, z)), 2.6)
        yield Thing(((a + 3, WORKTOP, z), (a + 3, 0, z)), 1.2)
        yield Thing(((b - 3, WORKTOP, z), (b - 3, 0, z)), 1.2)
    if props.mat:
        a, b = props.mat
        h = MAT_HALF
        yield Thing(((a, -0.8, -h), (b, -0.8, -h), (b, -0.8, h), (a, -0.8, h)), 1.6, filled=True)
    if props.chair:
        yield from _chair(*props.chair)
    if props.cushion is not None:
        x = props.cushion
        corners = ((x - 7, 0.5, -10), (x + 5, 0.5, -10), (x + 5, 0.5, 10), (x - 7, 0.5, 10))
        yield Thing((*corners, corners[0]), 4.2)
        yield Thing(corners, 2.4, filled=True)


def _chair(x: float, faces: float) -> Iterator[Thing]:
    h = SEAT_HALF
    back, front = x - faces * h, x + faces * h
    top = SEAT - 1.5
    for foot, z in ((back, -h), (front, -h), (back, h), (front, h)):
        yield Thing(((foot, top, z), (foot, 0.8, z)), 1.8)
    yield Thing(((back, top, -h), (back, BACK, -h), (back, BACK, h), (back, top, h)), 1.8)
    yield Thing(((back, BACK - 9, -h), (back, BACK - 9, h)), 1.8)
    yield Thing(((back, top, -h), (front, top, -h), (front, top, h), (back, top, h)), 2.4, filled=True)
