"""Points and directions in the room.

Units are hundredths of the body's height. x is forward, y up, z to the right of a person who stands and looks along x;
the floor is y = 0.
"""

from math import cos, hypot, radians, sin

Vec = tuple[float, float, float]
"""A point or a direction: x, y, z."""

ZERO: Vec = (0.0, 0.0, 0.0)
FORWARD: Vec = (1.0, 0.0, 0.0)
UP: Vec = (0.0, 1.0, 0.0)
RIGHT: Vec = (0.0, 0.0, 1.0)


def add(a: Vec, b: Vec) -> Vec:
    """Both, one after the other."""
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]


def times(factor: float, v: Vec) -> Vec:
    """As long again by a factor."""
    return factor * v[0], factor * v[1], factor * v[2]


def less(a: Vec, b: Vec) -> Vec:
    """From b to a."""
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


def dot(a: Vec, b: Vec) -> float:
    """How much they go the same way."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def length(v: Vec) -> float:
    """How long it is."""
    return hypot(*v)


def unit(v: Vec, otherwise: Vec = FORWARD) -> Vec:
    """The same way, of length one; what has no length goes the other way given."""
    size = length(v)
    return times(1 / size, v) if size > 1e-6 else otherwise  # noqa: PLR2004  # nothing, but for rounding


def mixed(a: Vec, b: Vec, u: float) -> Vec:
    """From a (u = 0) to b (u = 1), in a straight line."""
    return a if a == b else add(times(1 - u, a), times(u, b))


def across(v: Vec, axis: Vec) -> Vec:
    """What of a direction goes across an axis of length one."""
    return less(v, times(dot(v, axis), axis))


def turned(a: Vec, b: Vec, degrees: float) -> Vec:
    """a, turned so far towards b, which stands at a right angle to it."""
    return add(times(cos(radians(degrees)), a), times(sin(radians(degrees)), b))


def mirrored(v: Vec) -> Vec:
    """As in a mirror that stands along the body: right is left."""
    return v[0], v[1], -v[2]
