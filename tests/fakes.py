"""Stores that are real, and tiny: one is a dict, the other breaks when it is told to. And two things at once."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Barrier, Lock, Thread

from skill.coach.dialogue.state import Progress
from skill.errors import Conflict, StoreError
from skill.kept.layout import SHARDS
from skill.kept.saved import dump, load
from skill.kept.store import Kept, new_revision
from skill.kept.upgrades import Saved


class MemoryStore:
    """Progress in a dict, ``kept``, by person."""

    def __init__(self) -> None:
        self.kept: dict[str, Progress] = {}
        self._revisions: dict[str, int] = {}
        """Made when somebody first asks: a test may put into ``kept`` what it likes."""
        self._lock = Lock()

    def load(self, person: str) -> Kept:
        with self._lock:
            return self._load(person)

    def save(self, person: str, saved: Saved, revision: int) -> None:
        with self._lock:
            if self._load(person).revision != revision:
                raise Conflict
            self.kept[person], self._revisions[person] = load(Progress, saved), new_revision()

    def forget(self, person: str) -> bool:
        with self._lock:
            self._revisions.pop(person, None)
            return self.kept.pop(person, None) is not None

    def check(self) -> None:
        pass

    def tend(self) -> None:
        pass

    def close(self) -> None:
        pass

    def _load(self, person: str) -> Kept:
        if person not in self.kept:
            return Kept()
        progress = self.kept[person]
        return Kept(progress, dump(progress), self._revisions.setdefault(person, new_revision()))


class BrokenStore(MemoryStore):
    """A `MemoryStore` that raises StoreError where ``at`` says: "load", "save", "forget". Empty: it is mended."""

    def __init__(self, *at: str) -> None:
        super().__init__()
        self.at = set(at)

    def load(self, person: str) -> Kept:
        self._break("load")
        return super().load(person)

    def save(self, person: str, saved: Saved, revision: int) -> None:
        self._break("save")
        super().save(person, saved, revision)

    def forget(self, person: str) -> bool:
        self._break("forget")
        return super().forget(person)

    def _break(self, where: str) -> None:
        if where in self.at:
            raise StoreError(f"the {where} broke: mend it")


def records(path: Path) -> list[tuple[str, bytes]]:
    """Every record in a store's file: the person, and what was written; by the person."""
    each = " union all ".join(f"select person, cast(saved as blob) from {table}" for table in SHARDS)
    with closing(sqlite3.connect(path)) as connection:
        return sorted(connection.execute(each).fetchall())


def at_once(*works: Callable[[], object]) -> list[Exception]:
    """Each in a thread of its own, from the same moment; what went wrong in them."""
    start, failed = Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        start.wait()
        try:
            work()
        except Exception as error:  # noqa: BLE001  # whatever it is, the test is to show it
            failed.append(error)

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed
