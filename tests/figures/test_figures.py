"""Every figure of our content, at every frame: what the laws say, and what they are made of."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.coach.exercise import FormName
from skill.content.reader import catalogue, read_all
from skill.errors import ContentError
from skill.figures.body import FOREARM, SHANK, STANDING, THIGH, UPPER_ARM, Body
from skill.figures.drawing import Page
from skill.figures.laws import flaws
from skill.figures.movement import Motion, Props
from skill.figures.picture import still
from skill.figures.pose import Grip, Pose
from skill.figures.reader import figures, looks, misdrawn
from skill.figures.space import length, less, mirrored
from tests.test_catalogue import changed, mistakes
from tests.test_cli import backbeat

FIGURES = {f"{one.slug}.{one.form}": one for one in looks(catalogue())}
BONES = {"hand": (UPPER_ARM, FOREARM), "foot": (THIGH, SHANK)}
FRAMES = 12
NOTHING = 1e-6


def frames(motion: Motion) -> list[Body]:
    return [motion.body(frame / FRAMES) for frame in range(FRAMES + 1)]


def test_all_ten_are_drawn_in_all_their_forms():
    assert figures(catalogue()).keys() == catalogue().exercises.keys()
    assert all(set(forms) == set(FormName) for forms in figures(catalogue()).values())
    assert len(FIGURES) == 22


@pytest.mark.parametrize("name", FIGURES)
def test_every_move_is_drawn_on_its_side(name):
    figure = FIGURES[name]
    form = catalogue().exercises[figure.slug].form(figure.form)
    assert [motion.side for motion in figure.motions] == [move.side or "" for move in form.moves]
    assert figure.tempo == form.tempo
    assert all(motion.works or figure.blades for motion in figure.motions)


@pytest.mark.parametrize("name", FIGURES)
def test_limbs_are_as_long_as_they_are_at_every_frame(name):
    for motion in FIGURES[name].motions:
        for body in frames(motion):
            for limb_name, limb in body.limbs.items():
                upper, lower = BONES[limb_name.split("_")[1]]
                assert length(less(limb.joint, limb.root)) == pytest.approx(upper, abs=NOTHING)
                assert length(less(limb.end, limb.joint)) == pytest.approx(lower, abs=NOTHING)
                assert length(limb.along) == pytest.approx(1, abs=NOTHING)
            steps = [length(less(b, a)) for a, b in itertools.pairwise(body.spine)]
            assert steps == pytest.approx([1.0] * len(steps), abs=NOTHING)


@pytest.mark.parametrize("name", FIGURES)
def test_what_stays_where_it_is_does_not_move_at_any_frame(name):
    stood = 0
    for motion in FIGURES[name].motions:
        for first, second in itertools.pairwise(motion.poses):
            for limb in ("right_foot", "left_foot", "right_hand", "left_hand"):
                grip = getattr(first, limb)
                if grip.on == "room" and getattr(second, limb).at == grip.at:
                    bodies = [Body(first, second, frame / FRAMES) for frame in range(FRAMES + 1)]
                    stood += limb.endswith("foot")
                    assert all(length(less(body.limbs[limb].end, grip.at)) < 0.06 for body in bodies)
    assert stood  # somebody always stands, sits or lies on something


@pytest.mark.parametrize("name", FIGURES)
def test_left_is_right_in_a_mirror(name):
    motions = {motion.side: motion for motion in FIGURES[name].motions}
    if not {"right", "left"} <= motions.keys():
        return
    rights, lefts = (frames(motions[side]) for side in ("right", "left"))
    for right, left in zip(rights, lefts, strict=True):
        for point, at in right.points.items():
            if point.startswith("right"):
                other = left.points[point.replace("right", "left")]
            elif point.startswith("left"):
                other = left.points[point.replace("left", "right")]
            else:
                other = left.points[point]
            if "hand" in point or "elbow" in point:
                continue  # a hand may stay on a worktop: see the next test
            assert length(less(mirrored(at), other)) < NOTHING, point


def test_hands_are_mirrored_unless_they_stay():
    for name in ("bird_dog.usual", "knee_to_chest.usual", "upper_body_twist.harder"):
        right, left = (next(m for m in FIGURES[name].motions if m.side == side) for side in ("right", "left"))
        a, b = right.body(0.7).points, left.body(0.7).points
        for point in ("hand", "elbow"):
            assert length(less(mirrored(a[f"right_{point}"]), b[f"left_{point}"])) < NOTHING
    right, left = FIGURES["hamstring_stretch.usual"].motions
    assert right.body(0.7).points["left_hand"] == left.body(0.7).points["left_hand"]


@pytest.mark.parametrize("name", FIGURES)
def test_no_law_is_broken(name):
    assert list(flaws(FIGURES[name])) == []


def test_a_lifted_hip_is_on_the_line_from_the_shoulders_to_the_knees():
    body = FIGURES["pelvic_tilt.usual"].motions[0].body(1)
    knee, hip, shoulder = (body.points[f"right_{one}"] for one in ("knee", "hip", "shoulder"))
    slope = (knee[1] - hip[1]) / (knee[0] - hip[0])
    assert slope == pytest.approx((hip[1] - shoulder[1]) / (hip[0] - shoulder[0]), abs=0.02)


def test_a_walk_goes_by_turns_with_the_arms_against_the_legs():
    first, second = FIGURES["exaggerated_walk.usual"].motions
    assert (first.side, second.side) == ("left", "right")
    top = first.body(1).points
    assert top["left_knee"][1] > top["right_knee"][1] + 15
    assert top["right_hand"][0] > top["left_hand"][0] + 15


# Any pose at all

NUMBERS = st.floats(-200, 200)
PLACES = st.tuples(NUMBERS, NUMBERS, NUMBERS)
FOURS = st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
ON = st.sampled_from(["room", "chest", "right_thigh", "left_thigh", "right_shin", "left_shin"])
WAYS = st.none() | PLACES
FEET = st.builds(Grip, PLACES, st.just("room"), WAYS, WAYS)
HANDS = st.builds(Grip, PLACES, ON, WAYS, WAYS)
POSES = st.builds(Pose, PLACES, FOURS, FOURS, st.tuples(NUMBERS, NUMBERS), HANDS, HANDS, FEET, FEET)


@settings(max_examples=25, deadline=None)
@given(POSES, POSES, st.floats(0, 1))
def test_no_pose_can_stretch_anybody_and_a_mirror_shows_the_same(start, end, u):
    body, other = Body(start, end, u), Body(start.mirrored(), end.mirrored(), u)
    for name, limb in body.limbs.items():
        upper, lower = BONES[name.split("_")[1]]
        assert length(less(limb.joint, limb.root)) == pytest.approx(upper, abs=1e-4)
        assert length(less(limb.end, limb.joint)) == pytest.approx(lower, abs=1e-4)
    for side, opposite in (("right", "left"), ("left", "right")):
        there, here = other.points[f"{opposite}_hip"], body.points[f"{side}_hip"]
        assert length(less(mirrored(here), there)) < 1e-4
    picture = Page(replace(FIGURES["pelvic_tilt.usual"], motions=(Motion("", (start, end), frozenset()),)))
    assert all("nan" not in stroke.path for _, stroke in still(picture))


# Broken on purpose


def standing(**other: Grip) -> Pose:
    return replace(STANDING, **other)


def broken(*poses: Pose, props: Props = Props()) -> list[str]:  # noqa: B008  # nothing is around
    figure = FIGURES["pelvic_tilt.usual"]
    motion = Motion("", (STANDING, *poses), frozenset())
    return list(flaws(replace(figure, motions=(motion,), props=props)))


def test_somebody_who_stands_breaks_no_law():
    assert broken(STANDING) == []


BROKEN = {
    "out of reach": (
        standing(right_hand=Grip((60, 80, 10), "room")),
        "at the end: right_hand: is out of reach by",
    ),
    "folded": (
        standing(right_hand=Grip((3, 75, 12), "room")),
        "right_elbow: is bent by",
    ),
    "a knee backwards": (
        standing(right_foot=Grip((-10, 20, 5), "room", bend=(-1, 0, 0))),
        "right_knee: bends backwards",
    ),
    "a hip too far back": (
        standing(right_foot=Grip((-45, 45, 5), "room", along=(0, -1, 0))),
        "right_hip: is bent by",
    ),
    "an ankle": (
        standing(right_foot=Grip((0, 12, 5), "room", along=(0, 1, 0))),
        "right_foot: is at",
    ),
    "a spine": (replace(STANDING, spine=(0, 80, 80, 80)), "waist: is bent by 80 degrees"),
    "a twist": (replace(STANDING, turn=(0, 0, 60, 60)), "chest: is turned by 60 degrees"),
    "in the floor": (
        replace(STANDING, hips=(0, 50, 0), right_foot=Grip((0, 1, 4.8), "room")),
        "right_toes: is 2.",
    ),
    "a foot that slides": (
        standing(right_foot=Grip((6, 3.9, 4.8), "room")),
        "pose 1: right_heel: slides along the floor by 6.0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_law_is_told(case):
    pose, told = BROKEN[case]
    found = broken(pose)
    assert any(told in line for line in found), found
    assert all(line.startswith("figure.usual.end: ") for line in found)


def test_a_foot_may_slide_if_it_says_so():
    leg = {"right_foot": Grip((2, 3.9, 4.8), "room", slides=True)}
    assert broken(replace(STANDING, hips=(0, 52.7, 0), **leg)) == []


def test_nobody_sits_in_a_seat():
    low = replace(STANDING, hips=(0, 28, 0))
    knees = {f"{side}_foot": Grip((24, 3.9, z), "room") for side, z in (("right", 5), ("left", -5))}
    low = replace(low, **knees)
    found = broken(low, props=Props(chair=(0, 1)))
    assert any("hips: is 2.8 in the seat" in line for line in found), found


TILT = "exercises/pelvic_tilt.toml"


def told(tmp_path, file: str, old: str, new: str) -> list[str]:
    folder = changed(tmp_path / "content", (file, old, new))
    return list(misdrawn(read_all(folder)["en"], folder))


def test_a_damaged_pose_is_a_line_of_file_and_field(tmp_path):
    found = told(tmp_path, TILT, "feet = { at = [26, ", "feet = { at = [86, ")
    assert f"{TILT}: figure.usual.end: at the end: right_foot: is out of reach by" in found[0]
    assert any(line.startswith(f"{TILT}: figure.easier.end: ") for line in found)


def test_content_check_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("skill.commands.main.misfits", lambda _: ())  # which takes its time
    folder = changed(tmp_path / "content", (TILT, "feet = { at = [26, ", "feet = { at = [86, "))
    checked = backbeat("content", "check", str(folder))
    assert checked.exit_code == 1
    assert len(checked.output.splitlines()) == len(set(checked.output.splitlines()))
    assert {line.split(":")[0] for line in checked.output.splitlines()} == {TILT}


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("[figure.usual.start]", "[figure.usual.begin]", "figure.usual.begin"),
        ("hips = [0, 5.5, 0]", "hips = [0, 5.5]", "figure.usual.start.hips.2"),
        ('works = ["trunk"]', 'works = ["tail"]', "figure.usual.works.0"),
        ("feet = { at = [26, ", 'feet = { on = "chest", at = [26, ', "figure.usual.start.feet.on"),
        ("view = [20, 13]", 'view = ["side", 13]', "figure.usual.view.0"),
        ("mat = [-52, 46]", "sofa = [-52, 46]", "figure.usual.props.sofa"),
    ],
)
def test_a_damaged_table_is_a_line_of_file_and_field(tmp_path, old, new, field):
    found = mistakes(changed(tmp_path / "content", (TILT, old, new)))
    assert [line.split(": ")[:2] for line in found] == [[TILT, field]]


def test_missing_poses_are_lines_of_file_and_field(tmp_path):
    folder = changed(tmp_path / "content")
    path = folder / "exercises/bird_dog.toml"
    path.write_text(
        path.read_text("utf-8").replace("[[figure.usual.right]]", "[[figure.usual.end]]"), "utf-8"
    )
    found = [f"exercises/bird_dog.toml: figure.{form}.right: is missing" for form in ("usual", "harder")]
    assert list(misdrawn(read_all(folder)["en"], folder)) == found
    with pytest.raises(ContentError):
        figures(read_all(folder)["en"], folder)


def test_an_exercise_without_a_figure_is_none(tmp_path):
    folder = changed(tmp_path / "content")
    text = (folder / TILT).read_text("utf-8")
    (folder / TILT).write_text(text[: text.index("[figure.usual]")], "utf-8")
    found = figures(read_all(folder)["en"], folder)
    assert "pelvic_tilt" not in found
    assert len(found) == 9
