"""A home: what somebody does in Home Assistant's own pages, done by the same calls."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component

from tests.ha.conftest import Backbeat


async def furnish(hass: HomeAssistant) -> None:
    """What every Home Assistant has."""
    hass.config.media_dirs = {}
    for one in ("homeassistant", "http", "tts", "conversation", "assist_pipeline", "media_source"):
        assert await async_setup_component(hass, one, {})


async def add(hass: HomeAssistant, integration: str, backbeat: Backbeat, **more: str) -> dict[str, str]:
    """Settings, Devices & services, Add integration; the entities that there are then, by what they are."""
    flow = await hass.config_entries.flow.async_init(integration, context={"source": "user"})
    assert flow["type"] is FlowResultType.FORM
    done = await hass.config_entries.flow.async_configure(flow["flow_id"], {**backbeat.where, **more})
    assert done["type"] is FlowResultType.CREATE_ENTRY, done
    await hass.async_block_till_done()
    entities = er.async_entries_for_config_entry(er.async_get(hass), done["result"].entry_id)
    return {entity.domain: entity.entity_id for entity in entities}


async def say(
    hass: HomeAssistant, agent: str, text: str, conversation: str | None = None, language: str = "en"
) -> dict[str, Any]:
    """The action conversation.process, as an automation calls it: what is answered."""
    told = {"conversation_id": conversation} if conversation else {}
    asked = {"agent_id": agent, "text": text, "language": language, **told}
    return await hass.services.async_call(
        "conversation", "process", asked, blocking=True, return_response=True
    )


def words(answer: dict[str, Any]) -> str:
    """What is spoken of an answer, its mark and all."""
    return answer["response"]["speech"]["plain"]["speech"]
