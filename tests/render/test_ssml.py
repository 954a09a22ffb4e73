"""SSML: whole outputs, and the limits of the platform held for everything we can say."""

import re
from itertools import product
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.estimate import estimate
from skill.alexa.outbound import response
from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import World
from skill.coach.dialogue.state import Progress, Session, State
from skill.coach.dialogue.step import step
from skill.coach.timeline.arrange import spoken
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark
from skill.coach.timeline.score import Cue, Say, Score, Sound, Tone, silence
from skill.content.everything import plans
from skill.content.reader import catalogue
from skill.errors import OverLimit
from skill.render.ssml import BREAK_MS, SPEECH_MS, SSML_CHARS, ssml, ssml_text

CONTENT = catalogue()
EDITION = Edition(CONTENT, estimate)


def test_a_small_score_whole() -> None:
    score = Score(
        (
            Cue(0, 500, Say("Lift, & hold")),  # as another voice says it: a speaker's takes its own time
            Cue(1000, 300, Say("one")),
            Cue(2000, 100, Tone(Sound.TICK)),
            Cue(3000, 300, Say("two")),
            Cue(26_300, 700, Say("Ready?")),
        ),
        27_000,
    )
    assert ssml(score) == (
        "<speak>Lift, &amp; hold"
        '<break time="265ms"/>one'
        '<break time="1700ms"/>two'
        '<break time="10000ms"/><break time="10000ms"/><break time="3000ms"/>Ready?'
        "</speak>"
    )


@given(st.text())
def test_any_text_is_escaped(text: str) -> None:
    speak = ET.fromstring(ssml_text(text))
    assert speak.tag == "speak"
    assert not list(speak)


@given(st.integers(0, 300_000))
def test_quiet_is_as_long_as_it_was_or_refused(ms: int) -> None:
    score = silence(ms).then(spoken("Ready?", estimate))
    if score.lasts > SPEECH_MS:
        with pytest.raises(OverLimit) as caught:
            ssml(score)
        assert caught.value.size == score.lasts
        return
    breaks = [int(each) for each in re.findall(r'time="(\d+)ms"', ssml(score))]
    assert all(0 < each <= BREAK_MS for each in breaks)
    assert ms - sum(breaks) < 50


def test_too_many_words_are_an_error_when_the_reply_is_made() -> None:
    with pytest.raises(OverLimit, match="over the limit of 8000"):
        ssml_text("word " * 2000)


PLACES = list(
    dict.fromkeys(piece.starts(whole.routine) for whole in plans(EDITION) for piece in whole.pieces)
)
BEGINNINGS = list(
    {(place.exercise, place.form): place for place in PLACES if place.set == place.rep == 1}.values()
)
"""One of each exercise in each form: elsewhere nothing is told at length, nor what is not kept."""
EVENTS: list[e.Event] = [
    e.Yes(), e.No(), e.Next(), e.Previous(), e.Again(), e.Paused(), e.Resumed(), e.StartedOver(), e.HowMany(),
    e.Listed(), e.Helped(), e.Hurts(), e.Easier(), e.Unheard(), e.Opened(), e.Stopped(), e.Described(None),
    *(e.Concerned(slug) for slug in CONTENT.words.concerns), *(e.Described(slug) for slug in CONTENT.exercises),
    *(e.Begin(slug) for slug in CONTENT.routines), *(e.Muddled(slug) for slug in CONTENT.muddles),
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "keeping", "places"),
    [(2, True, PLACES), (0, True, BEGINNINGS), (2, False, BEGINNINGS), (0, False, BEGINNINGS)],
    ids=["known and kept", "new and kept", "known and not kept", "new and not kept"],
)
def test_no_reply_of_any_content_comes_near_a_limit(
    told: int, places: list[Bookmark], *, keeping: bool
) -> None:
    """Every place there is for whoever is known, and each exercise in each form for the rest; every event there."""
    longest_ms = longest_chars = 0
    known = dict.fromkeys(CONTENT.exercises, told)
    for place, event in product(places, EVENTS):
        state = State(Session(q.Ready(place)), Progress(met=True, tellings=known))
        turn = step(state, event, World(EDITION, 0, keeping=keeping))
        said = response(turn.reply)
        longest_ms = max(longest_ms, turn.reply.speech.lasts)
        longest_chars = max(longest_chars, len(said.output_speech.ssml))
        listens = turn.reply.asks is not None
        assert said.should_end_session is not listens
        assert said.output_speech.ssml.endswith("?</speak>") is listens
        assert (said.reprompt is not None) is listens
    assert longest_ms < 0.95 * SPEECH_MS
    assert longest_chars < 0.8 * SSML_CHARS
