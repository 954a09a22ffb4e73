"""What a picture is made of: valid, small, told to those who cannot see it, and in time with the score."""

import json
import re
from dataclasses import replace
from functools import cache
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from skill.coach.exercise import FormName, Order
from skill.content.reader import catalogue
from skill.figures.drawing import HEIGHT, WIDTH, Page, Shape
from skill.figures.picture import Role, still
from skill.figures.reader import figures, looks
from skill.figures.svg import moving, paths
from skill.figures.svg import still as still_svg
from tests.figures.sheet import ART, art, digest

SVG = "{http://www.w3.org/2000/svg}"
LOOKS = {f"{one.slug}.{one.form}": one for one in looks(catalogue())}
ALL = {f"{one.slug}.{one.form}": one for forms in figures(catalogue()).values() for one in forms.values()}
MOST = 12_000
"""Bytes of a moving figure."""


@cache
def page(name: str) -> Page:
    return Page(LOOKS[name])


@cache
def shown(name: str) -> str:
    return moving(LOOKS[name], f"<{name}> & more")


@pytest.mark.parametrize("name", LOOKS)
def test_a_moving_figure_has_what_a_page_and_a_screen_reader_need(name):
    svg, figure = shown(name), ALL[name]
    root = ET.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == root.get("aria-label") == f"<{name}> & more"
    assert len(svg.encode()) < MOST
    assert "<script" not in svg
    assert "<text" not in svg
    assert {one.get("dur") for one in root.iter(f"{SVG}animate")} == {f"{figure.seconds}s"}


@pytest.mark.parametrize("name", ALL)
def test_its_spans_are_one_rep_of_all_moves_at_a_second_a_count(name):
    figure = ALL[name]
    form = catalogue().exercises[figure.slug].form(figure.form)
    spans = {side: dict(phases) for side, phases in figure.spans().items()}
    if name in LOOKS:
        assert json.loads(ET.fromstring(shown(name)).get("data-spans")) == json.loads(json.dumps(spans))
    assert list(spans) == [move.side or "" for move in form.moves]
    at = 0
    for move in form.moves:
        phases = spans[move.side or ""]
        tempo = {
            "in": form.tempo.into,
            "hold": form.tempo.hold,
            "out": form.tempo.out,
            "pause": form.tempo.pause,
        }
        assert list(phases) == [phase for phase, counts in tempo.items() if counts]
        for phase, (start, end) in phases.items():
            assert (start, end - start) == (at, tempo[phase])
            at = end
    assert at == form.tempo.counts * len(form.moves) == figure.seconds


@pytest.mark.parametrize("name", LOOKS)
def test_keyframes_are_in_order_and_of_one_kind(name):
    animated = list(ET.fromstring(shown(name)).iter(f"{SVG}animate"))
    assert animated
    for one in animated:
        times = [float(time) for time in one.get("keyTimes").split(";")]
        values = one.get("values").split(";")
        assert len(times) == len(values)
        assert times == sorted(times)
        assert times[0] == 0
        assert one.get("calcMode") == "discrete" or times[-1] == 1
        assert (
            len({re.sub(r"[-\d. ]", "", value) for value in values}) == 1
        )  # or nothing is drawn between two


@pytest.mark.parametrize("name", LOOKS)
def test_what_is_used_is_defined(name):
    root = ET.fromstring(shown(name))
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    assert {one.get("href") for one in root.iter(f"{SVG}use")} == {f"#{one}" for one in ids}


def test_figures_share_no_names_so_that_a_page_can_show_them_all():
    ids = [one for svg in map(shown, LOOKS) for one in re.findall(r' id="([^"]+)"', svg)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", LOOKS)
def test_a_still_shows_where_it_ends_and_how_it_got_there(name):
    root = ET.fromstring(still_svg(LOOKS[name], name))
    roles = [one.get("class").split()[0] for one in root.iter(f"{SVG}path")]
    assert {"body", "arrow", "edge"} <= set(roles)
    assert {"works", "works-far"} & set(roles)
    assert root.findtext(f"{SVG}title") == name
    assert "animate" not in still_svg(LOOKS[name], name)


@pytest.mark.parametrize("name", LOOKS)
def test_all_of_a_still_is_on_its_page(name):
    for role, stroke in still(page(name)):
        if LOOKS[name].close and stroke.part.endswith("leg"):
            continue
        for x, y in stroke.points:
            half = 0 if role in {Role.EDGE, Role.PROP, Role.SOFT} else stroke.width / 2
            assert half <= x <= WIDTH - half, role
            assert half <= y <= HEIGHT - half, role


@pytest.mark.parametrize("name", LOOKS)
def test_a_still_as_plain_paths_needs_no_style(name):
    found = paths(still(page(name)))
    assert {role for _, _, role, _ in found} <= set(Role)
    for path, width, _, _ in found:
        assert re.fullmatch(r"[MLlqtazhv\d. -]+", path)
        assert path.startswith("M")
        assert 0 < width < 120
    heads = [one for role, one in still(page(name)) if one.shape is Shape.DOT and role is not Role.EDGE]
    for head in heads:  # as large as the pen's dot that it stands for
        r = float(head.outline.split("a")[1].split()[0])
        assert head.width / 2 == pytest.approx(r + head.pen / 2)
        assert (head.outline, round(head.pen, 1)) in {one[:2] for one in found if one.filled}
    assert sum(len(path) for path, *_ in found) < 3000


def test_a_step_is_there_and_back_in_its_one_phase():
    figure = ALL["exaggerated_walk.usual"]
    ways = [u for at, motion, u in figure.moments() if motion.side == "left"]
    assert figure.paced == (catalogue().exercises[figure.slug].usual.order is Order.PACED) == True  # noqa: E712
    assert (ways[0], max(ways), ways[-1]) == (0, 1, 0)


def test_a_move_goes_in_holds_and_comes_out_again_without_a_jerk():
    figure = ALL["pelvic_tilt.usual"]
    ways = {at: u for at, _, u in figure.moments()}
    assert (ways[0], ways[3], ways[7], ways[10], ways[12]) == (0, 1, 1, 0, 0)
    rising = [u for at, u in ways.items() if at <= 3]
    steps = [b - a for a, b in pairwise(rising)]
    assert steps == sorted(steps[: len(steps) // 2]) + sorted(steps[len(steps) // 2 :], reverse=True)


def test_a_form_that_only_has_other_numbers_looks_like_the_usual_one():
    forms = figures(catalogue())["pelvic_tilt"]
    usual, harder = forms[FormName.USUAL], forms[FormName.HARDER]
    assert replace(harder, form=usual.form, tempo=usual.tempo) == usual
    assert harder.seconds == usual.seconds + 2


@pytest.mark.parametrize("name", art())
def test_the_pngs_are_of_the_stills_as_they_are(name):
    png = (ART / name).read_bytes()
    assert digest(art()[name]).encode() in png[:200], "run python -m tests.figures.sheet"
    assert len(png) < 30_000


def test_no_png_is_of_nothing():
    assert {path.name for path in ART.iterdir()} == art().keys()
