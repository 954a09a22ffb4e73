"""Adding the coach: where it listens, and whose place it keeps. One form, whether it was found, is typed, or is changed."""

from typing import Any

import voluptuous as vol
from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from .client import NAME, NotBackbeat, NotReached, Server
from .const import CONF_PERSON, DEFAULT_PORT, DOMAIN

FORM = vol.Schema(
    {
        vol.Required(CONF_HOST): str,
        vol.Required(CONF_PORT, default=DEFAULT_PORT): vol.All(vol.Coerce(int), vol.Range(1, 65535)),
        vol.Optional(CONF_PERSON, default=""): vol.All(str, vol.Strip),
    }
)


class BackbeatFlow(ConfigFlow, domain=DOMAIN):
    """The way in."""

    VERSION = 1

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Somebody adds it by hand, or agrees to what was found."""
        return await self._form("user", user_input, {})

    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """It was found: the same form, filled in. Home Assistant's own Wyoming integration finds it just as well; either will do."""
        where = {CONF_HOST: discovery_info.host, CONF_PORT: discovery_info.port}
        self._async_abort_entries_match(where)
        await self.async_set_unique_id(discovery_info.name.partition(".")[0])
        self._abort_if_unique_id_configured(updates=where)
        self.context["title_placeholders"] = {"name": discovery_info.name.partition(".")[0]}
        return await self._form("user", None, where)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """It has moved, or keeps another person's place."""
        return await self._form("reconfigure", user_input, dict(self._get_reconfigure_entry().data))

    async def _form(self, step: str, given: dict[str, Any] | None, known: Any) -> ConfigFlowResult:
        errors = {}
        if given is not None:
            if given != known:
                self._async_abort_entries_match(given)
            try:
                await Server(given[CONF_HOST], given[CONF_PORT]).info()
            except NotReached:
                errors["base"] = "cannot_connect"
            except NotBackbeat:
                errors["base"] = "not_backbeat"
            else:
                person = given[CONF_PERSON]
                title = f"{NAME} ({person})" if person else NAME
                if self.source == SOURCE_RECONFIGURE:
                    return self.async_update_reload_and_abort(
                        self._get_reconfigure_entry(), title=title, data=given
                    )
                return self.async_create_entry(title=title, data=given)
        form = self.add_suggested_values_to_schema(FORM, given or known)
        return self.async_show_form(step_id=step, data_schema=form, errors=errors)
