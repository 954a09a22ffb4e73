"""The store that an installation chose; and what is to be done about it, whatever it is."""

from pathlib import Path

import structlog

from skill.errors import StoreError
from skill.kept.answers import Answers, FileAnswers
from skill.kept.dynamo import DynamoAnswers, DynamoStore
from skill.kept.sqlite import SqliteStore
from skill.kept.store import Store
from skill.kept.wished import Wished
from skill.settings import Settings

log = structlog.get_logger()


def open_store(settings: Settings) -> Store:
    """The store of ``BACKBEAT_STORE``. Nothing is touched before it is used.

    Raises:
        SettingsError: it names no store, or one that needs what is not installed.
    """
    return opened(settings)[0]


def opened(settings: Settings) -> tuple[Store, Answers]:
    """That store, and what was answered, for all processes of it. Raises SettingsError, likewise."""
    place = settings.kept_in()
    if isinstance(place, Path):
        return Wished(SqliteStore(place), settings.data_dir), FileAnswers(place)
    table = DynamoStore(place.name, place.keep_days)
    store = table if settings.function else Wished(table, settings.data_dir)  # a wish needs a disk that lasts
    return store, DynamoAnswers(table)


def tend(store: Store) -> None:
    """What is to be done about what is kept, whether anybody comes or not; if it cannot be now, then later."""
    try:
        store.tend()
    except StoreError as error:
        log.warning("not tended now", why=str(error))
