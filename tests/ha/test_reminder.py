"""The reminder's blueprint, made into an automation by real Home Assistant, up to the coach's first words."""

import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from homeassistant.components.assist_satellite import (
    AssistSatelliteAnnouncement,
    AssistSatelliteConfiguration,
    AssistSatelliteEntity,
    AssistSatelliteEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from tests.ha.conftest import ROOT, Backbeat
from tests.ha.home import Speaker, add, furnish

pytestmark = pytest.mark.usefixtures("socket_enabled", "enable_custom_integrations", "monday")

BLUEPRINTS = ROOT / "blueprints"

MONDAY, SOON = datetime.fromisoformat("2025-04-07T07:59:50-07:00"), timedelta(seconds=11)
"""Just before eight, where Home Assistant's tests are at home; until just after it."""


class Satellite(AssistSatelliteEntity):
    """A speaker that says what it is given at once."""

    _attr_name = "Floor"
    _attr_supported_features = AssistSatelliteEntityFeature.START_CONVERSATION

    def __init__(self) -> None:
        self.said: list[AssistSatelliteAnnouncement] = []

    def async_get_configuration(self) -> AssistSatelliteConfiguration:
        raise NotImplementedError

    async def async_set_configuration(self, config: AssistSatelliteConfiguration) -> None:
        raise NotImplementedError

    def on_pipeline_event(self, event: Any) -> None:
        raise NotImplementedError

    async def async_start_conversation(self, start_announcement: AssistSatelliteAnnouncement) -> None:
        self.said.append(start_announcement)


@pytest.fixture
def monday(freezer: Any) -> Any:
    """The clock."""
    freezer.move_to(MONDAY)
    return freezer


@pytest.fixture
async def speaker(hass: HomeAssistant, hass_ws_client: Any, hass_client: Any, backbeat: Backbeat) -> Speaker:
    """What the home's speakers use, unless told otherwise."""
    await furnish(hass)
    coach = await add(hass, "backbeat", backbeat)
    made = await Speaker.made(hass_ws_client, hass_client, hass, **coach)
    await made.preferred()
    return made


Reminded = Callable[..., Awaitable[Satellite]]


@pytest.fixture
async def reminded(hass: HomeAssistant, speaker: Speaker, monday: Any) -> AsyncIterator[Reminded]:
    """Somebody makes the automation, and chooses so; the speaker, just after eight."""
    shutil.copytree(BLUEPRINTS, hass.config.path("blueprints"))
    hass.config.internal_url = "http://127.0.0.1:8123"

    async def made(**chosen: Any) -> Satellite:
        floor = Satellite()
        await hass.data["assist_satellite"].async_add_entities([floor])
        use = {"path": "backbeat/reminder.yaml", "input": {"satellite": "assist_satellite.floor", **chosen}}
        assert await async_setup_component(hass, "automation", {"automation": [{"use_blueprint": use}]})
        assert hass.states.async_entity_ids("automation"), "Home Assistant does not take it"
        monday.tick(SOON)
        async_fire_time_changed(hass)
        await hass.async_block_till_done()
        speaker.conversation = floor._conversation_id
        return floor

    yield made
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)


async def test_at_eight_it_asks_and_a_yes_begins_the_routine(speaker: Speaker, reminded: Reminded):
    floor = await reminded()
    [question] = floor.said
    assert question.message == "Ready for your back routine?"
    assert (await speaker.web.get(urlsplit(question.media_id).path)).status == 200
    heard = await speaker.say("yes")
    assert "I'm not a doctor" in heard.words  # the notice, which comes before a first routine
    assert heard.listens
    assert "pelvic tilt" in (await speaker.say("yes")).words


async def test_a_no_ends_it(speaker: Speaker, reminded: Reminded):
    await reminded()
    heard = await speaker.say("no")
    assert "See you next time." in heard.words
    assert not heard.listens


@pytest.mark.parametrize(
    ("chosen", "asks"),
    [
        ({"person": ["person.ada", "person.bo"]}, True),
        ({"person": ["person.ada"]}, False),
        ({"days": ["mon"]}, True),
        ({"days": ["tue", "sun"]}, False),
        ({"time": "09:00:00"}, False),
    ],
    ids=str,
)
async def test_it_asks_only_when_it_was_told_to(
    hass: HomeAssistant, reminded: Reminded, chosen: dict[str, Any], *, asks: bool
):
    hass.states.async_set("person.ada", "not_home")
    hass.states.async_set("person.bo", "home")
    assert bool((await reminded(**chosen)).said) == asks


@pytest.mark.parametrize(
    "bank", sorted((ROOT / "skill" / "voice" / "banks").glob("en.*.sqlite3")), ids=lambda one: one.stem
)
def test_its_question_is_spoken_by_the_voices_that_ship(bank: Path):
    """Where no other voice is installed beside, too."""
    [question] = re.findall(
        r"default: (.*\?)$",
        (BLUEPRINTS / "automation" / "backbeat" / "reminder.yaml").read_text("utf-8"),
        re.MULTILINE,
    )
    with sqlite3.connect(f"file:{bank}?mode=ro", uri=True) as open_bank:
        spoken = {text for (text,) in open_bank.execute("select text from phrase")}
    assert set(re.split(r"(?<=[.?]) ", question)) <= spoken
