"""A beat is a length: the same content at any pace. Four counts are always counted to four, each on its beat."""

from itertools import pairwise

import pytest

from audio.estimate import estimate
from audio.frames import GRID_MS
from skill.coach.exercise import FormName
from skill.coach.timeline.arrange import LEAD, crowded
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark
from skill.coach.timeline.score import Phase, Score, Section
from skill.coach.timeline.wishes import BEAT_MS, BEATS, Wishes
from skill.content.everything import pieces
from skill.content.fit import misfits
from skill.content.reader import catalogue
from skill.render.transcript import lines

CONTENT = catalogue()
EDITION = Edition(CONTENT, estimate)
NUMBERS = CONTENT.words.numbers
FORMS = [(slug, form) for slug in sorted(CONTENT.exercises) for form in FormName]
TILT = Bookmark("", "pelvic_tilt")


def first_beat(score: Score) -> int:
    return next(cue.at for cue in score.cues if isinstance(cue.what, Section))


@pytest.mark.parametrize(
    ("beat", "heard"),
    [
        (800, ["  -0.8 ·", "   0.0 Tilt, and lift… and hold", "   2.4 one", "   3.2 two", "   4.0 three", "   4.8 four", "   5.6 Lower slowly", "   8.8 two"]),
        (1000, ["  -1.0 ·", "   0.0 Tilt, and lift… and hold", "   3.0 one", "   4.0 two", "   5.0 three", "   6.0 four", "   7.0 Lower slowly", "  11.0 two"]),
        (1504, ["  -1.5 ·", "   0.0 Tilt, and lift… and hold", "   4.5 one", "   6.0 two", "   7.5 three", "   9.0 four", "  10.5 Lower slowly", "  16.5 two"]),
    ],
)  # fmt: skip
def test_a_lift_with_a_hold_of_four_second_by_second(beat, heard):
    score = EDITION.score(TILT, Wishes(beat))
    begins = first_beat(score)
    said = [f"{(at - begins) / 1000:6.1f} {text}" for at, text in lines(score)]
    last_tick = [text.split()[-1] for text in said].index("·") + LEAD - 1
    assert said[last_tick : last_tick + 8] == heard


def test_a_cue_that_has_no_room_at_a_fast_beat_takes_its_short_form():
    slow_to_say = Edition(CONTENT, lambda text: 2500 if text.startswith("Tilt") else estimate(text))
    for beat, cue in ((800, "Up… hold"), (1000, "Tilt, and lift… and hold")):
        score = slow_to_say.score(TILT, Wishes(beat))
        begins = first_beat(score)
        assert next(text for at, text in lines(score) if at == begins) == cue
        assert list(crowded(score)) == []


@pytest.mark.parametrize("beat", BEATS)
@pytest.mark.parametrize(("exercise", "form"), FORMS)
def test_every_hold_is_counted_to_as_many_as_it_has_counts(exercise, form, beat):
    counts = CONTENT.exercises[exercise].form(form).tempo.hold
    for piece in EDITION.plan(Bookmark("", exercise, form), Wishes(beat)).pieces:
        score = EDITION.laid(piece).score
        said = {cue.at: text for cue, text in score.sounds() if text}
        for hold in (
            cue for cue in score.cues if isinstance(cue.what, Section) and cue.what.phase is Phase.HOLD
        ):
            assert hold.lasts == counts * beat
            if counts <= 6:
                assert [said.get(hold.at + i * beat) for i in range(counts)] == list(NUMBERS[1 : counts + 1])


@pytest.mark.parametrize("beat", BEATS)
def test_every_phase_begins_on_a_whole_count(beat):
    for piece in pieces(EDITION, beat):
        score = EDITION.laid(piece).score
        begins = first_beat(score)
        phases = [cue for cue in score.cues if isinstance(cue.what, Section)]
        assert all((cue.at - begins) % beat == 0 and cue.lasts % beat == 0 for cue in phases)
        assert all(one.ends == other.at for one, other in pairwise(phases))


@pytest.mark.parametrize("beat", BEATS)
def test_a_beat_is_on_the_grid_of_the_audio(beat):
    """Else a count would be placed up to 4 ms beside its beat."""
    assert beat % GRID_MS == 0
    assert abs(beat / BEAT_MS - round(beat / BEAT_MS, 1)) < 0.005  # a tenth, as nearly as the grid allows


def test_the_beats_offered_go_from_fast_to_slow_with_the_usual_one_among_them():
    assert list(BEATS) == sorted(BEATS)
    assert BEAT_MS in BEATS
    assert (BEATS[0], BEATS[-1]) == (800, 1504)


@pytest.mark.parametrize("beat", BEATS)
def test_all_content_fits_at_every_beat_offered(beat):
    for piece in pieces(EDITION, beat):
        assert list(crowded(EDITION.laid(piece).score)) == []
    assert list(misfits(EDITION, [beat])) == []


def test_what_does_not_fit_at_one_beat_is_named_with_it():
    slow_to_say = Edition(CONTENT, lambda text: 2500 if text == "Lower slowly" else estimate(text))
    found = list(misfits(slow_to_say))
    assert list(misfits(slow_to_say, [BEAT_MS])) == []
    assert found
    assert all("at a beat of 800 ms: 'Lower slowly' runs " in line for line in found)


@pytest.mark.parametrize("beat", BEATS)
@pytest.mark.parametrize(("exercise", "form"), FORMS)
def test_a_place_at_one_beat_is_found_at_every_other(exercise, form, beat):
    place = Bookmark("", exercise, form)
    usual, other = EDITION.plan(place), EDITION.plan(place, Wishes(beat))
    for piece in usual.pieces:
        for rep in {piece.first, piece.last}:
            mark = Bookmark("", exercise, form, piece.set, piece.side, rep)
            assert other.canonical(mark) == mark
            found = EDITION.laid(other.piece(mark)).score.find(exercise, piece.set, piece.side, rep)
            assert found is not None
