"""A reply's SSML as our own voice says it, and what a screen shows of it."""

import pytest

from audio.frames import LEAD_MS
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark
from skill.coach.timeline.score import Cue, Say, Score, Section
from skill.content.reader import catalogue
from skill.render.clip import Clip, ssml_with_clip
from skill.render.ssml import ssml
from skill.speaker.shown import shown
from skill.speaker.speech import BREATH_MS, NotSpeech, heard

CONTENT = catalogue()
EDITION = Edition(CONTENT, lambda text: 50 * len(text))
NOTHING = Score()
TILT = Bookmark("back_routine", "pelvic_tilt")


def spoken(text: str, *, known: bool = False, clip: Score = NOTHING) -> list[tuple[int, str]]:
    """When what is said, each phrase taking 1000 ms."""
    score = heard(text, lambda _: 1000, lambda _: clip, lambda _: known)
    return [(cue.at, text) for cue, text in score.sounds()]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<speak/>", []),
        ("<speak>Hello.</speak>", [(0, "Hello.")]),
        ('<speak>Hello.<break time="400ms"/>Ready?</speak>', [(0, "Hello."), (1400 + BREATH_MS, "Ready?")]),
        ("<speak>Good. Ready?</speak>", [(0, "Good."), (1000 + BREATH_MS, "Ready?")]),
        ('<speak><break time="10000ms"/><break time="5ms"/>Rest &amp; breathe.</speak>', [(10005, "Rest & breathe.")]),
    ],
)  # fmt: skip
def test_words_follow_one_another_with_the_quiet_that_is_written(text, said):
    assert spoken(text) == said


def test_what_the_voice_has_as_one_phrase_is_said_as_one():
    assert spoken("<speak>One. Two.</speak>", known=True) == [(0, "One. Two.")]


def test_a_clip_is_what_its_token_names():
    set_one = Score((Cue(100, 50, Say("one")),), 2000)
    text = '<speak>Go.<audio src="https://coach.example.com/audio/rA.b_-c.mp3"/>Rest.</speak>'
    assert spoken(text, clip=set_one) == [
        (0, "Go."),
        (1100 + BREATH_MS, "one"),
        (3000 + BREATH_MS, "Rest."),
    ]


@pytest.mark.parametrize(
    "text",
    ["", "Hello", "<speak>", '<speak><audio src="/etc/passwd"/></speak>', "<speak><p>no</p></speak>",
     '<speak><break time="forever"/></speak>'],
)  # fmt: skip
def test_what_is_no_ssml_of_ours_is_refused(text):
    with pytest.raises(NotSpeech):
        spoken(text)


def test_a_set_that_went_out_as_ssml_comes_back_on_the_same_beats():
    whole = EDITION.plan(TILT)
    piece = EDITION.laid(whole.pieces[0]).score
    before = EDITION.spoken("Good. Here we go.")
    reply = before.then(piece)
    written = ssml_with_clip(reply, Clip("https://x.example/audio/t.mp3", before.lasts, piece.lasts))
    came = heard(written, EDITION.measure, lambda _: piece, lambda _: True)
    beats = [cue for cue in came.cues if isinstance(cue.what, Section)]
    begins = beats[0].at - next(cue.at for cue in piece.cues if isinstance(cue.what, Section))
    assert [cue for cue in came.cues if cue.at >= begins][: len(piece.cues)] == list(piece.shift(begins).cues)


def test_every_reply_of_a_routine_can_be_spoken_and_shown():
    for piece in EDITION.plan(TILT).pieces:
        score = EDITION.laid(piece).work
        came = heard(ssml(score), EDITION.measure, lambda _: Score(), lambda _: True)
        assert list(came.texts()) == list(score.texts())


def test_what_a_screen_shows_of_a_set():
    whole = EDITION.plan(TILT)
    score = EDITION.laid(whole.pieces[1]).score
    screen = shown(score, whole, CONTENT)
    assert screen["pieces"] == [
        {
            "exercise": "pelvic_tilt", "form": "usual", "name": "pelvic tilt", "unit": "lift",
            "set": 2, "sets": 3, "reps": 8, "next": "knee to chest stretch",
        }
    ]  # fmt: skip
    sections = [cue for cue in score.cues if isinstance(cue.what, Section)]
    assert [(at, lasts, rep, phase) for at, lasts, _, rep, _, phase in screen["phases"]] == [
        (cue.at + LEAD_MS, cue.lasts, cue.what.rep, cue.what.phase.value) for cue in sections
    ]
    held = [number for at, number in screen["counts"]]
    assert held[:5] == [1, 2, 3, 4, 2]  # a hold, and the next rep's number
    assert all(at >= LEAD_MS for at, *_ in screen["said"])


def test_what_is_only_told_has_no_reps():
    screen = shown(EDITION.spoken("Hello. Ready?"), None, CONTENT)
    assert (screen["phases"], screen["pieces"]) == ([], [])
    assert screen["told"] == "Hello. Ready?"
