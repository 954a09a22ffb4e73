"""A figure as SVG: moving, as a still, and as plain paths.

Colours are CSS custom properties, so that a page may set them; each has a value of its own for pictures that stand
alone. A moving figure is one file without scripts. It runs by itself; a page that knows what is counted stops it and
sets its time: ``svg.pauseAnimations()``, ``svg.setCurrentTime(seconds)``.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import NamedTuple

from skill.figures.drawing import HEIGHT, WIDTH, Page, Shape, Stroke
from skill.figures.movement import Figure
from skill.figures.picture import Picture, Role, around, edged, role_of
from skill.figures.picture import still as still_of

COLOURS = {
    Role.BODY: "#22303c",
    Role.FAR: "#8a98a4",
    Role.WORKS: "#c8552b",
    Role.WORKS_FAR: "#dd9474",
    Role.FAINT: "#d3dae0",
    Role.ARROW: "#1d7a78",
    Role.EDGE: "#ffffff",
    Role.PROP: "#9aa7b1",
    Role.SOFT: "#e6ebef",
}
"""What they are where no page sets ``--figure-body``, ``--figure-far`` …"""

NEAR_ENOUGH = 3.5
"""How far from its place a point may be between two keyframes; of the page."""


def moving(figure: Figure, title: str) -> str:
    """One rep of all its moves, over and over.

    ``data-spans`` of the root element is JSON: side → phase → from when to when, in seconds.
    """
    page = Page(figure)
    moments = list(figure.moments())
    places = {(motion.side, u): motion for _, motion, u in moments}
    seen = {(side, u): page.strokes(motion.body(u)) for (side, u), motion in places.items()}
    frames = [seen[motion.side, u] for _, motion, u in moments]
    when = [at for at, _, _ in moments]
    paths: list[str] = []
    uses: list[str] = []
    for nth, (part, strokes) in enumerate(frames[0].items()):
        names = [f"{figure.slug}-{figure.form[0]}{nth}{'abcd'[i]}" for i in range(len(strokes))]
        for i, name in enumerate(names):
            keys = list(zip(when, (frame[part][i] for frame in frames), strict=True))
            paths.append(_moved(name, keys, figure.seconds))
        uses += (_use(names[i], edge, Role.EDGE) for i, edge in edged(page, part, strokes))
        works = [part in motion.works for motion in figure.motions]
        always, ever = role_of(page, part, works=all(works)), role_of(page, part, works=True)
        uses += map(_use, names, strokes, [always] * len(names))
        if any(works) and not all(works):
            uses.append(
                f"<g>{_shown(figure, works)}{''.join(map(_use, names, strokes, [ever] * len(names)))}</g>"
            )
    spans = escape(json.dumps(figure.spans(), separators=(",", ":")))
    scene = (_path(role, stroke) for role, stroke in around(page))
    return _document(title, (*scene, f"<defs>{''.join(paths)}</defs>", *uses), f' data-spans="{spans}"')


def still(figure: Figure, title: str) -> str:
    """The first move at once: its end, its start faintly, and an arrow."""
    return _document(title, (_path(role, stroke) for role, stroke in still_of(Page(figure))))


def drawn(picture: Picture) -> str:
    """A picture as paths, for a larger SVG that has the `style` of them."""
    return "".join(_path(role, stroke) for role, stroke in picture)


def style(roles: Iterable[Role], *, plain: bool = False) -> str:
    """The rules that paths are coloured by; plain is for what does not know custom properties."""
    colours = {role: COLOURS[role] if plain else f"var(--figure-{role},{COLOURS[role]})" for role in roles}
    return "".join(f".{role}{{stroke:{one}}}.{role}.i{{fill:{one}}}" for role, one in colours.items())


class Plain(NamedTuple):
    """A stroke for whatever knows paths, and no more of SVG."""

    path: str
    """Path data."""
    width: float
    """The pen's."""
    role: Role
    filled: bool
    """Whether what it goes around is filled too, in the same colour."""


def paths(picture: Picture) -> list[Plain]:
    """A picture as plain paths, in the order they are drawn in: `still` or `moment` of a figure's `Page`."""
    return [
        Plain(one.outline, round(one.pen, 1), role, one.filled or one.shape is Shape.DOT)
        for role, one in picture
    ]


def _document(title: str, lines: Iterable[str], more: str = "") -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="{escape(title)}" fill="none" stroke-linecap="round" stroke-linejoin="round"{more}>'
    )
    body = "\n".join(lines)
    rules = style(role for role in Role if f'class="{role}' in body)
    return "\n".join((head, f"<title>{escape(title)}</title>", f"<style>{rules}</style>", body, "</svg>\n"))


def _pen(role: Role, stroke: Stroke) -> str:
    return f'class="{role}{" i" if stroke.filled else ""}" stroke-width="{round(stroke.width)}"'


def _path(role: Role, stroke: Stroke) -> str:
    return f'<path {_pen(role, stroke)} d="{stroke.path}"/>'


def _use(name: str, stroke: Stroke, role: Role) -> str:
    skips = f' stroke-dasharray="0 {round(stroke.skips)} 999" stroke-linecap="butt"' if stroke.skips else ""
    return f'<use href="#{name}" {_pen(role, stroke)}{skips}/>'


def _moved(name: str, keys: Sequence[tuple[float, Stroke]], seconds: float) -> str:
    """A path that goes through its keyframes: those of them that a straight line in time would miss."""
    kept = list(_needed(keys))
    first = kept[0][1].path
    if all(stroke.path == first for _, stroke in kept):
        return f'<path id="{name}" d="{first}"/>'
    return (
        f'<path id="{name}" d="{first}"><animate attributeName="d" dur="{seconds}s" repeatCount="indefinite"'
        f' keyTimes="{";".join(_part(at / seconds) for at, _ in kept)}"'
        f' values="{";".join(stroke.path for _, stroke in kept)}"/></path>'
    )


def _part(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".").replace("0.", ".", 1) or "0"


def _needed(keys: Sequence[tuple[float, Stroke]]) -> Iterator[tuple[float, Stroke]]:
    """The first and the last, and between them what is not on the way (after Ramer, and Douglas and Peucker)."""
    (start, a), (end, b) = keys[0], keys[-1]
    worst, off = 0, NEAR_ENOUGH
    for i, (moment_, stroke) in enumerate(keys[1:-1], 1):
        part = (moment_ - start) / (end - start) if end > start else 0.0
        miss = max(
            max(abs(x0 + (x1 - x0) * part - x), abs(y0 + (y1 - y0) * part - y))
            for (x0, y0), (x1, y1), (x, y) in zip(a.points, b.points, stroke.points, strict=True)
        )
        if miss > off:
            worst, off = i, miss
    if worst:
        yield from list(_needed(keys[: worst + 1]))[:-1]
        yield from _needed(keys[worst:])
    else:
        yield keys[0]
        yield keys[-1]


def _shown(figure: Figure, works: Sequence[bool]) -> str:
    """When a part works that does not always."""
    each = figure.tempo.counts / figure.seconds
    times = ";".join(_part(nth * each) for nth in range(len(works)))
    values = ";".join("1" if one else "0" for one in works)
    return (
        f'<animate attributeName="opacity" dur="{figure.seconds}s" repeatCount="indefinite" calcMode="discrete"'
        f' keyTimes="{times}" values="{values}"/>'
    )
