"""What the coach has just said, found again by its words.

Home Assistant hands the words of a reply to whatever speaks, and keeps what it spoke for as long as the words are the same. But the
same words may stand at another pace, so each reply ends in a mark: a few characters that take no room and have no sound, drawn
from all that is heard in it. By them our own voice knows what to say on which beat; any other voice reads the words.
"""

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from skill.coach.timeline.score import Score

REMEMBERED = 512
"""Replies; ours to choose. A score is a few kilobytes, and is asked for at once."""

MARKS = "\u200b\u2060"
"""A zero and a one: the zero width space and the word joiner (Unicode, General Punctuation), neither of which Python strips."""

MARK_BITS = 32

ENDS = (".", "?", "!", "…", ",")

SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A reply that was given."""

    score: Score
    conversation: str


class Replies:
    """The last of them."""

    def __init__(self) -> None:
        self._spoken: OrderedDict[str, Spoken] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, score: Score, conversation: str) -> str:
        """The words of a reply, by which it is found again."""
        text = " ".join(words(score)) + mark(score)
        with self._lock:
            for key in dict.fromkeys((text, bare(text))):
                self._spoken[key] = Spoken(score, conversation)
                self._spoken.move_to_end(key)
            while len(self._spoken) > 2 * REMEMBERED:
                self._spoken.popitem(last=False)
        return text

    def find(self, text: str) -> Spoken | None:
        """The reply of these words; where its mark was lost on the way, the last that had them."""
        with self._lock:
            return self._spoken.get(SPACES.sub(" ", text).strip()) or self._spoken.get(bare(text))


def bare(text: str) -> str:
    """Words without marks, and with single spaces between them."""
    return SPACES.sub(" ", text.translate(dict.fromkeys(map(ord, MARKS)))).strip()


def words(score: Score) -> Iterator[str]:
    """What is said, so that another voice can read it: ticks are left out, and what is counted is set off by commas."""
    said = [text for _, text in score.sounds() if text]
    for place, text in enumerate(said, 1):
        yield text if text.endswith(ENDS) else f"{text}{'.' if place == len(said) else ','}"


def mark(score: Score) -> str:
    """What no ear hears and no eye sees, and is another for whatever sounds another way."""
    if not score.cues:
        return ""
    heard = repr([(cue.at, cue.lasts, text) for cue, text in score.sounds()]).encode()
    bits = int.from_bytes(hashlib.blake2b(heard, digest_size=MARK_BITS // 8).digest())
    return "".join(MARKS[bits >> place & 1] for place in range(MARK_BITS))
