"""Words in, sound out: a whole voice assistant of Home Assistant's, but for its ears, by either integration."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from homeassistant.core import HomeAssistant

from tests.ha.conftest import Backbeat
from tests.ha.home import MARKS, Speaker, add, furnish, measured

pytestmark = pytest.mark.usefixtures("socket_enabled", "enable_custom_integrations")

ROUTINE = ("start my back routine", "yes", "yes")
"""At the end of which a set is counted."""

EVEN_MS = 10
"""Nobody hears less between two numbers."""


Assistant = Callable[..., Awaitable[Speaker]]


@pytest.fixture
async def assistant(hass: HomeAssistant, hass_ws_client: Any, hass_client: Any) -> Assistant:
    """Makes one of an agent and a voice."""
    await furnish(hass)
    return partial(Speaker.made, hass_ws_client, hass_client, hass)


@pytest.mark.parametrize("integration", ["wyoming", "backbeat"])
async def test_a_set_is_counted_on_its_beat_and_the_same_words_slower_when_asked(
    hass: HomeAssistant, assistant: Assistant, backbeat: Backbeat, tmp_path: Path, integration: str
):
    speaker = await assistant(**await add(hass, integration, backbeat))
    sets = []
    for sentences in (ROUTINE, ("slower", "repeat")):
        for text in sentences:
            heard = await speaker.say(text)
            assert heard.listens == (integration == "backbeat")
        sets.append(heard)
    usual, slower = sets
    found = [
        measured(usual.sound, tmp_path, *ROUTINE),
        measured(slower.sound, tmp_path, *ROUTINE, "slower", "repeat"),
    ]
    assert [one["words"] for one in found] == [usual.words, slower.words]
    assert usual.words != slower.words
    assert usual.words.translate(MARKS) == slower.words.translate(
        MARKS
    )  # Home Assistant keeps sound by its words
    for one in found:
        assert (
            len(one["off_ms"]) == 8 * 4 + 6
        )  # four counts a lift, and the lifts from the second on, but for the last
        assert max(map(abs, one["off_ms"])) < EVEN_MS
        assert abs(one["later_ms"]) < EVEN_MS
    assert found[1]["lasts_ms"] > found[0]["lasts_ms"] + 5_000
