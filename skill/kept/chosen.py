"""The store that an installation chose."""

from pathlib import Path

from skill.kept.answers import Answers, FileAnswers
from skill.kept.dynamo import DynamoAnswers, DynamoStore
from skill.kept.sqlite import SqliteStore
from skill.kept.store import Store
from skill.kept.wished import Wished
from skill.settings import Settings


def open_store(settings: Settings) -> Store:
    """The store of ``BACKBEAT_STORE``. Nothing is touched before it is used.

    Raises:
        SettingsError: it names no store, or one that needs what is not installed.
    """
    place = settings.kept_in()
    store = SqliteStore(place) if isinstance(place, Path) else DynamoStore(place.name, place.keep_days)
    return store if settings.function else Wished(store, settings.data_dir)  # a wish would not outlast it


def open_answers(settings: Settings) -> Answers:
    """What was answered, for all processes of that store. Raises SettingsError, likewise."""
    place = settings.kept_in()
    return FileAnswers(place) if isinstance(place, Path) else DynamoAnswers(DynamoStore(place.name))
