"""Pieces laid out: what is said, and on which beat."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.estimate import estimate
from skill.coach.exercise import FormName, Item, Order
from skill.coach.timeline.arrange import NAMED_STEPS, breath_reps, crowded, rep_name
from skill.coach.timeline.block import Telling
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import PIECE_MS, Bookmark, Piece, pieces, rep_ms, start
from skill.coach.timeline.score import Phase, Say, Score, Section, Sound, Tone, sequence
from skill.coach.timeline.stream import Stream
from skill.coach.timeline.wishes import BEAT_MS, BEATS, USUAL
from skill.content import everything
from skill.content.reader import catalogue
from skill.render.transcript import lines
from skill.voice.phrases import wanted

EDITION = Edition(catalogue(), estimate)
FORMS = [(slug, form) for slug in sorted(catalogue().exercises) for form in FormName]
NUMBERS = catalogue().words.numbers


def laid_out(exercise: str, form: FormName = FormName.USUAL, first_rep: int | None = None) -> list[Score]:
    cut = EDITION.plan(Bookmark("", exercise, form)).pieces
    return [EDITION.laid(piece, first_rep).score for piece in cut]


def test_a_set_of_the_pelvic_tilt_second_by_second() -> None:
    score = laid_out("pelvic_tilt")[0]
    first_beat = next(cue.at for cue in score.cues if isinstance(cue.what, Section))
    heard = [f"{(at - first_beat) / 1000:5.1f}  {text}" for at, text in lines(score)]
    assert heard[:30] == [
        " -5.4  Set one.",
        " -4.2  Eight lifts.",
        " -3.0  ·",
        " -2.0  ·",
        " -1.0  ·",
        "  0.0  Tilt, and lift… and hold",
        "  3.0  one",
        "  4.0  two",
        "  5.0  three",
        "  6.0  four",
        "  7.0  Lower slowly",
        " 11.0  two",
        " 12.0  Breathe out, and lift",
        " 15.0  one",
        " 16.0  two",
        " 17.0  three",
        " 18.0  four",
        " 19.0  Lower slowly",
        " 23.0  three",
        " 24.0  Tilt, and lift… and hold",
        " 27.0  one",
        " 28.0  two",
        " 29.0  three",
        " 30.0  four",
        " 31.0  Lower slowly",
        " 35.0  four",
        " 36.0  Up… hold",
        " 39.0  one",
        " 40.0  two",
        " 41.0  three",
    ]
    assert heard[32:34] == [" 46.0  Halfway.", " 47.0  five"]
    assert heard[-8:-1] == [
        " 83.0  Last one.",
        " 84.0  Up… hold",
        " 87.0  one",
        " 88.0  two",
        " 89.0  three",
        " 90.0  four",
        " 91.0  Lower slowly",
    ]
    assert heard[-1] == " 94.0  That's set one."


def test_joining_at_the_fifth_lift_names_it_and_counts_three() -> None:
    score = laid_out("pelvic_tilt", first_rep=5)[0]
    assert [(at, text) for at, text in lines(score)][:6] == [
        (0, "From lift five."),
        (2000, "three"),
        (3000, "two"),
        (4000, "one"),
        (5000, "Breathe out, and lift"),
        (8000, "one"),
    ]


@pytest.mark.parametrize("beat", BEATS)
def test_wherever_one_joins_the_rep_is_named_then_three_beats_are_counted_and_all_of_it_fits(
    beat: int,
) -> None:
    for piece in everything.pieces(EDITION, beat):
        for rep in range(piece.first + 1, piece.last + 1):
            laid = EDITION.laid(piece, rep)
            *named, three, two, one = laid.opening.cues
            assert [cue.what for cue in (three, two, one)] == [Say("three"), Say("two"), Say("one")]
            assert [laid.opening.lasts - cue.at for cue in (three, two, one)] == [3 * beat, 2 * beat, beat]
            assert [cue.what for cue in named] == [
                Say(name) for name in (rep_name(piece, rep, EDITION.catalogue),) if name
            ]
            assert list(crowded(laid.score)) == []


NAMED = [
    (Bookmark("", "pelvic_tilt", rep=5), "From lift five."),
    (Bookmark("", "hamstring_stretch", side="right", rep=6), "From bend six, right side."),
    (Bookmark("", "hamstring_stretch", side="left", rep=6), "From bend six, left side."),
    (Bookmark("", "bird_dog", side="right", rep=3), "From round three."),
    (Bookmark("", "bird_dog", side="left", rep=3), "From round three, left side."),
    (Bookmark("", "knee_to_chest", side="both", rep=3), "From round three."),
    (Bookmark("", "exaggerated_walk", rep=30), "three"),
]


@pytest.mark.parametrize(("place", "name"), NAMED)
def test_a_stream_names_the_rep_and_its_side_before_it_counts(place: Bookmark, name: str) -> None:
    stream = Stream(0, 0, place, counted=True, long=(), left=(), wishes=USUAL, days=1)
    track = EDITION.stream(stream)
    first = min(cue.at for cue, _ in track.score.sounds())
    assert [text for cue, text in track.score.sounds() if cue.at == first] == [name]
    assert track.at - first == track.lead.lasts
    assert name in wanted(EDITION.catalogue)


def test_a_long_hold_is_quiet_but_for_three_calls() -> None:
    score = laid_out("upper_back_stretch")[0]
    hold = next(cue for cue in score.cues if isinstance(cue.what, Section) and cue.what.phase is Phase.HOLD)
    assert hold.lasts == 20_000
    inside = [(cue.at - hold.at, text) for cue, text in score.sounds() if hold.at <= cue.at < hold.ends]
    assert inside == [
        (5000, "Keep breathing."),
        (10_000, "Halfway."),
        (17_000, "three"),
        (18_000, "two"),
        (19_000, "one"),
    ]


def test_the_walk_is_named_then_ticked_and_its_time_called() -> None:
    score = laid_out("exaggerated_walk")[0]
    first_beat = next(cue.at for cue in score.cues if isinstance(cue.what, Section))
    words = [
        (round((cue.at - first_beat) / 1000), text)
        for cue, text in score.sounds()
        if text and cue.at >= first_beat
    ]
    assert words[:4] == [(0, "left"), (1, "right"), (2, "left"), (3, "right")]
    assert [(at, text) for at, text in words if "seconds" in text] == [
        (30, "Thirty seconds to go."),
        (50, "Ten seconds to go."),
    ]
    assert sum(text == "" and cue.at >= first_beat for cue, text in score.sounds()) > 45


@pytest.mark.parametrize(("exercise", "form"), FORMS)
def test_every_hold_up_to_six_seconds_is_counted_up_each_second(exercise: str, form: FormName) -> None:
    for score in laid_out(exercise, form):
        said = {cue.at: text for cue, text in score.sounds() if text}
        for cue in score.cues:
            if isinstance(cue.what, Section) and cue.what.phase is Phase.HOLD and cue.lasts <= 6000:
                counted = [said.get(cue.at + second * 1000) for second in range(cue.lasts // 1000)]
                assert counted == list(NUMBERS[1 : len(counted) + 1])


@pytest.mark.parametrize(("exercise", "form"), FORMS)
def test_every_rep_after_the_first_is_announced_one_second_ahead_of_its_beat(
    exercise: str, form: FormName
) -> None:
    content = catalogue()
    if content.exercises[exercise].form(form).order is Order.PACED:
        return  # steps are ticked, not numbered
    reps = pieces(Item(exercise, form), content.exercises[exercise])[0].reps
    for score in laid_out(exercise, form):
        said = {cue.at: text for cue, text in score.sounds() if text}
        starts: dict[int, int] = {}
        for cue in score.cues:
            if isinstance(cue.what, Section):
                starts.setdefault(cue.what.rep, cue.at)
        for rep, at in list(starts.items())[1:]:
            number = "Last one." if rep == reps else NUMBERS[rep]
            assert said[at - 1000] in {number, "Halfway."}
        assert sum(text == "Last one." for text in said.values()) <= 1


@pytest.mark.parametrize(("exercise", "form"), FORMS)
def test_nothing_overlaps_and_two_number_streams_never_meet(exercise: str, form: FormName) -> None:
    for score in laid_out(exercise, form):
        assert list(crowded(score)) == []
        sections = [cue for cue in score.cues if isinstance(cue.what, Section)]
        assert all(a.ends == b.at for a, b in pairwise(sections))  # every moment of the work is in one phase
        for cue, text in score.sounds():
            section = score.place(cue.at)
            if section is not None and text in NUMBERS:
                counting = section.phase is Phase.HOLD
                ahead = score.place(cue.at + 1000)
                assert counting or (ahead is not None and ahead.rep == section.rep + 1)


@pytest.mark.parametrize(("exercise", "form"), FORMS)
def test_breathing_is_cued_about_three_times_a_set(exercise: str, form: FormName) -> None:
    content = catalogue()
    moves = content.exercises[exercise].form(form).moves
    for piece, score in zip(
        pieces(Item(exercise, form), content.exercises[exercise]), laid_out(exercise, form), strict=True
    ):
        breaths = {move.breath for move in moves if move.breath not in {move.into, move.short}}
        said = sum(text in breaths for _, text in score.sounds())
        assert said <= 3
        assert said or not breaths or piece.last == piece.first


@given(st.integers(1, 60), st.integers(0, 59))
def test_breaths_fall_inside_the_piece(first: int, more: int) -> None:
    assert breath_reps(first, first + more) <= set(range(first, first + more + 1))


@given(st.sampled_from(FORMS), st.data())
def test_every_rep_can_be_joined_and_is_found_where_it_is_placed(
    which: tuple[str, FormName], data: st.DataObject
) -> None:
    exercise, form = which
    content = catalogue()
    piece: Piece = data.draw(st.sampled_from(pieces(Item(exercise, form), content.exercises[exercise])))
    rep = data.draw(st.integers(piece.first, piece.last))
    whole = EDITION.laid(piece).score
    span = whole.find(exercise, piece.set, "", rep)
    assert span is not None
    led_in = EDITION.score(replace(piece.starts(""), rep=rep))
    here = led_in.find(exercise, piece.set, "", rep)
    assert here is not None
    assert here.end - here.start == span.end - span.start  # a rep is as long joined as in its set
    moment = data.draw(st.integers(span.start, span.end - 1))
    section = whole.place(moment)
    assert section is not None
    assert section.rep == rep
    ours = content.exercises[exercise].form(form)
    skip = (
        NAMED_STEPS * ours.tempo.into * BEAT_MS if ours.order is Order.PACED else 0
    )  # the first steps are named afresh
    rest = [text for cue, text in whole.sounds() if cue.at > span.start + skip]
    assert [text for cue, text in led_in.sounds() if cue.at > here.start + skip] == rest


@given(st.sampled_from(FORMS), st.integers(1, 5), st.integers(1, 120))
def test_any_dose_is_cut_into_pieces_that_make_it_up(
    which: tuple[str, FormName], sets: int, reps: int
) -> None:
    slug, form = which
    exercise = catalogue().exercises[slug]
    cut = pieces(Item(slug, form, sets, reps), exercise)
    sides = len(exercise.form(form).moves) if exercise.form(form).order is Order.EACH else 1
    assert sum(piece.last - piece.first + 1 for piece in cut) == sets * reps * sides
    rep = rep_ms(exercise.form(form), BEAT_MS)
    for piece in cut:
        assert piece.first <= piece.last
        assert (piece.last - piece.first + 1) * rep <= PIECE_MS + rep


@pytest.mark.parametrize("routine", sorted(catalogue().routines))
def test_a_whole_routine_is_one_score_in_which_every_rep_is_found(routine: str) -> None:
    whole = EDITION.plan(start(routine, catalogue()))
    played = (EDITION.block(whole, i, Telling(())) for i, _ in enumerate(EDITION.blocks(whole)))
    score = sequence(one.score for one in played)
    assert list(crowded(score)) == []
    for piece in whole.pieces:
        for rep in range(piece.first, piece.last + 1):
            span = score.find(piece.exercise, piece.set, piece.side, rep)
            assert span is not None
            section = score.place(span.start)
            assert section is not None
            assert (section.exercise, section.set, section.rep) == (piece.exercise, piece.set, rep)


def test_a_bookmark_finds_its_piece_after_the_content_has_changed() -> None:
    whole = EDITION.plan(Bookmark("back_routine", "knee_to_chest"))
    marks = [
        (Bookmark("back_routine", "knee_to_chest", rep=7), ("knee_to_chest", 6)),
        (Bookmark("back_routine", "knee_to_chest", rep=99), ("knee_to_chest", 1)),
        (Bookmark("back_routine", "pelvic_tilt", set=9), ("pelvic_tilt", 1)),
        (Bookmark("back_routine", "gone"), ("pelvic_tilt", 1)),
        (Bookmark("back_routine", "hamstring_stretch", side="left", rep=3), ("hamstring_stretch", 1)),
    ]
    for mark, (exercise, first) in marks:
        piece = whole.piece(mark)
        assert (piece.exercise, piece.first) == (exercise, first)


def test_words_of_the_score_are_plain_data() -> None:
    score = laid_out("pelvic_tilt")[0]
    assert all(isinstance(cue.what, Say) == bool(text) for cue, text in score.sounds())


def test_tones_mark_the_start_the_middle_and_the_end_of_a_paced_stretch() -> None:
    score = laid_out("exaggerated_walk", FormName.EASIER)[0]
    first_beat = next(cue.at for cue in score.cues if isinstance(cue.what, Section))
    tones = [
        ((cue.at - first_beat) // 1000, cue.what.name) for cue in score.cues if isinstance(cue.what, Tone)
    ]
    assert tones[:3] == [(-3, Sound.TICK), (-2, Sound.TICK), (-1, Sound.START)]
    assert [tone for tone in tones[3:] if tone[1] is not Sound.TICK] == [(15, Sound.HALFWAY), (30, Sound.END)]
