"""Stores that are real, and tiny: one is a dict, the other breaks when it is told to."""

from threading import Lock

from skill.coach.state import Progress
from skill.errors import StoreError
from skill.store import Change


class MemoryStore:
    """Progress in a dict, ``kept``, by person."""

    def __init__(self) -> None:
        self.kept: dict[str, Progress] = {}
        self._lock = Lock()

    def load(self, person: str) -> Progress | None:
        return self.kept.get(person)

    def update(self, person: str, change: Change) -> None:
        with self._lock:
            self.kept[person] = change(self.kept.get(person))


class BrokenStore(MemoryStore):
    """A `MemoryStore` that raises StoreError where ``at`` says: "load", "save", or both. Empty ``at``: it is mended."""

    def __init__(self, *at: str) -> None:
        super().__init__()
        self.at = set(at)

    def load(self, person: str) -> Progress | None:
        self._break("load")
        return super().load(person)

    def update(self, person: str, change: Change) -> None:
        self._break("load")
        if "save" in self.at:
            change(self.kept.get(person))
        self._break("save")
        super().update(person, change)

    def _break(self, where: str) -> None:
        if where in self.at:
            raise StoreError(f"the {where} broke: mend it")
