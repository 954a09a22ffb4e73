"""How long an answer is: nobody lies there to be read to."""

import pytest

from audio.estimate import estimate
from skill.coach.dialogue import lines
from skill.coach.exercise import FormName
from skill.coach.timeline import telling as tell
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark, start
from skill.coach.timeline.score import sequence
from skill.coach.words import capital
from skill.content.reader import catalogue

CONTENT = catalogue()
EDITION = Edition(CONTENT, estimate)


def seconds(sentences: tuple[str, ...]) -> float:
    return sequence(EDITION.spoken(one) for one in sentences if one).lasts / 1000


@pytest.mark.parametrize("slug", CONTENT.exercises)
def test_a_description_is_short_and_the_rest_is_had_by_asking(slug: str) -> None:
    exercise = CONTENT.exercises[slug]
    assert seconds(tell.description(exercise, CONTENT)) <= 25
    assert seconds(tell.more(exercise, CONTENT)) <= 45
    assert set(exercise.how) <= set(tell.description(exercise, CONTENT))
    assert {*exercise.usual.steps, *exercise.cautions} <= set(tell.more(exercise, CONTENT))
    for text in (*tell.description(exercise, CONTENT), *tell.more(exercise, CONTENT)):
        assert all(len(cue.what.text.split()) <= 12 for cue, _ in EDITION.spoken(text).sounds())


def test_the_menu_is_no_list_of_everything() -> None:
    assert len(" ".join(lines.menu(CONTENT)).split()) <= 30


@pytest.mark.parametrize("topic", CONTENT.words.answers)
def test_a_short_answer_is_short(topic: str) -> None:
    assert seconds((CONTENT.words.answers[topic],)) <= 8


def test_no_remark_of_an_editor_is_spoken() -> None:
    for exercise in CONTENT.exercises.values():
        for text in (*exercise.about, *exercise.usual.steps, *exercise.mistakes, *exercise.cautions):
            assert "article" not in text
            assert "leaflet" not in text
            assert "ours" not in text.split()


def test_whoever_has_heard_it_all_hears_only_name_and_minutes() -> None:
    whole = EDITION.plan(start(CONTENT.default, CONTENT))
    assert " ".join(tell.intro(whole, CONTENT, brief=True)) == "Your back routine, about nineteen minutes."


def test_the_easier_tilt_is_not_announced_with_the_hip_lift() -> None:
    whole = EDITION.plan(start("quick_ease", CONTENT))
    tilt = whole.first_of("pelvic_tilt")
    assert tell.heading(whole, tilt, CONTENT) == "Next, the pelvic tilt, without the lift."


@pytest.mark.parametrize("slug", CONTENT.exercises)
def test_a_form_is_announced_by_its_own_title_or_the_plain_name(slug: str) -> None:
    exercise = CONTENT.exercises[slug]
    for name in FormName:
        whole = EDITION.plan(Bookmark("", slug, name))
        title = exercise.form(name).title or f"the {exercise.name}"
        assert tell.heading(whole, whole.pieces[0], CONTENT) == f"{capital(title)}."


def test_only_who_is_down_is_told_how_to_get_up() -> None:
    lying, standing = CONTENT.exercises["knee_to_chest"], CONTENT.exercises["hamstring_stretch"]
    for long in (True, False):  # on every day
        assert tell.moving(lying, standing, CONTENT.words, long=long).startswith("Roll to your side")
        assert tell.moving(standing, standing, CONTENT.words, long=long) == ""
    for routine in CONTENT.routines:
        whole = EDITION.plan(start(routine, CONTENT))
        last = CONTENT.exercises[whole.pieces[-1].exercise].position
        said = " ".join(tell.ending(whole, CONTENT, skipped=False, days=1))
        assert ("roll to your side" in said) is (last == "back")
