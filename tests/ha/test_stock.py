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
    conversation = None
    for text, heard in (
        ("start my back routine", "I'm not a doctor"),
        ("yes", "pelvic tilt"),
        ("yes", "Set one. Eight lifts."),
        ("how many left", "You're on lift"),
        ("it hurts", "Stop there."),
        ("stop", "kept your place"),
    ):
        answer = await say(hass, coach["conversation"], text, conversation)
        conversation = answer["conversation_id"]
        assert heard in words(answer)
        assert not answer["continue_conversation"]  # which is why there is one of ours


async def test_it_is_found_on_the_network(hass: HomeAssistant, backbeat: Backbeat):
    await furnish(hass)
    found = ZeroconfServiceInfo(
        ip_address=ip_address("127.0.0.1"),
        ip_addresses=[ip_address("127.0.0.1")],
        port=backbeat.port,
        hostname="cellar.local.",
        type="_wyoming._tcp.local.",
        name="Backbeat cellar._wyoming._tcp.local.",
        properties={},
    )
    flow = await hass.config_entries.flow.async_init(
        "wyoming", context={"source": SOURCE_ZEROCONF}, data=found
    )
    assert flow["type"] is FlowResultType.FORM
    assert flow["description_placeholders"] == {"name": "Backbeat"}
    done = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["data"] == backbeat.where
