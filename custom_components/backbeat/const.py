"""Names."""

DOMAIN = "backbeat"

CONF_PERSON = "person"
"""Whose place it is; empty for the whole household's."""

DEFAULT_PORT = 10400
"""Where ``backbeat wyoming`` listens unless told otherwise."""
