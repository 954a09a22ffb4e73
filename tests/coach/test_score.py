"""The laws of the score."""

from hypothesis import given
from hypothesis import strategies as st

from skill.coach.timeline.score import Cue, Phase, Say, Score, Section, Sound, Span, Tone, sequence, silence

EXERCISES = ("bridge", "walk")


@st.composite
def scores(draw: st.DrawFn) -> Score:
    """Sections end to end with gaps between them, and words and ticks anywhere."""
    cues: list[Cue] = []
    at = draw(st.integers(0, 300))
    for rep in range(1, draw(st.integers(0, 5)) + 1):
        lasts = draw(st.integers(1, 400))
        phase = draw(st.sampled_from(Phase))
        cues.append(Cue(at, lasts, Section(draw(st.sampled_from(EXERCISES)), 1, "", rep, phase)))
        at += lasts + draw(st.integers(0, 100))
    length = at + draw(st.integers(0, 300))
    words = draw(st.lists(st.sampled_from(["one", "two", "lift"]), max_size=5))
    cues += [Cue(draw(st.integers(0, length)), draw(st.integers(0, 500)), Say(text)) for text in words]
    if draw(st.booleans()):
        cues.append(Cue(draw(st.integers(0, length)), 100, Tone(Sound.TICK)))
    return Score().over(Score(tuple(cues), length))


moments = st.integers(-50, 3000)


@given(scores(), scores(), scores())
def test_then_is_associative_and_nothing_is_its_identity(a: Score, b: Score, c: Score) -> None:
    assert a.then(b).then(c) == a.then(b.then(c)) == sequence((a, b, c))
    assert a.then(Score()) == a == Score().then(a)


@given(scores(), scores())
def test_lengths_add(a: Score, b: Score) -> None:
    assert a.then(b).lasts == a.lasts + b.lasts
    assert silence(250).then(a) == a.shift(250)


@given(scores(), scores(), scores())
def test_over_is_associative_and_commutative_and_loses_no_cue(a: Score, b: Score, c: Score) -> None:
    assert a.over(b) == b.over(a)
    assert a.over(b).over(c) == a.over(b.over(c))
    assert sorted(map(repr, a.over(b).cues)) == sorted(map(repr, a.cues + b.cues))


@given(scores(), scores())
def test_cues_stay_sorted(a: Score, b: Score) -> None:
    for score in (a, a.then(b), a.over(b), a.shift(7), a.window(10, 500)):
        assert list(score.cues) == sorted(score.cues, key=lambda cue: cue.at)


@given(scores())
def test_the_whole_window_is_the_score_without_what_begins_at_its_end(score: Score) -> None:
    whole = score.window(0, score.lasts)
    assert whole.lasts == score.lasts
    assert whole.cues == tuple(cue for cue in score.cues if cue.at < score.lasts)


@given(scores(), st.integers(0, 2000), moments)
def test_a_score_cut_in_two_and_put_together_places_every_moment_where_it_was(
    score: Score, cut: int, moment: int
) -> None:
    cut = min(cut, score.lasts)
    again = score.window(0, cut).then(score.window(cut, score.lasts))
    assert again.lasts == score.lasts
    assert again.place(moment) == score.place(moment)
    heard = [(cue.at, text) for cue, text in score.sounds() if cue.at < score.lasts]
    assert [(cue.at, text) for cue, text in again.sounds()] == heard


@given(scores(), st.integers(0, 2000), st.integers(0, 2000), moments)
def test_a_window_places_its_moments_as_the_score_does(
    score: Score, start: int, end: int, moment: int
) -> None:
    window = score.window(start, end)
    if 0 <= moment < window.lasts:
        assert window.place(moment) == score.place(moment + start)
    else:
        assert window.place(moment) is None


@given(scores(), moments)
def test_place_and_find_are_each_others_inverse(score: Score, moment: int) -> None:
    section = score.place(moment)
    if section is None:
        assert not any(isinstance(cue.what, Section) and cue.at <= moment < cue.ends for cue in score.cues)
        return
    span = score.find(section.exercise, section.set, section.side, section.rep)
    assert span is not None
    assert span.start <= moment < span.end
    at_start = score.place(span.start)
    assert at_start is not None
    assert (at_start.exercise, at_start.rep) == (section.exercise, section.rep)


def test_spans_are_half_open() -> None:
    first = Section("bridge", 1, "", 1, Phase.INTO)
    second = Section("bridge", 1, "", 2, Phase.INTO)
    score = Score((Cue(0, 1000, first), Cue(1000, 1000, second)), 2500)
    assert [score.place(moment) for moment in (-1, 0, 999, 1000, 1999, 2000)] == [
        None, first, first, second, second, None,
    ]  # fmt: skip
    assert score.find("bridge", 1, "", 2) == Span(1000, 2000)
    assert score.find("bridge", 1, "", 3) is None
    assert score.find("bridge", 2, "", 1) is None
