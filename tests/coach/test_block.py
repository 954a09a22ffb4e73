"""A plan laid out whole: every moment has its place, every place its moment; and a pause at any of them is taken up there."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.estimate import estimate
from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import World
from skill.coach.dialogue.events import Report
from skill.coach.dialogue.reply import Device, Halt, Play
from skill.coach.dialogue.run import Position, Run
from skill.coach.dialogue.state import Mode, Progress, Session, State
from skill.coach.dialogue.step import step
from skill.coach.timeline.arrange import crowded
from skill.coach.timeline.block import BLOCK_MS, RUN_UP_MS, Block, Telling
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import FLOOR, Bookmark, Part, start
from skill.coach.timeline.score import Phase, Say, Section, Sound, Tone
from skill.coach.timeline.stream import Stream
from skill.coach.timeline.wishes import USUAL
from skill.content.reader import catalogue
from skill.render.transcript import lines

CONTENT = catalogue()
EDITION = Edition(CONTENT, estimate)
NOW = 1_793_604_600_000
MINUTE = 60_000
PAUSES = 1000


def all_blocks(*, long: bool) -> list[Block]:
    """Of every routine there is."""
    found = []
    for slug in CONTENT.routines:
        whole = EDITION.plan(start(slug, CONTENT))
        told = Telling(whole.exercises if long else ())
        found += [EDITION.block(whole, i, told) for i, _ in enumerate(EDITION.blocks(whole))]
    return found


LAID = [*all_blocks(long=True), *all_blocks(long=False)]


def test_from_one_exercise_to_the_next_second_by_second() -> None:
    whole = EDITION.plan(start("back_routine", CONTENT))
    laid = EDITION.block(whole, 0, Telling(()))
    begins = laid.find(Bookmark("back_routine", "hamstring_stretch", side="right"))
    heard = [
        f"{(at - begins) / 1000:6.1f}  {text}"
        for at, text in lines(laid.score)
        if -35_000 < at - begins < 1000
    ]
    assert heard == [
        " -33.8  That's the knee to chest stretch done.",
        " -31.6  Next, the standing hamstring stretch.",
        " -29.2  Slowly roll to your side, push up with your arms, and stand.",
        " -25.4  We'll do ten bends on each side.",
        " -23.2  Tip from your hips, and keep your back long.",
        " -15.4  Ten seconds to get ready.",
        "  -5.4  Right side.",
        "  -4.2  Ten bends.",
        "  -3.0  ·",
        "  -2.0  ·",
        "  -1.0  ·",
        "   0.0  Tip forward, right leg… hold",
    ]


def test_every_moment_of_every_routine_is_in_one_stretch() -> None:
    for laid in LAID:
        assert laid.stretches[0].at == RUN_UP_MS
        for one, following in pairwise(laid.stretches):
            assert one.at + one.score.lasts == following.at
        last = laid.stretches[-1]
        assert last.at + last.score.lasts == laid.score.lasts


def test_nothing_runs_into_anything() -> None:
    for laid in LAID:
        assert list(crowded(laid.score)) == []


def test_no_block_is_longer_than_half_an_hour_and_only_the_full_routine_needs_two() -> None:
    assert max(laid.score.lasts for laid in LAID) <= BLOCK_MS
    cut = {slug: len(EDITION.blocks(EDITION.plan(start(slug, CONTENT)))) for slug in CONTENT.routines}
    assert {slug for slug, count in cut.items() if count > 1} == {"full_back_routine"}


def test_blocks_hold_every_exercise_once_and_in_order() -> None:
    for slug in CONTENT.routines:
        whole = EDITION.plan(start(slug, CONTENT))
        assert tuple(one for some in EDITION.blocks(whole) for one in some) == whole.exercises


def test_every_set_is_opened_by_two_ticks_and_a_start_on_the_seconds_before_its_first_beat() -> None:
    for laid in LAID:
        for stretch, following in pairwise(laid.stretches):
            if stretch.place.part is Part.OPENING:
                tones = [
                    (cue.at - stretch.score.lasts, cue.what.name)
                    for cue in stretch.score.cues
                    if isinstance(cue.what, Tone)
                ]
                assert tones == [(-3000, Sound.TICK), (-2000, Sound.TICK), (-1000, Sound.START)]
                assert following.place.part is Part.WORK


def test_who_must_move_is_told_ten_seconds_before_it_begins() -> None:
    ready = CONTENT.words.line("get_ready")
    for laid in LAID:
        for told, stretch in pairwise(laid.stretches):
            if stretch.place.part is Part.SETTLING:
                assert told.place.part is Part.TELLING
                here = CONTENT.exercises[stretch.place.exercise].form(stretch.place.form).position
                opens = told is laid.stretches[0]
                before = _position_before(laid, stretch.place)
                moves = opens or (before != here and bool(FLOOR & {before, here}))
                said = {cue.what.text: cue.at for cue in stretch.score.cues if isinstance(cue.what, Say)}
                assert (ready in said) is moves or opens
                if ready in said:
                    assert stretch.score.lasts - said[ready] == 10_000


def _position_before(laid: Block, mark: Bookmark) -> str:
    places = list(dict.fromkeys((one.place.exercise, one.place.form) for one in laid.stretches))
    slug, form = places[places.index((mark.exercise, mark.form)) - 1]
    return CONTENT.exercises[slug].form(form).position


@given(st.sampled_from(LAID), st.floats(0, 1, exclude_max=True))
def test_a_moment_has_a_place_and_the_place_is_where_its_rep_or_sentence_begins(
    laid: Block, at: float
) -> None:
    offset = int(at * laid.score.lasts)
    mark = laid.place(offset)
    found = laid.find(mark)
    assert laid.place(found) == mark
    section = laid.score.place(offset)
    if section:
        assert (mark.exercise, mark.set, mark.rep, mark.part) == (
            section.exercise,
            section.set,
            section.rep,
            Part.WORK,
        )
        span = laid.score.find(section.exercise, section.set, section.side, section.rep)
        assert span is not None
        assert span.start == found <= offset
    else:
        assert mark.part is not Part.WORK
        assert not any(
            found < cue.at <= offset for cue in laid.score.cues if isinstance(cue.what, Say)
        )  # it is the last sentence begun


# --- Paused anywhere, and resumed -----------------------------------------------------------------------------


def listener(routine: str) -> tuple[State, Play]:
    """Someone who has just begun a routine, straight through."""
    state = State(
        Session(), Progress(met=True, mode=Mode.THROUGH, tellings=dict.fromkeys(CONTENT.exercises, 2))
    )
    turn = step(state, e.Begin(routine), World(EDITION, NOW, device=Device(streams=True)))
    assert isinstance(turn.reply.player, Play)
    return turn.state, turn.reply.player


def test_a_thousand_pauses_at_any_millisecond_are_resumed_at_the_very_rep() -> None:
    die, (state, play) = random.Random(4), listener("full_back_routine")
    second = EDITION.stream(play.stream).following
    assert second
    in_reps = 0
    for _ in range(PAUSES):
        stream = die.choice((play.stream, second))
        track = EDITION.stream(stream)
        offset, timeline = die.randrange(track.begins, track.lasts), track.score
        paused_in = timeline.place(offset)

        head = Position(stream, offset)
        device = Device(streams=True, position=head)
        paused = step(
            State(Session(), state.progress),
            e.Paused(),
            World(EDITION, NOW + MINUTE, device=device),
        )
        assert paused.reply.player == Halt()
        later = World(EDITION, NOW + 2 * MINUTE, device=Device(streams=True))
        resumed = step(State(Session(), paused.state.progress), e.Resumed(), later).reply.player
        assert isinstance(resumed, Play)
        assert resumed.stream.counted is (
            resumed.stream.place.part is Part.WORK
        )  # nobody is counted into words

        heard = [
            (cue, text)
            for cue, text in EDITION.stream(resumed.stream).score.sounds()
            if cue.at >= resumed.offset
        ]
        named = heard[0][1] if heard[0][1].startswith("From ") else ""  # the rep, before the count
        if resumed.stream.counted:
            heard = heard[1:] if named else heard
            assert [text for _, text in heard[:3]] == ["three", "two", "one"]
            assert [cue.at - heard[0][0].at for cue, _ in heard[:3]] == [0, 1000, 2000]
        if resumed.stream.place.exercise not in track.blocks[track.number]:
            continue  # it ended in the words after its last rep: what follows begins with the next block
        if paused_in is None:  # in words: from the beginning of the sentence
            said = [(cue.at, text) for cue, text in timeline.sounds() if text and cue.at <= offset]
            if said and timeline.place(said[-1][0]) is None:
                assert (heard[0][0].at, heard[0][1]) == said[-1]
            continue
        in_reps += 1
        again = EDITION.stream(resumed.stream).score
        first = next(cue for cue in again.cues if isinstance(cue.what, Section))
        assert isinstance(first.what, Section)
        assert replace(first.what, phase=paused_in.phase) == paused_in
        assert timeline.place(first.at) == first.what
        assert first.what.phase is Phase.INTO
        assert first.at - heard[0][0].at == 1000 * sum(cue.at < first.at for cue, _ in heard)
        assert f" {CONTENT.words.number(paused_in.rep)}" in named or not named
    assert in_reps > PAUSES / 2


WAYS_ON = {
    "resume": (None, e.Resumed()),
    "yes, go on": (q.GoOn, e.Yes()),
    "yes, from yesterday": (q.Welcome, e.Yes()),
    "straight through": (q.GoOn, e.StraightThrough()),
}


@pytest.mark.parametrize("part", Part)
@pytest.mark.parametrize("way", WAYS_ON)
def test_nobody_is_counted_into_words(part: Part, way: str) -> None:
    """Wherever a stream is gone on with: three, two, one comes before a rep, and before nothing else."""
    asked, event = WAYS_ON[way]
    place = Bookmark("back_routine", "hamstring_stretch", side="right").at(part)
    known = Progress(met=True, mode=Mode.THROUGH, place=place)
    state = State(Session(asked and asked(place)), known)
    played = step(state, event, World(EDITION, NOW, device=Device(streams=True))).reply.player
    assert isinstance(played, Play)
    counted = played.stream.place.part is Part.WORK
    assert played.stream.counted is counted
    first = [text for cue, text in EDITION.stream(played.stream).score.sounds() if cue.at >= played.offset]
    assert ("three" in first[:2]) is counted


@pytest.mark.parametrize("part", Part)
def test_a_second_attempt_is_counted_into_no_words_either(part: Part) -> None:
    stream = replace(
        stream_at(Bookmark("back_routine", "hamstring_stretch", side="right").at(part)), counted=False
    )
    begins = EDITION.stream(stream).at + 1
    known = Progress(met=True, mode=Mode.THROUGH, place=stream.place, run=Run(stream, begins, NOW - 1))
    failed = e.Reported(Report.FAILED, Position(stream, begins))
    played = step(
        State(Session(), known), failed, World(EDITION, NOW, device=Device(streams=True))
    ).reply.player
    assert isinstance(played, Play)
    assert played.stream.counted is (played.stream.place.part is Part.WORK)


def stream_at(place: Bookmark) -> Stream:
    return Stream(NOW, 0, place, counted=True, long=(), left=(), wishes=USUAL, days=1)


DOSES = [
    ({"sets": 2}, Bookmark("back_routine", "pelvic_tilt", set=2, rep=5)),
    (
        {"sets": 1},
        Bookmark("back_routine", "knee_to_chest", part=Part.TELLING),
    ),  # what they were past is done
    ({"reps": 4}, Bookmark("back_routine", "pelvic_tilt", set=3)),
    ({"sets": 5, "reps": 20}, Bookmark("back_routine", "pelvic_tilt", set=2, rep=5)),
]


@pytest.mark.parametrize(("dose", "expected"), DOSES)
def test_a_bookmark_outlives_a_change_of_dose(dose: dict[str, int], expected: Bookmark) -> None:
    mark = Bookmark("back_routine", "pelvic_tilt", set=2, rep=5)
    routine = CONTENT.routines["back_routine"]
    items = tuple(replace(item, **dose) if item.exercise == "pelvic_tilt" else item for item in routine.items)
    other = replace(CONTENT, routines={**CONTENT.routines, "back_routine": replace(routine, items=items)})
    edition = Edition(other, estimate)
    assert edition.plan(mark).canonical(mark) == expected
    track = edition.stream(stream_at(expected))
    section = track.score.place(track.at)
    if expected.part is Part.TELLING:
        assert section is None
        return
    assert section
    assert (section.set, section.rep) == (expected.set, expected.rep)


def test_a_bookmark_outlives_a_change_of_voice() -> None:
    slow = lambda text: 2 * estimate(text)  # noqa: E731  # a voice in a line
    mark = Bookmark("back_routine", "knee_to_chest", set=1, side="left", rep=7)
    places = []
    for voice in (estimate, slow):
        track = Edition(CONTENT, voice).stream(stream_at(mark))
        places.append(track.place(track.block.find(mark) + 100))
    assert places == [mark, mark]
