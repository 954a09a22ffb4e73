"""Backbeat, a voice coach for the back, in Home Assistant: an agent to talk with that keeps the microphone open while it asks, and its voice."""

from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST, CONF_PORT, Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from wyoming.info import Info

from .client import NotBackbeat, NotReached, Server
from .const import CONF_PERSON, DOMAIN

PLATFORMS = (Platform.CONVERSATION, Platform.TTS)


@dataclass(frozen=True, slots=True)
class Coach:
    """What both entities are made of."""

    server: Server
    info: Info
    person: str
    """Whose place it is; empty for the household's."""
    device: DeviceInfo


BackbeatConfigEntry = ConfigEntry[Coach]


async def async_setup_entry(hass: HomeAssistant, entry: BackbeatConfigEntry) -> bool:
    """Set up one person's coach, or the household's."""
    server = Server(entry.data[CONF_HOST], entry.data[CONF_PORT])
    try:
        info = await server.info()
    except (NotReached, NotBackbeat) as error:
        raise ConfigEntryNotReady(str(error)) from error
    device = DeviceInfo(
        entry_type=DeviceEntryType.SERVICE,
        identifiers={(DOMAIN, entry.entry_id)},
        manufacturer="Backbeat",
        name=entry.title,
    )
    entry.runtime_data = Coach(server, info, entry.data.get(CONF_PERSON, ""), device)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: BackbeatConfigEntry) -> bool:
    """Take it away again."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
