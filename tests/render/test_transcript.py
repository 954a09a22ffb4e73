"""Transcripts: whole outputs."""

from audio.estimate import estimate
from skill.coach.exercise import FormName
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark
from skill.content.reader import catalogue
from skill.render.transcript import brief, lines, told


def test_five_small_tilts() -> None:
    score = Edition(catalogue(), estimate).score(Bookmark("", "pelvic_tilt", FormName.EASIER))
    assert brief(score) == "Five tilts. [pelvic_tilt, set 1: reps 1 to 5, 53 s] That's the pelvic tilt done."
    assert told(score) == "Five tilts. That's the pelvic tilt done."
    assert [text for _, text in lines(score)] == [
        "Five tilts.", "·", "·", "·",
        "Press down… hold", "one", "two", "three", "four", "Let go slowly", "two",
        "Breathe out, and press", "one", "two", "three", "four", "Let go slowly", "three",
        "Press down… hold", "one", "two", "three", "four", "Let go slowly", "four",
        "Breathe out, and press", "one", "two", "three", "four", "Let go slowly", "Last one.",
        "Press… hold", "one", "two", "three", "four", "Let go slowly",
        "That's the pelvic tilt done.",
    ]  # fmt: skip
