"""Talking with the coach through Home Assistant: transcripts, over TCP, with the wyoming library's own client."""

import asyncio

import pytest
from wyoming.asr import Transcript
from wyoming.info import Describe, Info

from skill.coach.dialogue.state import Progress
from skill.home.conversations import AT_ONCE, PATIENCE_MS
from tests.fakes import BrokenStore, MemoryStore
from tests.home.satellite import House, at_home, spoken

SECOND = 1000
ROUTINE = ("start my back routine", "yes", "yes")
"""At the end of which a set is counted."""


async def counting(house: House, conversation: str = "c", **context: str) -> str:
    """To the first set of the first exercise; its words."""
    for text in ROUTINE:
        answer = await house.say(text, conversation, **context)
        house.clock.ms += 60 * SECOND
    house.clock.ms -= 60 * SECOND
    return str(answer.data["text"])


def test_it_says_what_it_is():
    async def scenario(house):
        told = Info.from_event(await house.ask(Describe()))
        (handle,), (tts,) = told.handle, told.tts
        assert handle.installed
        assert handle.models[0].installed
        assert {"en", "en-US", "en-GB"} <= set(handle.models[0].languages)
        assert tts.installed
        assert tts.voices[0].installed
        assert tts.supports_synthesize_streaming
        assert set(tts.voices[0].languages) == set(handle.models[0].languages)

    at_home(scenario)


def test_a_conversation_from_hello_to_goodbye():
    async def scenario(house):
        said = []
        for text in (*ROUTINE, "how many left", "it hurts", "stop"):
            answer = await house.say(text)
            assert answer.type == "handled"
            said.append((spoken(answer)[:45], answer.data["context"]["asks"]))
            house.clock.ms += 30 * SECOND
        assert said == [
            ("Hello. Before we start: I guide gentle back m", True),
            ("Your back routine. It has four exercises. It ", True),
            ("Set one. Eight lifts. Tilt, and lift… and hol", True),
            ("You're on lift two of eight, set one of three", True),
            ("Stop there. Ease out slowly and rest. You can", True),
            ("All right. I've kept your place. See you next", False),
        ]

    at_home(scenario)


def test_whoever_names_no_conversation_has_one_all_the_same():
    """Home Assistant with a wyoming before 1.7, which leaves out every context."""

    async def scenario(house):
        for text, heard in (
            ("start my back routine", "Hello."),
            ("yes", "Your back routine."),
            ("yes", "Set one."),
        ):
            answer = await house.ask(Transcript(text))
            assert spoken(answer).startswith(heard)
            assert answer.data["context"] == {"asks": True}

    at_home(scenario)


def test_a_voice_that_is_not_ours_can_read_what_is_counted():
    async def scenario(house):
        words = await counting(house)
        assert "Tilt, and lift… and hold, one, two, three, four, Lower slowly, two, Breathe out" in words
        assert "·" not in words

    at_home(scenario)


@pytest.mark.parametrize("after_s", [30, 75, 100])
def test_cut_at_any_moment_it_goes_on_at_the_rep(after_s):
    """The wake word in the middle of a set: the next words come in the same conversation, and nobody said that they would."""

    async def scenario(house):
        await counting(house)
        house.clock.ms += after_s * SECOND
        where = spoken(await house.say("how many left"))
        again = spoken(await house.say("yes"))
        rep = where.split("lift ")[1].split(" ")[0]
        assert again.startswith(f"From lift {rep}. "), (where, again)

    at_home(scenario)


def test_another_conversation_at_the_same_speaker_goes_on_where_the_one_before_was_left():
    async def scenario(house):
        await counting(house, "one", satellite_id="assist_satellite.bedroom")
        house.clock.ms += 40 * SECOND
        answer = await house.say("my back routine", "two", satellite_id="assist_satellite.bedroom")
        assert "You were on lift three, set one of the pelvic tilt." in spoken(answer)

    at_home(scenario)


