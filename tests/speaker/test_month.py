"""What somebody did in a month, as a plot."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from skill.coach.dialogue.days import Day
from skill.coach.dialogue.state import DAYS_KEPT, Progress
from skill.content.reader import catalogue
from skill.speaker.month import month

CONTENT = catalogue()
TODAY = date(2026, 11, 30)


def test_three_days_of_a_month():
    days = (
        Day(TODAY - timedelta(days=9), 16 * 60_000, 7, ("pelvic_tilt", "cat_camel")),
        Day(TODAY - timedelta(days=1), 20_000, 0),
        Day(TODAY, 8 * 60_000, 3, ("pelvic_tilt",)),
    )
    found = month(days, TODAY, CONTENT)
    assert (found.days, found.minutes, found.sets, found.top) == (3, 25, 10, 20)
    assert found.exercises == (("pelvic tilt", 2), ("cat camel", 1))
    assert [bar.minutes for bar in found.bars][-10:] == [16, 0, 0, 0, 0, 0, 0, 0, 1, 8]
    assert found.bars[-1].told == "30 November: 8 min, 3 sets"
    assert found.bars[-3].told == "28 November: no practice"


def test_what_was_longer_ago_and_what_is_gone_from_the_content_is_left_out():
    found = month(
        (Day(TODAY - timedelta(days=DAYS_KEPT), 60_000, 1), Day(TODAY, 60_000, 1, ("gone",))), TODAY, CONTENT
    )
    assert (found.days, found.exercises) == (1, ())


def test_nothing_yet():
    found = month((), TODAY, CONTENT)
    assert (found.days, found.minutes, len(found.bars)) == (0, 0, DAYS_KEPT)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 4_000_000), st.integers(0, 9)), max_size=40))
def test_no_bar_is_higher_than_the_plot(practised):
    progress = Progress()
    for ago, ms, sets in sorted(practised, reverse=True):
        progress = progress.practising(TODAY - timedelta(days=ago), ms=ms, sets=sets)
    found = month(progress.days, TODAY, CONTENT)
    assert len(progress.days) <= DAYS_KEPT
    assert all(0 <= bar.height <= 100 for bar in found.bars)
    assert sum(bar.minutes for bar in found.bars) == found.minutes
