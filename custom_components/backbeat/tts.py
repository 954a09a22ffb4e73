"""The voice: the coach's reply on its beat, handed on piece by piece as it comes."""

import struct
from collections.abc import AsyncGenerator

from homeassistant.components.tts import ATTR_VOICE, TextToSpeechEntity, Voice
from homeassistant.components.tts.entity import TTSAudioRequest, TTSAudioResponse
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from wyoming.audio import AudioChunk

from . import BackbeatConfigEntry

UNKNOWN = 0xFFFFFFFF
"""How long a WAV is that has not been heard to its end; FFmpeg, which Home Assistant converts with, takes it so."""


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001  # Home Assistant calls it so
    entry: BackbeatConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the voice."""
    async_add_entities([CoachVoice(entry)])


class CoachVoice(TextToSpeechEntity):
    """The coach's voice."""

    _attr_has_entity_name = True
    _attr_name = "Voice"  # without one Home Assistant does not let it speak

    def __init__(self, entry: BackbeatConfigEntry) -> None:
        self._coach = entry.runtime_data
        self._voices = [voice for program in self._coach.info.tts for voice in program.voices]
        self._attr_unique_id = entry.entry_id
        self._attr_supported_options = [ATTR_VOICE]
        self._attr_device_info = self._coach.device
        self._attr_supported_languages = list(
            dict.fromkeys(one for voice in self._voices for one in voice.languages)
        )
        self._attr_default_language = self._attr_supported_languages[0]

    @callback
    def async_get_supported_voices(self, language: str) -> list[Voice]:
        """The voice that the server was told to use: there is one at a time."""
        return [
            Voice(one.name, one.description or one.name) for one in self._voices if language in one.languages
        ]

    async def async_stream_tts_audio(self, request: TTSAudioRequest) -> TTSAudioResponse:
        """Say it. Raises NotReached or NotBackbeat, while it is read."""
        text = "".join([part async for part in request.message_gen])
        return TTSAudioResponse("wav", _wav(self._coach.server.speak(text)))


async def _wav(chunks: AsyncGenerator[AudioChunk]) -> AsyncGenerator[bytes]:
    """The same as a WAV."""
    begun = False
    async for chunk in chunks:
        if not begun:
            yield _header(chunk)
        begun = True
        yield chunk.audio


def _header(form: AudioChunk) -> bytes:
    """What a WAV of PCM like this begins with (RIFF, Microsoft and IBM 1991: the chunks RIFF, fmt and data)."""
    frame = form.width * form.channels
    described = struct.pack("<HHIIHH", 1, form.channels, form.rate, form.rate * frame, frame, 8 * form.width)
    return struct.pack("<4sI4s4sI16s4sI", b"RIFF", UNKNOWN, b"WAVE", b"fmt ", 16, described, b"data", UNKNOWN)