def test_whoever_says_nothing_more_has_left_and_is_found_again():
    async def scenario(house):
        await counting(house)
        house.clock.ms += 133 * SECOND + PATIENCE_MS + 20 * SECOND
        house.conversations.tend()
        answer = await house.say("start my back routine", "another")
        assert "You were on set two of the pelvic tilt." in spoken(answer)  # the first was heard out

    at_home(scenario)


def test_an_id_that_comes_again_after_its_time_is_a_conversation_begun_anew():
    async def scenario(house):
        assert (await house.say("start my back routine")).data["context"]["asks"]
        house.clock.ms += PATIENCE_MS + 60 * SECOND
        answer = await house.say("flurb the wibble")  # nothing is open that this could be about
        assert answer.type == "not-handled"

    at_home(scenario)


def test_what_is_not_for_the_coach_is_not_handled_and_in_a_conversation_it_asks_again():
    async def scenario(house):
        stray = await house.say("flurb the wibble", "stray")
        assert stray.type == "not-handled"
        assert stray.data["text"]
        await house.say("start my back routine")
        asked = await house.say("flurb the wibble")
        assert asked.type == "handled"
        assert asked.data["context"]["asks"]

    at_home(scenario)


def test_a_first_yes_begins_as_whoever_is_asked_by_a_reminder_expects():
    async def scenario(house):
        await house.say("yes", "asked by a reminder")
        assert spoken(await house.say("yes", "asked by a reminder")).startswith("Your back routine.")

    at_home(scenario)


def test_a_household_is_one_person_unless_it_is_told_otherwise():
    store = MemoryStore()

    async def scenario(house):
        await house.say("start my back routine", "kitchen")
        await house.say("yes", "kitchen")
        await house.say("start my back routine", "study", person="anna")
        await house.say("yes", "study", person="anna")

    at_home(scenario, store=store)
    assert set(store.kept) == {"the household", "anna"}


def test_fifty_at_once_each_hear_what_they_would_hear_alone():
    async def one(house, number):
        texts = (*ROUTINE, "how many left", "slower", "yes")
        return [spoken(await house.say(text, f"c{number}", person=f"p{number}")) for text in texts]

    async def scenario(house):
        alone = await one(house, "alone")
        together = await asyncio.gather(*(one(house, number) for number in range(50)))
        assert all(said == alone for said in together)
        texts = [await house.say("repeat", f"c{number}", person=f"p{number}") for number in (3, 30)]
        sounds = await asyncio.gather(*(house.hears(text.data["text"]) for text in texts))
        assert len(sounds[0]) == len(sounds[1]) > 0

    at_home(scenario)


def test_a_thousand_conversations_are_kept_and_whoever_was_silent_longest_gives_way():
    async def scenario(house):
        for number in range(AT_ONCE + 20):
            await house.say("help", f"c{number}", person=f"p{number % 7}")
        assert len(house.conversations._open) == AT_ONCE
        assert "c19" not in house.conversations._open
        assert "c20" in house.conversations._open

    at_home(scenario)


def test_where_the_store_fails_the_coach_goes_on():
    async def scenario(house):
        for text in ROUTINE:
            answer = await house.say(text)
            assert answer.type == "handled"
        assert spoken(answer).startswith("Set one.")

    at_home(scenario, store=BrokenStore("load", "save"))


def test_a_fault_of_ours_is_a_sentence_and_the_next_is_answered(monkeypatch, capsys):
    async def scenario(house):
        with monkeypatch.context() as broken:
            broken.setattr(house.conversations, "_hear", lambda *_: 1 / 0)
            answer = await house.say("yes")
            assert answer.type == "not-handled"
            assert answer.data["text"] == house.door.sorry
        assert (await house.say("start my back routine")).type == "handled"

    at_home(scenario)
    assert "ZeroDivisionError" in capsys.readouterr().out


def test_forget_me_forgets():
    store = MemoryStore()

    async def scenario(house):
        await counting(house)
        assert isinstance(store.kept["the household"], Progress)
        await house.say("forget me")
        await house.say("yes")
        assert store.kept == {}

    at_home(scenario, store=store)
