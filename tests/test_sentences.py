"""What is said between the sets is known beforehand, for the most part: what a voice is given to say of it."""

import re
from collections import Counter

from audio.estimate import estimate
from skill.coach.timeline.arrange import spoken
from skill.content.conversation import sentences
from skill.content.reader import catalogue
from skill.voice.phrases import everything, wanted
from tests.dialogue import FOLDER

CONTENT = catalogue()
INSIDE = re.compile(r"\[[^]]*\]|\(\d+ s\)|\b(?:\w+ )+(?=  )")
"""What a dialogue has in its lines that is told by the sets: [work], (quiet), and a count of three."""


def said() -> Counter[str]:
    """Every sentence of every dialogue, and how often it is said."""
    found: Counter[str] = Counter()
    for path in sorted(FOLDER.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("< "):
                for part in INSIDE.split(line[2:]):
                    found.update(text for _, text in spoken(part.strip(), estimate).sounds() if text)
    return found


def test_nineteen_in_twenty_of_what_is_said_in_our_dialogues_are_in_a_voice():
    heard, known = said(), everything(CONTENT)
    assert heard.total() > 2000
    lacking = sum(count for text, count in heard.items() if text not in known)
    assert lacking < heard.total() / 20


def test_a_stream_asks_for_none_of_them_that_it_does_not_know():
    """What must be in a bank is found without them: that takes a server seconds less."""
    assert wanted(CONTENT).keys() <= everything(CONTENT).keys()
    assert everything(CONTENT).keys() == wanted(CONTENT).keys() | set(sentences(CONTENT))


def test_they_greet_warn_and_say_goodbye():
    for text in (
        "Hello.",
        "Welcome back.",
        "I'm not a doctor, and I can't see you or call for help.",
        "Goodbye.",
        "Ready for set two?",
    ):
        assert text in sentences(CONTENT)
    assert any("nine one one" in text for text in sentences(CONTENT))
    assert any("nine nine nine" in text for text in sentences(CONTENT))
