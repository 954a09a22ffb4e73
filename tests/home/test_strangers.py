"""Whoever sends what is no event, sends without an end, comes from elsewhere or stays for ever: nobody else notices."""

import asyncio
import json
import random
from types import SimpleNamespace

import pytest
from structlog.testing import capture_logs
from wyoming.asr import Transcript

from skill.home.visit import AT_ONCE, EVENT_BYTES, _why_not
from tests.home.satellite import at_home, spoken

SEED = 14

NO_EVENTS = [
    b"\n", b"{}\n", b"[]\n", b"null\n", b"7\n", b'"describe"\n', b"{\n", b"\xff\xfe\n", b'{"type": 7}\n', b'{"type": null}\n',
    b'{"type":"transcript"}\n', b'{"type":"transcript","data":null}\n', b'{"type":"transcript","data":[]}\n',
    b'{"type":"transcript","data":{"text":null}}\n', b'{"type":"transcript","data":{"text":7,"context":7}}\n',
    b'{"type":"transcript","data":{"text":"yes","context":{"conversation_id":[1],"person":{}}}}\n',
    b'{"type":"synthesize","data":{"text":null}}\n', b'{"type":"synthesize","data":{"text":"one","voice":7}}\n',
    b'{"type":"synthesize-chunk","data":{"text":"of nothing"}}\n', b'{"type":"synthesize-stop"}\n',
    b'{"type":"describe","data_length":99999999999}\n', b'{"type":"describe","payload_length":99999999999}\n',
    b'{"type":"describe","data_length":-1}\n', b'{"type":"describe","data_length":"7"}\n', b'{"type":"describe","data_length":7.5}\n',
    b'{"type":"describe","data_length":2}\n[]', b'{"type":"describe","data_length":9}\n{"a":', b"[" * 60_000 + b"\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01", b"",
]  # fmt: skip


def damaged(event: bytes, die: random.Random) -> bytes:
    """An event with some of its bytes changed, left out or doubled."""
    found = bytearray(event)
    for _ in range(die.randint(1, 6)):
        at = die.randrange(len(found))
        match die.randrange(3):
            case 0:
                found[at] = die.randrange(256)
            case 1:
                del found[at:][: die.randint(1, 9)]
            case _:
                found[at:at] = found[at : at + die.randint(1, 9)]
    return bytes(found)


async def send(house, what: bytes) -> bytes:
    """What comes back for it, when whoever sends it has no more to say."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    try:
        writer.write(what)
        writer.write_eof()
        return await reader.read()
    except OSError:
        return b""
    finally:
        writer.close()


def test_a_thousand_damaged_events_and_the_coach_is_as_it_was():
    die = random.Random(SEED)
    whole = [
        json.dumps({"type": "transcript", "data": {"text": "yes", "context": {"conversation_id": "d"}}}),
        json.dumps({"type": "synthesize", "data": {"text": "Shall we begin?"}}),
        json.dumps({"type": "describe"}),
    ]
    sent = [*NO_EVENTS, *(damaged(f"{die.choice(whole)}\n".encode(), die) for _ in range(1000))]

    async def scenario(house):
        await house.say("start my back routine")
        for start in range(0, len(sent), 50):
            await asyncio.gather(*(send(house, one) for one in sent[start : start + 50]))
        assert spoken(await house.say("yes")).startswith("Your back routine.")

    with capture_logs() as logs:
        house = at_home(scenario)
    assert house.door.room._value == AT_ONCE  # everybody has gone
    assert [one for one in logs if one["event"] == "fault"] == []
    assert {one["event"] for one in logs} <= {"turn", "not an event of Wyoming's", "not said"}


def test_nobody_is_given_more_memory_than_an_event_needs():
    async def scenario(house):
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(json.dumps({"type": "transcript", "data_length": 10**9}).encode() + b"\n")
        assert await reader.read() == b""  # it hangs up before any of it has come
        writer.close()
        assert await send(house, b'{"type":"describe","x":"' + b"x" * 2 * EVENT_BYTES + b'"}\n') == b""

    at_home(scenario)


def test_a_text_in_pieces_without_an_end_is_not_collected():
    async def scenario(house):
        piece = json.dumps({"type": "synthesize-chunk", "data": {"text": "x" * 1000}}).encode() + b"\n"
        assert await send(house, b'{"type":"synthesize-start"}\n' + piece * 20) == b""

    at_home(scenario)


def test_a_sentence_without_an_end_is_heard_as_far_as_anybody_says_one():
    async def scenario(house):
        answer = await house.ask(Transcript("yes " * 5000, context={"conversation_id": "c" * 10_000}))
        assert answer.type in {"handled", "not-handled"}
        assert len(answer.data["context"]["conversation_id"]) == 200

    at_home(scenario)


def test_nothing_that_was_said_is_in_the_log():
    async def scenario(house):
        await house.say("my leg is numb and my name is Griselda")
        await send(house, b'{"type":"transcript","data":{"text":"Griselda"')

    with capture_logs() as logs:
        at_home(scenario)
    assert "griselda" not in json.dumps(logs).lower()


@pytest.mark.parametrize(
    ("peer", "let_in"),
    [
        (("127.0.0.1", 5), True),
        (("::1", 5, 0, 0), True),
        (("192.168.1.20", 5), True),
        (("10.0.0.7", 5), True),
        (("fe80::1%eth0", 5, 0, 2), True),
        (("fd12::7", 5, 0, 0), True),
        (("::ffff:192.168.1.20", 5, 0, 0), True),
        (("100.101.102.103", 5), True),  # a private network between machines, such as Tailscale's (RFC 6598)
        (("8.8.8.8", 5), False),
        (("2001:4860::8888", 5, 0, 0), False),
        (("::ffff:8.8.8.8", 5, 0, 0), False),
        (None, False),
        ("", False),
    ],
)
def test_only_this_machine_and_a_home_network_are_answered(peer, let_in):
    writer = SimpleNamespace(get_extra_info=lambda _: peer)
    assert (not _why_not(writer, asyncio.Semaphore(1))) == let_in


def test_there_is_room_for_so_many_and_the_next_is_sent_away_until_one_goes():
    async def scenario(house):
        house.door.room._value = 1
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(b'{"type":"describe"}\n')
        await reader.readline()
        assert await send(house, b'{"type":"describe"}\n') == b""
        writer.close()
        while not await send(house, b'{"type":"describe"}\n'):
            pass  # until the server has seen that they went

    at_home(scenario)
