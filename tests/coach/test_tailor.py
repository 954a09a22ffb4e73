"""As long as was asked for: every minute from five to forty, for whoever knows the exercises and whoever does not."""

from collections.abc import Callable, Iterable
from functools import cache

import pytest

from audio.estimate import estimate
from skill.coach.exercise import Slug
from skill.coach.timeline.block import lasting
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Plan, plan, start
from skill.coach.timeline.tailor import fitted
from skill.coach.timeline.wishes import BEATS, Measure, Wishes, range_of
from skill.content.reader import catalogue

CONTENT = catalogue()
ROUTINES = sorted(CONTENT.routines, key=lambda slug: slug != CONTENT.default)
MINUTE = 60_000
ASKED = range(5, 41)

NEW, KNOWN = tuple, lambda _: ()
PEOPLE: dict[str, tuple[Callable[[Iterable[Slug]], tuple[Slug, ...]], Wishes]] = {
    "new": (NEW, Wishes()),
    "known": (KNOWN, Wishes()),
    "new, as slow as can be": (NEW, Wishes(BEATS[-1])),
    "known, as fast as can be": (KNOWN, Wishes(BEATS[0])),
    "five tilts, and holds of eight": (
        KNOWN,
        Wishes().changed("pelvic_tilt", Measure.REPS, 5).changed("knee_to_chest", Measure.HOLD, 8),
    ),
    "nothing on the knees, and the twist made easier": (
        KNOWN,
        Wishes().sparing(["bird_dog", "cat_camel"], ["upper_body_twist"], 0),
    ),
}


@cache
def edition() -> Edition:
    return Edition(CONTENT, estimate)


def made(minutes: int, person: str, routines: Iterable[Slug] = ROUTINES) -> tuple[Plan, int]:
    """What they are given, and how long it is as it will be led, ms."""
    untold, wishes = PEOPLE[person]
    own, slug = fitted(routines, minutes, wishes, untold, edition())
    wishes = wishes.saving(own) if own else wishes
    whole = plan(start(slug, CONTENT, wishes), CONTENT, wishes)
    return whole, lasting(whole, untold(whole.exercises), edition())


@pytest.mark.parametrize("person", PEOPLE)
def test_whatever_time_is_asked_it_lasts_so_long_within_a_tenth(person):
    table = {minutes: made(minutes, person)[1] / MINUTE for minutes in ASKED}
    assert {minutes: lasts for minutes, lasts in table.items() if abs(lasts - minutes) > minutes / 10} == {}


def test_no_dose_is_more_than_anybody_may_wish():
    for minutes in ASKED:
        for piece in made(minutes, "known")[0].pieces:
            form = CONTENT.exercises[piece.exercise].form(piece.form)
            assert piece.reps <= range_of(form, Measure.REPS)[-1]
            assert piece.sets <= max(range_of(form, Measure.SETS)[-1], form.dose.sets)


@pytest.mark.parametrize(
    ("minutes", "name"), [(10, "your back routine"), (20, "your back routine"), (5, "the quick ease routine")]
)
def test_it_is_the_usual_routine_where_that_need_not_be_changed_beyond_recognition(minutes, name):
    assert made(minutes, "known")[0].name == name


@pytest.mark.parametrize("slug", ["upper_back", "lower_back", "standing", "chair"])
@pytest.mark.parametrize("minutes", [8, 10, 15])
def test_a_need_and_a_time_together_are_that_routine_in_that_time(slug, minutes):
    whole, lasts = made(minutes, "known", [slug])
    assert whole.name == CONTENT.routines[slug].name
    assert abs(lasts / MINUTE - minutes) <= minutes / 10


@pytest.mark.parametrize("slug", ["first_bout", "second_bout", "third_bout"])
def test_a_bout_is_ten_minutes(slug):
    assert abs(lasting(plan(start(slug, CONTENT), CONTENT), (), edition()) - 10 * MINUTE) <= MINUTE


@pytest.mark.parametrize(("asked", "least", "most"), [(1, 1, 3), (60, 54, 66)])
def test_what_cannot_be_is_as_near_as_can_be(asked, least, most):
    assert least <= made(asked, "known")[1] / MINUTE <= most
