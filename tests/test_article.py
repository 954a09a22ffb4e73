"""The article's facts, and that each is spoken: ids as in the content facts, words as a first-timer hears them."""

import re

import pytest

from audio.estimate import estimate
from skill.coach.dialogue import events as e
from skill.coach.dialogue.context import World
from skill.coach.dialogue.state import State
from skill.coach.dialogue.step import step
from skill.coach.timeline.edition import Edition
from skill.content.reader import catalogue
from skill.render.transcript import told

FACTS = {
    "G11 stop an exercise that makes it worse, at once": "if an exercise hurts more, stop it at once",
    "G12 take great care": "Take great care",
    "G13 more than a spasm may be behind it; a doctor finds out": "more behind back pain than a spasm, and a doctor can find out",
    "P4 on the back, on carpet or a mat": "Lie on your back, on carpet or a mat",
    "P5 knees bent, apart (a fist; hip width for both, see the content facts, 4.1)": "Bend your knees, feet flat, hip width apart",
    "P6 feet apart, soles down": "feet flat, hip width apart",
    "P7 arms by the sides, palms down, hands beside the buttocks": "Arms by your sides, palms down, hands beside your bottom",
    "P8 slowly tip the pelvis until the low back is flat": "Slowly press your lower back flat into the floor",
    "P9 then lift the hips, keeping the tilt": "Keep that tilt, and lift your hips",
    "P10 squeeze, shoulders to knees in a line": "shoulders, hips and knees make one straight line. Squeeze your bottom",
    "P11 hold for a count of four": "hold for a count of four",
    "P12 lower the hips to the floor": "lower your hips slowly to the floor",
    "P13 three sets of eight": "three sets of eight",
    "K2 on the back, legs straight": "Lie on your back, legs straight",
    "K3 the right knee, held just below, drawn to the chest": "Bend your right knee, and hold just below the knee. Slowly draw that knee closer to your chest",
    "K4 slowly, to a slight pull, no pain": "Stop at a slight pull in your lower back, with no pain",
    "K5 let go, and the leg back to the floor": "Let go, and lower your leg to the floor",
    "K6 the same with the left, as close as they can": "the same on the left, as close as you comfortably can",
    "K7 both together, held, the whole back stretched": "both knees together: hold, so your whole back feels the stretch",
    "K8 right, left, both is a round": "Right, left, both: that's one round",
    "K9 ten rounds": "ten rounds",
    "H3 right foot on a chair about knee height, leg straight": "steady chair, about knee height.* Rest your right foot on the chair, leg straight",
    "H4 bend forward slowly, hips level and facing forward": "Keep your hips level, facing forward. Bend forward slowly",
    "H5 until the back of the thigh stretches": "Stop at a stretch down the back of your thigh",
    "H6 straighten up": "Come up straight",
    "H7 then the left": "change to the left",
    "H8 ten (to twelve) a side": "ten bends on each side",
    "W3 knees higher than in ordinary walking": "Lift each knee higher than in ordinary walking",
    "W4 back straight": "Keep your back straight",
}


@pytest.fixture(scope="module")
def heard() -> str:
    """Everything said outside the counting, when someone opens it for the first time and says yes to everything."""
    world = World(Edition(catalogue(), estimate), 0)
    turn = step(State(), e.Opened(), world)
    said = [told(turn.reply.speech)]
    while turn.reply.asks:
        turn = step(turn.state, e.Yes(), world)
        said.append(told(turn.reply.speech))
    return " ".join(said)


@pytest.mark.parametrize("fact", FACTS)
def test_it_is_spoken(fact: str, heard: str) -> None:
    assert re.search(FACTS[fact], heard)


def test_ten_to_twelve_is_told_to_someone_who_asks() -> None:
    turn = step(State(), e.Described("hamstring_stretch"), World(Edition(catalogue(), estimate), 0))
    assert "Ten to twelve" in told(turn.reply.speech)


def test_nothing_we_say_claims_to_treat_or_cure() -> None:
    content = catalogue()
    words = content.words
    spoken = [*words.lines.values(), *(concern.say for concern in words.concerns.values())]
    for exercise in content.exercises.values():
        spoken += [
            exercise.title,
            exercise.reminder,
            *exercise.about,
            *exercise.usual.steps,
            *exercise.cautions,
        ]
    for sentence in spoken:
        assert not re.search(
            r"\b(cure|treat|heal|relieve|fix|therap|prescri|diagnos)", sentence, re.IGNORECASE
        ), sentence
        assert not re.search(r"how (bad|much) (is|does)|scale of|out of ten", sentence, re.IGNORECASE), (
            sentence
        )
