"""From the tables of the content to figures."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from skill.coach.exercise import Catalogue, Exercise, Form, FormName, Order, Slug
from skill.content.poses import FigureTable, FormFigure, GripTable, Poses, PoseTable, StandTable
from skill.content.reader import CONTENT, figure_tables
from skill.errors import ContentError
from skill.figures.body import STANDING
from skill.figures.laws import flaws
from skill.figures.movement import Arrow, Figure, Motion, Props
from skill.figures.pose import Grip, Pose, other

Figures = Mapping[FormName, Figure]
"""An exercise's three forms."""

VIEW = (12.0, 8.0)
"""From where it is seen, if nobody says."""


def figures(catalogue: Catalogue, folder: Path = CONTENT) -> dict[Slug, Figures]:
    """The figures of a catalogue's exercises, of those that are drawn.

    Raises:
        ContentError: a table lacks poses, or a file cannot be read.
    """
    tables = _tables(catalogue, folder)
    if mistakes := [line for exercise, table in tables for line in _lacking(exercise, table)]:
        raise ContentError(tuple(mistakes))
    return {
        exercise.slug: {name: _figure(exercise, table, exercise.form(name)) for name in FormName}
        for exercise, table in tables
    }


def looks(catalogue: Catalogue, folder: Path = CONTENT) -> Iterator[Figure]:
    """Those that look different from one another: a form that has only other numbers is left out.

    Raises:
        ContentError: as `figures`.
    """
    found = figures(catalogue, folder)
    for exercise, table in _tables(catalogue, folder):
        yield from (found[exercise.slug][name] for name in FormName if _own(table, name))


def misdrawn(catalogue: Catalogue, folder: Path = CONTENT) -> Iterator[str]:
    """A line for each thing that is wrong with a figure: of file, field and what it is.

    Raises:
        ContentError: a file cannot be read.
    """
    lacking = [line for exercise, table in _tables(catalogue, folder) for line in _lacking(exercise, table)]
    if lacking:
        yield from lacking
    else:
        for figure in looks(catalogue, folder):
            yield from (f"exercises/{figure.slug}.toml: {line}" for line in flaws(figure))


def _tables(catalogue: Catalogue, folder: Path) -> list[tuple[Exercise, FigureTable]]:
    found = figure_tables(folder)
    return [(exercise, found[slug]) for slug, exercise in catalogue.exercises.items() if slug in found]


def _own(table: FigureTable, name: FormName) -> FormFigure | None:
    match name:
        case FormName.USUAL:
            return table.usual
        case FormName.EASIER:
            return table.easier
        case FormName.HARDER:
            return table.harder


def _whole(table: FigureTable, name: FormName) -> FormFigure:
    """A form's table, with what it takes from the usual one; all but its start."""
    told = _own(table, name) or table.usual
    return table.usual.model_copy(update={field: getattr(told, field) for field in _said(told)})


def _said(table: FormFigure) -> list[str]:
    return [field for field in FormFigure.model_fields if getattr(table, field) is not None]


def _lacking(exercise: Exercise, table: FigureTable) -> Iterator[str]:
    for name in FormName:
        whole = _whole(table, name)
        keys = {
            {None: "end", "left": "right"}.get(move.side, move.side) for move in exercise.form(name).moves
        }
        for key in ("end", "right", "both"):
            if key in keys and not getattr(whole, key):
                yield f"exercises/{exercise.slug}.toml: figure.{name}.{key}: is missing"


def _way(table: FormFigure, side: str) -> Poses | None:
    """The poses that a move of a side goes through; those of the left are the right's."""
    return {"": table.end, "both": table.both}.get(side, table.right)


def _figure(exercise: Exercise, table: FigureTable, form: Form) -> Figure:
    whole, own = _whole(table, form.name), _own(table, form.name)
    start = _posed(table.usual.start, STANDING)
    if own and own is not table.usual:
        start = _posed(own.start, start)
    return Figure(
        slug=exercise.slug,
        form=form.name,
        view=whole.view or VIEW,
        props=Props(**whole.props.model_dump()) if whole.props else Props(),
        motions=tuple(_motion(whole, start, move.side or "") for move in form.moves),
        tempo=form.tempo,
        paced=form.order is Order.PACED,
        arrows=tuple(Arrow(*arrow) for arrow in whole.arrows or ()),
        blades=bool(whole.blades),
        close=bool(whole.close),
    )


def _motion(table: FormFigure, start: Pose, side: str) -> Motion:
    poses = [start]
    for pose in _way(table, side) or ():
        poses.append(_posed(pose, poses[-1]))
    works: frozenset[str] = frozenset(table.works or ())
    if side == "left":
        kept = table.stays or ()
        poses = [replace(pose.mirrored(), **{limb: getattr(pose, limb) for limb in kept}) for pose in poses]
        works = frozenset(map(other, works))
    elif side == "both":
        works |= frozenset(map(other, works))
    return Motion(side, tuple(poses), works)


def _posed(table: PoseTable | None, before: Pose) -> Pose:
    """The pose before, and what differs."""
    if table is None:
        return before
    return Pose(
        hips=table.hips or before.hips,
        spine=table.spine or before.spine,
        turn=table.turn or before.turn,
        shoulders=table.shoulders or before.shoulders,
        right_hand=_grip(table.right_hand or table.hands) or before.right_hand,
        left_hand=_grip(table.left_hand) or _other(table.hands) or before.left_hand,
        right_foot=_grip(table.right_foot or table.feet) or before.right_foot,
        left_foot=_grip(table.left_foot) or _other(table.feet) or before.left_foot,
    )


def _grip(table: StandTable | None) -> Grip | None:
    if table is None:
        return None
    on = table.on if isinstance(table, GripTable) else "room"
    return Grip(table.at, on, table.bend, table.along, table.slides)


def _other(table: StandTable | None) -> Grip | None:
    grip = _grip(table)
    return grip.mirrored() if grip else None
