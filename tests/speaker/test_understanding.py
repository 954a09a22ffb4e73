"""From words to a request of Alexa's, which our own way in takes for what was meant."""

import json

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import IntentRequest, Request

from interaction_model.aloud import aloud
from interaction_model.build import read
from interaction_model.listen import listener
from interaction_model.spoken import sentences
from skill.alexa.inbound import spoken_event
from skill.coach.dialogue import events as e
from skill.coach.dialogue.questions import Meant
from skill.content.reader import catalogue
from skill.hearing import Ears, Hearing
from skill.speaker.understanding import Understanding

CONTENT = catalogue()
HEARING = Hearing(CONTENT)
UNDERSTANDING = Understanding(CONTENT, "en-US")


@pytest.fixture(scope="module")
def said() -> list[str]:
    """A few hundred sentences, of every kind that is listened for."""
    return sorted(set(aloud(CONTENT, read("en-US"), sentences("en-US"))))[::23]


def meant(request: dict[str, object]) -> e.Event:
    """What the way in makes of a request."""
    if request["type"] == "LaunchRequest":
        return e.Opened()
    found = DefaultSerializer().deserialize(json.dumps({**request, "requestId": "r"}), Request)
    assert isinstance(found, IntentRequest)
    return spoken_event(found, HEARING)


def test_whatever_is_said_arrives_as_what_was_meant(said):
    ears = Ears(listener(CONTENT, "en-US").hear, HEARING)
    assert len(said) > 300
    for text in said:
        understood, event = UNDERSTANDING.of(text), ears.hear(text)
        if isinstance(event, e.Unsure):
            assert understood.doubt == CONTENT.words.line("ask_meant", wish=event.name)
            event = HEARING.event(event.wish, event.slots)
        assert meant(understood.request) == event, text


def test_every_slot_of_an_intent_is_named_as_alexa_names_them(said):
    slots = {
        intent["name"]: {slot["name"] for slot in intent.get("slots", ())}
        for intent in read("en-US")["interactionModel"]["languageModel"]["intents"]
    }
    for text in said:
        intent = UNDERSTANDING.of(text).request.get("intent")
        if intent:
            assert intent["slots"].keys() == slots.get(intent["name"], set())


def test_yes_that_was_meant():
    request = UNDERSTANDING.of("yes", Meant("SlowerIntent", "slower", {})).request
    assert meant(request) == e.Paced(1)


def test_what_nobody_knows_falls_back():
    assert meant(UNDERSTANDING.of("purple monkey dishwasher").request) == e.Unheard()
