"""A led piece as one clip: the same reply, with its set played from a reel instead of spoken.

What comes before and after stays in the speaker's own voice.
"""

from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from skill.coach.exercise import Ms
from skill.coach.timeline.score import Score
from skill.errors import OverLimit
from skill.render.ssml import SPEECH_MS, inside, whole


@dataclass(frozen=True, slots=True)
class Clip:
    """The stretch of a reply that an address plays."""

    url: str
    """https, with a certificate Alexa trusts."""
    at: Ms
    lasts: Ms


def ssml_with_clip(score: Score, clip: Clip) -> str:
    """The whole ``<speak>`` element. One clip, of the five and the 240 s that a response may hold.

    Raises:
        OverLimit: it would be longer than the platform takes.
    """
    if score.lasts > SPEECH_MS:
        raise OverLimit("speech in ms", score.lasts, SPEECH_MS)
    before = inside(score.window(0, clip.at))
    after = inside(score.window(clip.at + clip.lasts, score.lasts))
    return whole(f"{before}<audio src={quoteattr(clip.url)}/>{after}")
