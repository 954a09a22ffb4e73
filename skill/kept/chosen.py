"""The store that an installation chose."""

from pathlib import Path

from skill.kept.dynamo import DynamoStore
from skill.kept.store import SqliteStore, Store
from skill.settings import Settings


def open_store(settings: Settings) -> Store:
    """The store of ``BACKBEAT_STORE``. Nothing is touched before it is used.

    Raises:
        SettingsError: it names no store, or one that needs what is not installed.
    """
    place = settings.kept_in()
    return SqliteStore(place) if isinstance(place, Path) else DynamoStore(place.name, place.keep_days)
