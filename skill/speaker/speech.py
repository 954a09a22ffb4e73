"""A reply's SSML, spoken by our own voice: what a speaker of Alexa's does with it, as a score.

Words follow one another as Alexa says them, each as long as our voice takes; quiet is as long as its breaks; and a clip is what
its token names, so that a set counts on the same beat here as there.
"""

import re
from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET

from skill.coach.exercise import Ms
from skill.coach.timeline.score import Cue, Say, Score, sequence, silence
from skill.errors import BackbeatError
from skill.render.ssml import SPEECH_MS, SSML_CHARS

SENTENCE = re.compile(r"(?<=[.?!])\s+")
"""Between two sentences with no break between them."""

LONGEST_MS: Ms = 2 * SPEECH_MS
"""What is as long as it may be by an estimate may be a little longer in our voice."""

BREATH_MS: Ms = 56
"""After a phrase, as much as its last frame may need: two that follow at once do not run into one another. On the grid."""

BREAK = re.compile(r"(\d{1,5})ms")

CLIP = re.compile(r"/audio/([\w.-]+)\.mp3")


class NotSpeech(BackbeatError):
    """What is to be spoken is no SSML of ours."""


def heard(
    ssml: str, measure: Callable[[str], Ms], clip: Callable[[str], Score], known: Callable[[str], bool]
) -> Score:
    """What is heard of a reply.

    ``measure`` is how long a phrase takes, ms; ``clip`` the score that a token names; ``known`` whether the voice has a phrase as
    it stands. Raises NotSpeech.
    """
    if len(ssml) > SSML_CHARS or "<!" in ssml:
        raise NotSpeech("not SSML that Alexa would speak")
    score = sequence(_heard(ssml, measure, clip, known))
    if score.lasts > LONGEST_MS:
        raise NotSpeech("longer than any reply may be")
    return score


def sentences(text: str, measure: Callable[[str], Ms], known: Callable[[str], bool]) -> Iterator[Score]:
    """Each sentence of a text, and a breath; all of it as one, if it is known as it stands. Otherwise as `heard`."""
    for phrase in [text] if known(text) else SENTENCE.split(text):
        lasts = measure(phrase)
        yield Score((Cue(0, lasts, Say(phrase)),), lasts + BREATH_MS)


def _heard(
    ssml: str, measure: Callable[[str], Ms], clip: Callable[[str], Score], known: Callable[[str], bool]
) -> Iterator[Score]:
    for tag, value in _parts(ssml):
        if tag == "text":
            yield from sentences(value, measure, known)
        elif tag == "break":
            yield silence(int(value))
        else:
            yield clip(value)


def _parts(ssml: str) -> Iterator[tuple[str, str]]:
    """What is in it, in order: ("text", words), ("break", its ms), ("audio", its token)."""
    try:
        speak = ET.fromstring(ssml)  # noqa: S314  # it is our own reply, and a page that made up another hears that
    except ET.ParseError as error:
        raise NotSpeech(f"not SSML: {error}") from error
    if text := (speak.text or "").strip():
        yield "text", text
    for child in speak:
        if pause := BREAK.fullmatch(child.get("time", "")):
            yield "break", pause[1]
        elif found := CLIP.search(child.get("src", "")):
            yield "audio", found[1]
        else:
            raise NotSpeech(f"not SSML of ours: <{child.tag}>")
        if text := (child.tail or "").strip():
            yield "text", text
