"""A home: what somebody does in Home Assistant's own pages, done by the same calls."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component

from tests.ha.conftest import PYTHON, ROOT, Backbeat

MARKS = dict.fromkeys((0x200B, 0x2060))
"""What a reply's mark is made of, to be left out."""


async def furnish(hass: HomeAssistant) -> None:
    """What every Home Assistant has."""
    hass.config.media_dirs = {}
    for one in (
        "homeassistant",
        "http",
        "tts",
        "conversation",
        "assist_pipeline",
        "assist_satellite",
        "media_source",
    ):
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


@dataclass(frozen=True)
class Heard:
    """What a speaker is given of one sentence."""

    words: str
    """With their mark."""
    sound: bytes
    """The MP3 that it plays."""
    listens: bool
    """Whether its microphone stays open."""


@dataclass
class Speaker:
    """A voice assistant made as in Settings, Voice assistants; and a speaker that uses it, but for ears: it is told in words."""

    line: Any
    """A WebSocket, as the frontend has one."""
    web: Any
    """A browser."""
    pipeline: str
    conversation: str | None = None

    @classmethod
    async def made(cls, hass_ws_client: Any, hass_client: Any, hass: HomeAssistant, **entities: str) -> Self:
        """With this agent and this voice, given by what they are."""
        line = await hass_ws_client(hass)
        await line.send_json_auto_id(
            {
                "type": "assist_pipeline/pipeline/create",
                "name": "Coach",
                "language": "en",
                "conversation_engine": entities["conversation"],
                "conversation_language": "en",
                "stt_engine": None,
                "stt_language": None,
                "tts_engine": entities["tts"],
                "tts_language": "en",
                "tts_voice": "backbeat-woman",
                "wake_word_entity": None,
                "wake_word_id": None,
            }
        )
        answer = await line.receive_json()
        assert answer["success"], answer
        return cls(line, await hass_client(), answer["result"]["id"])

    async def preferred(self) -> None:
        """Have every speaker use it that was told of no other."""
        await self.line.send_json_auto_id(
            {"type": "assist_pipeline/pipeline/set_preferred", "pipeline_id": self.pipeline}
        )
        assert (await self.line.receive_json())["success"]

    async def say(self, text: str) -> Heard:
        """From words to sound."""
        told = {"conversation_id": self.conversation} if self.conversation else {}
        stages = {"start_stage": "intent", "end_stage": "tts", "input": {"text": text}}
        await self.line.send_json_auto_id(
            {"type": "assist_pipeline/run", "pipeline": self.pipeline, **stages, **told}
        )
        assert (await self.line.receive_json())["success"]
        events: dict[str, Any] = {}
        while "run-end" not in events:
            event = (await self.line.receive_json())["event"]
            events[event["type"]] = event["data"]
        assert "error" not in events, events
        answer = events["intent-end"]["intent_output"]
        self.conversation = answer["conversation_id"]
        sound = await self.web.get(events["tts-end"]["tts_output"]["url"])
        assert sound.status == 200
        assert sound.content_type == "audio/mpeg"
        return Heard(words(answer), await sound.read(), answer["continue_conversation"])


def measured(sound: bytes, folder: Path, *sentences: str) -> dict[str, Any]:
    """Where its numbers are felt, as `tests.ha.beats` tells it, which is told the same sentences."""
    (folder / "sound.mp3").write_bytes(sound)
    command = (PYTHON, "-m", "tests.ha.beats", folder / "sound.mp3", *sentences)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
