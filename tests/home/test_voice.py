"""Our voice through Home Assistant: the coach's own reply comes back on its exact beat, whoever asks in the middle of what."""

import asyncio
import json
import socket
from pathlib import Path

import numpy as np
import yaml
from hypothesis import given
from hypothesis import strategies as st
from wyoming.client import AsyncTcpClient
from wyoming.event import async_read_event, async_write_event
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop

from audio.build import spoken as made
from audio.voices.espeak import Espeak
from skill.coach.timeline.score import Cue, Say, Score
from skill.home import visit
from skill.home.replies import MARKS, Replies, bare, mark
from skill.voice.phrases import placements
from tests.home.satellite import STUDIO_BANK, House, at_home, sound
from tests.home.test_talking import SECOND, counting
from tests.voicecheck.beats import EVEN_MS, felt

NUMBERS = ("one", "two", "three", "four")


def score_of(house: House, text: str) -> Score:
    found = house.door.replies.find(text)
    assert found
    return found.score


def test_a_whole_set_is_on_its_beat_to_the_sample():
    """Every number of a hold, in the PCM as it arrives: it is felt as far from the one before as the score has them apart."""

    async def scenario(house):
        text = await counting(house)
        samples = await house.hears(text)
        placed, lasts_ms = placements(score_of(house, text))
        assert abs(len(samples) / 24 - lasts_ms) < 300  # as long as the score, and the last frame
        holds = [(at, phrase) for at, phrase in placed if phrase in NUMBERS]
        assert len(holds) > 32  # four counts of eight holds, and each rep's own number
        lengths = [STUDIO_BANK[phrase].lasts_ms for _, phrase in holds]
        found = felt(samples, holds, lengths)
        late = [there - at for there, (at, _) in zip(found, holds, strict=True)]
        assert max(late) - min(late) < EVEN_MS, sorted(zip(late, holds, strict=True))[:3]

    at_home(scenario)


def test_text_that_comes_in_pieces_is_spoken_as_one():
    async def scenario(house):
        text = await counting(house)
        whole = await house.hears(text)
        async with AsyncTcpClient("127.0.0.1", house.port) as client:
            await client.write_event(SynthesizeStart().event())
            for piece in (text[:40], text[40:-5], text[-5:]):
                await client.write_event(SynthesizeChunk(piece).event())
            await client.write_event(Synthesize(text).event())  # for whoever takes no pieces
            await client.write_event(SynthesizeStop().event())
            assert np.array_equal(await sound(client), whole)
            assert (await client.read_event()).type == "synthesize-stopped"

    at_home(scenario)


def test_the_first_sound_is_sent_before_the_last_is_made(monkeypatch):
    """Nothing is rendered whole: of a set that is not read any further, little more is decoded than was read."""
    decoded = []

    def watched(reel, pieces=visit.pcm):
        for piece in pieces(reel):
            decoded.append(len(piece))
            yield piece

    monkeypatch.setattr(visit, "pcm", watched)

    async def scenario(house):
        text = await counting(house)
        lasts_ms = score_of(house, text).lasts
        with socket.create_connection(("127.0.0.1", house.port)) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader, writer = await asyncio.open_connection(sock=client, limit=4096)
            await async_write_event(Synthesize(text).event(), writer)
            assert (await async_read_event(reader)).type == "audio-start"
            assert (await async_read_event(reader)).type == "audio-chunk"
            for _ in range(1000):
                await asyncio.sleep(0)  # the server has all the time that it could use
            assert 0 < sum(decoded) < lasts_ms * 48 / 4
            writer.close()

    at_home(scenario)


