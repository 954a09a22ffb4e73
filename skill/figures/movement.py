"""A movement: which pose at which moment of a rep.

A figure goes through one rep of all its moves, one after another, at a second a count: into the pose, the hold, out of
it again, the pause. `Figure.spans` says from when to when each is, so that whoever counts at another pace can find the
moment. A paced move is a step: there and back in its one phase.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from skill.coach.exercise import FormName, Slug, Tempo
from skill.coach.timeline.score import Phase
from skill.figures.body import Body
from skill.figures.pose import Pose

FRAMES = 16
"""Looked at in a phase that moves."""
DWELL = 0.2
"""The part of a step that its top takes."""


@dataclass(frozen=True, slots=True)
class Props:
    """What is around the body, by where it stands along x; None and empty: it is not there."""

    mat: tuple[float, float] | None = None
    """From where to where."""
    chair: tuple[float, float] | None = None
    """The middle of its seat, and which way it faces: 1 or -1."""
    wall: float | None = None
    worktop: tuple[float, float] | None = None
    """From where to where; it is on the left."""
    cushion: float | None = None
    """Its middle, where the head is."""
    pillow: bool = False
    """Between the knees."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """Which way it goes, shown in a still."""

    point: str
    """The point of the body whose way it is."""
    aside: tuple[float, float]
    """How far to the right of that way it is drawn, and how far above it."""


@dataclass(frozen=True, slots=True)
class Motion:
    """One move: through its poses, and back."""

    side: str
    """``right``, ``left`` or ``both``; empty where there are no sides."""
    poses: tuple[Pose, ...]
    """From the start to the end."""
    works: frozenset[str]
    """What works in it: ``trunk``, ``right_leg``, ``left_arm`` …"""

    def body(self, u: float) -> Body:
        """``u`` of the way from the start (0) to the end (1)."""
        steps = len(self.poses) - 1
        first = min(int(u * steps), steps - 1)
        return Body(self.poses[first], self.poses[first + 1], u * steps - first)


@dataclass(frozen=True, slots=True)
class Figure:
    """All that is drawn of a form of an exercise."""

    slug: Slug
    form: FormName
    view: tuple[float, float]
    """From where it is seen, in degrees: 0 from its right, 90 from its front; and how far from above."""
    props: Props
    motions: tuple[Motion, ...]
    tempo: Tempo
    paced: bool
    arrows: tuple[Arrow, ...]
    """In the still."""
    blades: bool
    """Whether the shoulder blades are seen."""
    close: bool
    """Whether the legs may leave the picture."""

    @property
    def sideways(self) -> bool:
        """Whether it is seen from the side, rather than from the front or from behind."""
        return abs(self.view[0]) < 45  # noqa: PLR2004  # half-way between

    @property
    def seconds(self) -> int:
        """How long one rep of all moves takes, a second a count."""
        return self.tempo.counts * len(self.motions)

    def spans(self) -> dict[str, dict[str, tuple[int, int]]]:
        """Side → phase → from when to when, in seconds. A phase of no length is not there."""
        lengths = (self.tempo.into, self.tempo.hold, self.tempo.out, self.tempo.pause)
        found: dict[str, dict[str, tuple[int, int]]] = {}
        at = 0
        for motion in self.motions:
            spans = found.setdefault(motion.side, {})
            for phase, lasts in zip(Phase, lengths, strict=True):
                if lasts:
                    spans[phase.value] = (at, at + lasts)
                    at += lasts
        return found

    def moments(self) -> Iterator[tuple[float, Motion, float]]:
        """Every moment that is looked at: when in seconds, in which move, how far in it.

        A phase's last moment is the next one's first: both are there, for a body may change sides between them.
        """
        spans: Mapping[str, Mapping[str, tuple[int, int]]] = self.spans()
        for motion in self.motions:
            for phase, (start, end) in spans[motion.side].items():
                frames = 1 if phase in {Phase.HOLD, Phase.PAUSE} else FRAMES
                for frame in range(frames + 1):
                    part = frame / frames
                    yield start + part * (end - start), motion, self.way(Phase(phase), part)

    def way(self, phase: Phase, part: float) -> float:
        """How far the move has come in a part of a phase."""
        match phase:
            case Phase.INTO if self.paced:
                return eased(min(1.0, 2 * min(part, 1 - part) / (1 - DWELL)))
            case Phase.INTO:
                return eased(part)
            case Phase.HOLD:
                return 1.0
            case Phase.OUT:
                return eased(1 - part)  # the very places that it came by
            case Phase.PAUSE:
                return 0.0


def eased(part: float) -> float:
    """From 0 to 1: beginning slowly, and ending slowly."""
    return round(part * part * (3 - 2 * part), 6)
