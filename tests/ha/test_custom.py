"""Our own integration in real Home Assistant."""

import pytest
from homeassistant.core import HomeAssistant

from tests.ha.conftest import Backbeat
from tests.ha.home import add, furnish, say, words

pytestmark = pytest.mark.usefixtures("socket_enabled", "enable_custom_integrations")


async def test_the_microphone_stays_open_exactly_while_the_coach_asks(
    hass: HomeAssistant, backbeat: Backbeat
):
    await furnish(hass)
    coach = await add(hass, "backbeat", backbeat)
    answer = await say(hass, coach["conversation"], "start my back routine")
    conversation = answer["conversation_id"]
    assert "I'm not a doctor" in words(answer)
    assert answer["continue_conversation"]
    for text, heard in (
        ("yes", "pelvic tilt"),
        ("yes", "Set one. Eight lifts."),
        ("how many left", "You're on lift"),
    ):
        answer = await say(hass, coach["conversation"], text, conversation)
        assert heard in words(answer)
        assert answer["continue_conversation"]
    answer = await say(hass, coach["conversation"], "stop", conversation)
    assert "See you next time." in words(answer)
    assert not answer["continue_conversation"]