def test_whoever_hangs_up_in_mid_set_is_paused_at_the_rep(monkeypatch):
    async def scenario(house):
        loop, seen, cut = asyncio.get_running_loop(), asyncio.Event(), house.conversations.cut
        monkeypatch.setattr(
            house.conversations, "cut", lambda one: (cut(one), loop.call_soon_threadsafe(seen.set))
        )
        text = await counting(house)
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(json.dumps({"type": "synthesize", "data": {"text": text}}).encode() + b"\n")
        await reader.readline()
        house.clock.ms += 50 * SECOND
        writer.transport.abort()
        await seen.wait()
        house.clock.ms += 3600 * SECOND
        answer = await house.say("start my back routine", "an hour later")
        assert "You were on lift four, set one of the pelvic tilt." in answer.data["text"]

    at_home(scenario)


def test_the_same_words_at_another_pace_are_other_words_to_whoever_keeps_what_was_spoken():
    async def scenario(house):
        usual = await counting(house)
        await house.say("slower")
        slower = str((await house.say("yes")).data["text"])
        assert bare(slower).partition("Tilt")[2][:200] == bare(usual).partition("Tilt")[2][:200]
        assert slower[-32:] != usual[-32:]
        assert len(await house.hears(slower)) > len(await house.hears(usual))

    at_home(scenario)


def test_a_reply_whose_mark_was_lost_is_found_by_its_words():
    async def scenario(house):
        text = await counting(house)
        assert np.array_equal(await house.hears(f"  {bare(text)}\n"), await house.hears(text))

    at_home(scenario)


def speaks(text, pace):
    """espeak, in a program of its own."""
    with Espeak("en-US") as voice:
        return made(text, pace, voice, STUDIO_BANK.silent)


def test_what_the_coach_never_says_is_read_out_where_a_voice_is_installed():
    async def scenario(house):
        assert len(await house.hears("The kettle is on.")) > 24_000

    at_home(scenario, speaks=speaks)


def test_and_where_none_is_it_says_what_to_install():
    async def scenario(house):
        answer = await house.ask(Synthesize("The kettle is on."))
        assert answer.type == "error"
        assert "pip install" in answer.data["text"]
        assert len(await house.hears("Shall we begin?")) > 10_000  # which the bank has

    at_home(scenario)


def test_nothing_is_said_of_nothing():
    async def scenario(house):
        answer = await house.ask(Synthesize("   "))
        assert answer.type in {"audio-start", "error"}

    at_home(scenario)


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["one", "two", "Rest."])), max_size=6))
def test_a_mark_is_neither_seen_nor_heard_nor_stripped(cues):
    score = Score(
        tuple(Cue(1000 * i + 8 * late, 400, Say(text)) for i, (late, text) in enumerate(cues)), 9000
    )
    text = Replies().keep(score, "c")
    assert text == text.strip()
    assert set(text) - set(bare(text)) <= set(MARKS)
    assert mark(score) == mark(Score((*score.cues,), 9000))


def test_a_mark_is_another_for_whatever_sounds_another_way():
    marks = {
        mark(Score((Cue(0, 400, Say("one")), Cue(at, 400, Say("two"))), 9000)) for at in range(800, 2400, 8)
    }
    assert len(marks) == 200


def test_what_is_remembered_has_an_end():
    replies = Replies()
    first = replies.keep(Score((Cue(0, 400, Say("0")),), 400), "c")
    for number in range(1, 2000):
        replies.keep(Score((Cue(0, 400, Say(str(number))),), 400), "c")
    assert replies.find(first) is None
    assert replies.find("1999.") is not None


def test_what_a_reminder_asks_is_said_without_a_synthesiser():
    asks = (Path(__file__).parents[2] / "blueprints/automation/backbeat/reminder.yaml").read_text("utf-8")
    question = yaml.load(asks, Tags)["blueprint"]["input"]["question"]["default"]

    async def scenario(house):
        assert len(await house.hears(question)) > 24_000

    at_home(scenario)


class Tags(yaml.SafeLoader):
    """YAML with Home Assistant's own tags in it."""


Tags.add_constructor("!input", lambda loader, node: loader.construct_scalar(node))
