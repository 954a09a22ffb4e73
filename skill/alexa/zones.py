"""Where people are, for their day to be theirs: what their speaker is set to; else where most speak as they do."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

REGIONS: Mapping[str, str] = {
    "US": "America/New_York",
    "CA": "America/Toronto",
    "GB": "Europe/London",
    "IE": "Europe/Dublin",
    "AU": "Australia/Sydney",
    "NZ": "Pacific/Auckland",
    "IN": "Asia/Kolkata",
    "DE": "Europe/Berlin",
    "AT": "Europe/Vienna",
    "CH": "Europe/Zurich",
}
"""The zone in which most people of a region live."""


def zone_of(told: str | None, locale: str) -> ZoneInfo:
    """The zone that their speaker told; else that of the region of a locale, "en-AU"; else universal time."""
    return ZoneInfo(told or REGIONS.get(locale.rpartition("-")[2].upper(), "UTC"))
