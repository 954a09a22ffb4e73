"""The agent: it hands on what was said, and keeps the microphone open exactly while the coach asks."""

import logging

from homeassistant.components.conversation import (
    AssistantContent,
    ChatLog,
    ConversationEntity,
    ConversationInput,
    ConversationResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.intent import IntentResponse, IntentResponseErrorCode
from homeassistant.helpers.translation import async_get_translations

from . import BackbeatConfigEntry
from .client import NAME, NotBackbeat, NotReached, Said
from .const import DOMAIN

_LOGGER = logging.getLogger(__name__)


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001  # Home Assistant calls it so
    entry: BackbeatConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the agent."""
    async_add_entities([CoachAgent(entry)])


class CoachAgent(ConversationEntity):
    """The coach, to talk with."""

    _attr_has_entity_name = True
    _attr_name = None

    def __init__(self, entry: BackbeatConfigEntry) -> None:
        self._coach = entry.runtime_data
        self._attr_unique_id = entry.entry_id
        self._attr_device_info = self._coach.device

    @property
    def supported_languages(self) -> list[str]:
        """Those that the server has."""
        programs = (program for program in self._coach.info.handle if program.name == NAME)
        return list(
            dict.fromkeys(one for program in programs for model in program.models for one in model.languages)
        )

    async def _async_handle_message(
        self, user_input: ConversationInput, chat_log: ChatLog
    ) -> ConversationResult:
        """The coach's answer; if it cannot be reached, a sentence that says so."""
        response = IntentResponse(language=user_input.language)
        try:
            said = await self._ask(user_input, chat_log.conversation_id)
        except (NotReached, NotBackbeat) as error:
            _LOGGER.warning("The coach cannot be reached: %s", error)
            said = Said(await self._lost(user_input.language), asks=False)
            response.async_set_error(IntentResponseErrorCode.FAILED_TO_HANDLE, said.text)
        else:
            response.async_set_speech(said.text)
        chat_log.async_add_assistant_content_without_tools(
            AssistantContent(agent_id=user_input.agent_id, content=said.text)
        )
        return ConversationResult(response, chat_log.conversation_id, continue_conversation=said.asks)

    async def _ask(self, user_input: ConversationInput, conversation_id: str) -> Said:
        context = {
            "conversation_id": conversation_id,
            "device_id": user_input.device_id,
            "satellite_id": getattr(user_input, "satellite_id", None),  # not in 2025.4
            "person": self._coach.person,
        }
        told = {key: value for key, value in context.items() if value}
        return await self._coach.server.say(user_input.text, user_input.language, told)

    async def _lost(self, language: str) -> str:
        """What is said where the coach cannot be reached: whoever lies on the floor is to stop, and is told to."""
        words = await async_get_translations(self.hass, language.partition("-")[0], "exceptions", {DOMAIN})
        return words[f"component.{DOMAIN}.exceptions.lost.message"]
