"""To be forgotten is a wish that is kept until it is done: through a store that fails, a kill and a restart.

A wish is an empty file in the data folder, named by the person's keyed hash, made before anything is deleted and removed after.
While it is there nothing that the store has of them is shown to anybody: whoever comes back is a stranger.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import structlog

from skill.errors import StoreError
from skill.kept.store import Kept, Store
from skill.kept.upgrades import Saved

log = structlog.get_logger()

PREFIX = "forget-"
"""Of a wish's name; the person follows."""


@dataclass(frozen=True, slots=True)
class Wished:
    """A store that forgets in the end whomever it was asked to. See `Store` for the rest."""

    store: Store
    folder: Path

    def load(self, person: str) -> Kept:
        """See `Store`."""
        if os.path.exists(self._wish(person)):  # noqa: PTH110  # Path's raises where the folder may not be read
            self._granted(person)
        return self.store.load(person)

    def save(self, person: str, saved: Saved, revision: int) -> None:
        """See `Store`."""
        self.store.save(person, saved, revision)

    def forget(self, person: str) -> bool:
        """See `Store`. Raises StoreError only where not even the wish can be kept; whether there was anything may not be known yet."""
        try:
            self._wish(person).touch(0o600)
        except OSError:  # no room even for that: it must be done now
            return self.store.forget(person)
        try:
            return self._granted(person)
        except StoreError as error:
            log.warning("somebody is to be forgotten as soon as it can be", why=str(error))
            return True

    def check(self) -> None:
        """See `Store`."""
        self.store.check()

    def tend(self) -> None:
        """See `Store`: grant what was wished."""
        for wish in tuple(self.folder.glob(f"{PREFIX}*")):
            self._granted(wish.name.removeprefix(PREFIX))
        self.store.tend()

    def close(self) -> None:
        """See `Store`."""
        self.store.close()

    def _wish(self, person: str) -> Path:
        return self.folder / f"{PREFIX}{person}"

    def _granted(self, person: str) -> bool:
        found = self.store.forget(person)
        self._wish(person).unlink(missing_ok=True)
        return found
