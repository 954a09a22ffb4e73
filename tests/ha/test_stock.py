"""Home Assistant's own Wyoming integration, with no code of ours inside."""

from ipaddress import ip_address

import pytest
from homeassistant.config_entries import SOURCE_ZEROCONF
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from tests.ha.conftest import Backbeat
from tests.ha.home import add, furnish, say, words

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_a_whole_conversation_goes_through_it(hass: HomeAssistant, backbeat: Backbeat):
    await furnish(hass)
    coach = await add(hass, "wyoming", backbeat)
    answer = await say(hass, coach["conversation"], "start my back routine")
    assert "I'm not a doctor" in words(answer)
    for text, heard in (
        ("yes", "pelvic tilt"),
        ("yes", "Set one. Eight lifts."),
        ("how many left", "You're on lift"),
        ("yes", "From lift"),
        ("it hurts", "Stop there."),
        ("stop", "kept your place"),
    ):
        answer = await say(hass, coach["conversation"], text, answer["conversation_id"])
        assert heard in words(answer)
        assert not answer["continue_conversation"]  # which is why there is one of ours
