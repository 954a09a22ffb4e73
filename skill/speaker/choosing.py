"""Whose voice the page has: the one that is in use, and the others that there are."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from skill.coach.exercise import Catalogue
from skill.voice.voices import in_use, named, there_are, use


@dataclass(frozen=True, slots=True)
class Voices:
    """The voices of an installation, as somebody chooses among them."""

    data: Path
    catalogue: Callable[[], Catalogue]
    chosen: Callable[[], None]
    """Told when another is."""

    @property
    def names(self) -> list[str]:
        """Of all there are."""
        return [voice.name for voice in there_are(self.data, self.catalogue().language)]

    @property
    def used(self) -> str:
        """Which is in use; empty if there is none."""
        voice = in_use(self.data, self.catalogue().language)
        return voice.name if voice else ""

    def use(self, name: str) -> None:
        """Use another from now on, in the terminal too. Raises VoiceUnusable: there is none of that name; SettingsError."""
        use(self.data, named(self.data, self.catalogue().language, name).name)
        self.chosen()
