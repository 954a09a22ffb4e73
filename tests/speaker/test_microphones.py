"""Sound in, and what to do about what was said: with a recogniser that hears what a test says."""

import pytest

from skill.coach.dialogue import events as e
from skill.ears import RATE, Guess, Recogniser
from skill.ears.judge import Judge
from skill.speaker.microphones import MICROPHONES, Microphones, Utterance

EVENTS = {
    "stop": e.Stopped(),
    "yes": e.Yes(),
    "i cant feel my legs": e.Emergency(),
    "what is this": e.Listed(),
}


class Hears:
    """A recogniser, and what makes it."""

    def __init__(self, text: str, certainty: float) -> None:
        self.guess = Guess(text, certainty)

    def recogniser(self) -> Recogniser:
        return self

    def recognise(self, pcm: bytes) -> Guess:  # noqa: ARG002  # the protocol's name
        return self.guess


@pytest.fixture
def speech() -> bytes:
    """A second and a half that anybody would take for a voice, and as much silence."""
    import numpy as np  # noqa: PLC0415

    from audio.voices import Pace  # noqa: PLC0415
    from audio.voices.espeak import Espeak  # noqa: PLC0415  # a program of its own

    with Espeak("en-US") as voice:
        said = voice.say("start my back routine please", Pace.TELL)
    sound = np.frombuffer(said.data, "<i2")
    slow = np.interp(np.arange(0, len(sound), said.rate / RATE), np.arange(len(sound)), sound).astype("<i2")
    return bytes(RATE) + slow.tobytes() + bytes(3 * RATE)


def said(
    text: str, certainty: float, sound: bytes, *, playing: bool = False, own: tuple[str, ...] = ()
) -> list[Utterance]:
    """What comes of it."""
    microphones = Microphones(Hears(text, certainty), Judge(lambda text, _: EVENTS.get(text, e.Unheard())))
    found: list[Utterance] = []
    for at in range(0, len(sound), 3200):
        _, utterances = microphones.feed("one", sound[at : at + 3200], None, own, playing=playing)
        found += utterances
    return found


def test_what_is_sure_comes_as_words(speech):
    assert said("yes", 0.9, speech) == [Utterance("yes")]


def test_a_doubtful_yes_is_nothing_that_was_understood(speech):
    assert said("yes", 0.15, speech) == [Utterance(intent="AMAZON.FallbackIntent")]


def test_a_doubtful_emergency_is_taken_for_pain(speech):
    assert said("i cant feel my legs", 0.07, speech) == [Utterance(intent="HurtsIntent")]


def test_to_stop_takes_little(speech):
    assert said("stop", 0.06, speech, playing=True) == [Utterance("stop")]


def test_the_coachs_own_words_are_nothing(speech):
    assert said("what is this", 0.9, speech, playing=True, own=("What is this.",)) == [Utterance()]


def test_silence_is_nothing():
    assert said("yes", 0.9, bytes(4 * RATE)) == []


def test_only_a_few_microphones_are_kept(speech):
    microphones = Microphones(Hears("yes", 0.9), Judge(lambda text, _: EVENTS.get(text, e.Unheard())))
    for name in range(3 * MICROPHONES):
        microphones.feed(str(name), speech[:3200], None, (), playing=False)
    assert len(microphones._open) == MICROPHONES
