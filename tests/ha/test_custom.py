"""Our own integration in real Home Assistant."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_address

import pytest
from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, SOURCE_ZEROCONF
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from wyoming.event import Event, async_write_event
from wyoming.info import Info

from tests.ha.conftest import Backbeat
from tests.ha.home import add, furnish, say, words

pytestmark = pytest.mark.usefixtures("socket_enabled", "enable_custom_integrations")


async def test_the_microphone_stays_open_exactly_while_the_coach_asks(
    hass: HomeAssistant, backbeat: Backbeat
):
    await furnish(hass)
    coach = await add(hass, "backbeat", backbeat)
    conversation = None
    for text, heard, asks in (
        ("start my back routine", "I'm not a doctor", True),
        ("yes", "pelvic tilt", True),
        ("yes", "Set one. Eight lifts.", True),
        ("how many left", "You're on lift", True),
        ("it hurts", "Stop there.", True),
        ("stop", "See you next time.", False),
    ):
        answer = await say(hass, coach["conversation"], text, conversation)
        conversation = answer["conversation_id"]
        assert heard in words(answer)
        assert answer["continue_conversation"] == asks


async def test_it_is_spoken_with_in_the_languages_that_the_coach_has(hass: HomeAssistant, backbeat: Backbeat):
    await furnish(hass)
    coach = await add(hass, "backbeat", backbeat)
    for language in ("en", "en-GB"):
        assert "Backbeat" in words(await say(hass, coach["conversation"], "who are you", language=language))
    agent = hass.data["conversation"].get_entity(coach["conversation"])
    assert {"en", "en-GB", "en-US"} <= set(agent.supported_languages)
    assert "fr" not in agent.supported_languages


async def test_each_person_has_a_place_of_their_own(hass: HomeAssistant, backbeat: Backbeat):
    await furnish(hass)
    one = await add(hass, "backbeat", backbeat, person=" Ada ")
    other = await add(hass, "backbeat", backbeat, person="Bo")
    assert one["conversation"] == "conversation.backbeat_ada"
    notice = "I'm not a doctor"
    assert notice in words(await say(hass, one["conversation"], "start my back routine"))
    assert notice in words(await say(hass, other["conversation"], "start my back routine"))
    assert notice not in words(await say(hass, one["conversation"], "start my back routine"))


async def test_a_second_time_it_is_not_added(hass: HomeAssistant, backbeat: Backbeat):
    await furnish(hass)
    await add(hass, "backbeat", backbeat)
    assert (await try_to_add(hass, backbeat))["reason"] == "already_configured"


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "I've lost touch"), ("de", "Die Verbindung ist weg.")]
)
async def test_a_coach_that_is_gone_in_mid_conversation_is_said_to_be(
    hass: HomeAssistant, backbeat: Backbeat, language: str, sentence: str
):
    await furnish(hass)
    coach = await add(hass, "backbeat", backbeat)
    answer = await say(hass, coach["conversation"], "start my back routine")
    backbeat.stop()
    answer = await say(hass, coach["conversation"], "yes", answer["conversation_id"], language)
    assert words(answer).startswith(sentence)
    assert answer["response"]["response_type"] == "error"
    assert not answer["continue_conversation"]


async def test_where_nothing_listens_it_is_not_added_until_something_does(
    hass: HomeAssistant, backbeat: Backbeat
):
    await furnish(hass)
    flow = await try_to_add(hass, replace(backbeat, port=1))
    assert flow["errors"] == {"base": "cannot_connect"}
    done = await hass.config_entries.flow.async_configure(flow["flow_id"], {**backbeat.where, "person": ""})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def another_wyoming(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Has nothing to offer."""
    await reader.readline()
    await async_write_event(Info().event(), writer)
    writer.close()


async def a_web_server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Does not understand."""
    await reader.readline()
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    writer.close()


async def nearly_wyoming(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """What it tells of itself has no shape."""
    await reader.readline()
    await async_write_event(Event("info", {"handle": [{}]}), writer)
    writer.close()


async def no_length(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Nor has this."""
    await reader.readline()
    writer.write(b'{"type": "info", "data_length": "long"}\n')
    writer.close()


async def hangs_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Says nothing."""
    writer.close()


@asynccontextmanager
async def listening(visit) -> AsyncIterator[int]:
    """Its port."""
    server = await asyncio.start_server(visit, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    ("visit", "error"),
    [
        (another_wyoming, "not_backbeat"),
        (nearly_wyoming, "not_backbeat"),
        (no_length, "not_backbeat"),
        (a_web_server, "cannot_connect"),  # to the wyoming library that is a hang-up
        (hangs_up, "cannot_connect"),
    ],
)
async def test_what_is_not_backbeat_is_not_added(hass: HomeAssistant, backbeat: Backbeat, visit, error: str):
    await furnish(hass)
    async with listening(visit) as port:
        assert (await try_to_add(hass, replace(backbeat, port=port)))["errors"] == {"base": error}


async def test_it_is_found_on_the_network_and_found_again_where_it_moved_to(
    hass: HomeAssistant, backbeat: Backbeat
):
    await furnish(hass)
    flow = await found(hass, backbeat.port)
    assert flow["type"] is FlowResultType.FORM
    shown = {str(key): (key.description or {}).get("suggested_value") for key in flow["data_schema"].schema}
    assert {**shown, "person": None} == {**backbeat.where, "person": None}
    done = await hass.config_entries.flow.async_configure(flow["flow_id"], {**backbeat.where, "person": ""})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert (await found(hass, backbeat.port))["reason"] == "already_configured"
    assert (await found(hass, 10_401))["reason"] == "already_configured"
    await hass.async_block_till_done()
    assert done["result"].data["port"] == 10_401


async def test_it_can_be_told_where_it_moved_to(hass: HomeAssistant, backbeat: Backbeat):
    await furnish(hass)
    await add(hass, "backbeat", backbeat)
    [entry] = hass.config_entries.async_entries("backbeat")
    context = {"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    flow = await hass.config_entries.flow.async_init("backbeat", context=context)
    done = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {**backbeat.where, "person": "Ada"}
    )
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert (entry.title, entry.data) == ("Backbeat (Ada)", {**backbeat.where, "person": "Ada"})


async def try_to_add(hass: HomeAssistant, backbeat: Backbeat) -> dict:
    """What Home Assistant shows of it."""
    flow = await hass.config_entries.flow.async_init("backbeat", context={"source": SOURCE_USER})
    return await hass.config_entries.flow.async_configure(flow["flow_id"], {**backbeat.where, "person": ""})


async def found(hass: HomeAssistant, port: int) -> dict:
    """What Home Assistant shows when it hears of one on the network."""
    told = ZeroconfServiceInfo(
        ip_address=ip_address("127.0.0.1"),
        ip_addresses=[ip_address("127.0.0.1")],
        port=port,
        hostname="cellar.local.",
        type="_wyoming._tcp.local.",
        name="Backbeat cellar._wyoming._tcp.local.",
        properties={},
    )
    return await hass.config_entries.flow.async_init(
        "backbeat", context={"source": SOURCE_ZEROCONF}, data=told
    )
