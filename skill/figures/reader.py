"""From the tables of the content to figures."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from skill.coach.exercise import Catalogue, Exercise, Form, FormName, Order, Slug
from skill.content.poses import FigureTable, FormFigure, GripTable, PoseTable
from skill.content.reader import CONTENT, figure_tables
from skill.errors import ContentError
from skill.figures.movement import Arrow, Figure, Motion, Props
from skill.figures.pose import LIMBS, Grip, Pose, other

Figures = Mapping[FormName, Figure]
"""An exercise's three forms."""


def figures(catalogue: Catalogue, folder: Path = CONTENT) -> dict[Slug, Figures]:
    """The figures of a catalogue's exercises, of those that are drawn.

    Raises:
        ContentError: a table lacks something, or a file cannot be read.
    """
    found: dict[Slug, Figures] = {}
    mistakes: list[str] = []
    for slug, table in figure_tables(folder).items():
        if exercise := catalogue.exercises.get(slug):
            lacking = [f"exercises/{slug}.toml: figure.{line}" for line in _lacking(exercise, table)]
            mistakes += lacking
            if not lacking:
                found[slug] = {name: _figure(exercise, table, exercise.form(name)) for name in FormName}
    if mistakes:
        raise ContentError(tuple(mistakes))
    return found


def own_look(table: FigureTable, name: FormName) -> bool:
    """Whether a form looks different from the usual one."""
    return name is FormName.USUAL or getattr(table, name.value) is not None


def _lacking(exercise: Exercise, table: FigureTable) -> Iterator[str]:
    if table.usual.view is None:
        yield "usual.view: is missing"
    start = table.usual.start or PoseTable()
    for field, both in (("hips", ""), ("spine", ""), *((limb, f"{limb.split('_')[1]}") for limb in LIMBS)):
        plural = {"hand": "hands", "foot": "feet"}.get(both, both)
        if getattr(start, field) is None and not (plural and getattr(start, plural)):
            yield f"usual.start.{field}: is missing"
    for name in FormName:
        sides = {move.side for move in exercise.form(name).moves}
        for key in sorted({_key(side) for side in sides}):
            if not any(getattr(one, key) for one in _layers(table, name)):
                yield f"{name}.{key}: is missing"


def _key(side: str | None) -> str:
    """Which poses a side is drawn from."""
    return {None: "end", "left": "right"}.get(side) or str(side)


def _layers(table: FigureTable, name: FormName) -> list[FormFigure]:
    """A form's own table, and the usual one."""
    own: FormFigure | None = getattr(table, name.value)
    return [table.usual] if own is None or own is table.usual else [own, table.usual]


def _figure(exercise: Exercise, table: FigureTable, form: Form) -> Figure:
    layers = _layers(table, form.name)

    def said(field: str, otherwise: object = None) -> object:
        return next((got for one in layers if (got := getattr(one, field)) is not None), otherwise)

    view, works, props, stays = said("view"), said("works", ()), said("props"), said("stays", ())
    start: Pose | None = None
    for layer in reversed(layers):
        start = _posed(layer.start or PoseTable(), start)
    assert start is not None
    motions = []
    for move in form.moves:
        poses = [start]
        for pose in said(_key(move.side), ()):  # type: ignore[attr-defined]
            poses.append(_posed(pose, poses[-1]))
        parts = frozenset(works)  # type: ignore[call-overload]
        if move.side == "left":
            poses = [_other_side(pose, stays) for pose in poses]  # type: ignore[arg-type]
            parts = frozenset(map(other, parts))
        elif move.side == "both":
            parts |= frozenset(map(other, parts))
        motions.append(Motion(move.side or "", tuple(poses), parts))
    return Figure(
        slug=exercise.slug,
        form=form.name,
        view=view,  # type: ignore[arg-type]
        props=Props(**props.model_dump()) if props else Props(),  # type: ignore[attr-defined]
        motions=tuple(motions),
        tempo=form.tempo,
        paced=form.order is Order.PACED,
        arrows=tuple(Arrow(*one) for one in said("arrows", ())),  # type: ignore[attr-defined]
        blades=bool(said("blades", otherwise=False)),
    )


def _posed(table: PoseTable, before: Pose | None) -> Pose:
    limbs = {}
    for name in LIMBS:
        both = table.hands if name.endswith("hand") else table.feet
        grip = getattr(table, name) or both
        if grip:
            made = _grip(grip)
            limbs[name] = made.mirrored() if grip is both and name.startswith("left") else made
    told = {
        field: value
        for field in ("hips", "spine", "turn", "shoulders")
        if (value := getattr(table, field)) is not None
    }
    if before is None:
        rest = {"turn": (0.0, 0.0, 0.0, 0.0), "shoulders": (0.0, 0.0)}
        return Pose(**(rest | told | limbs))
    return replace(before, **told, **limbs)


def _grip(table: GripTable) -> Grip:
    return Grip(table.at, table.on, table.bend, table.along, table.slides)


def _other_side(pose: Pose, stays: tuple[str, ...]) -> Pose:
    return replace(pose.mirrored(), **{limb: getattr(pose, limb) for limb in stays})
