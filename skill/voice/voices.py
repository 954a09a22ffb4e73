"""The voices there are: those that come with Backbeat, an installation's own, and which of them is used.

A voice that comes with us is a bank in this package, and is never written to. What a user's own content adds to it is kept in
another bank, in the data folder.
"""

from dataclasses import dataclass
from pathlib import Path

from audio.bank import Bank, BankFile
from audio.errors import DamagedBank
from skill.coach.exercise import Language
from skill.content.reader import languages
from skill.errors import SettingsError, VoiceUnusable

STYLES = {"woman": "af_heart", "man": "am_michael"}
"""The names of those that come with us, the first unless another is chosen; and which of Kokoro-82M's voices each is."""

BANKS = Path(__file__).parent / "banks"
"""A file a language and voice: "en.woman.sqlite3"."""

YOURS = "yours"
"""The name of an installation's own."""

FILE = "voice.sqlite3"
"""Its bank of the default language, in the data folder; another's has its language in its name."""

CHOICE = "voice"
"""The file in the data folder that names the one in use."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A voice in a language."""

    name: str
    file: BankFile
    more: BankFile | None = None
    """Where what is not in ``file`` is kept, if that comes with us."""

    def read(self) -> Bank:
        """All that it can say. Raises DamagedBank."""
        bank = self.file.read()
        if self.more is None or not self.more.path.exists():
            return bank
        try:
            more = self.more.read()
        except DamagedBank:  # it is spoken again
            return bank
        return bank.with_all_of(more)

    def begin(self, bank: Bank) -> BankFile:
        """The file for what it did not say yet. Raises sqlite3.Error."""
        if self.more is None:
            return self.file
        self.more.create(bank.voice, bank.silent)
        return self.more


def bank_file(data: Path, language: Language) -> BankFile:
    """Where an installation keeps its own bank of a language."""
    name = Path(FILE) if language == languages()[0] else Path(FILE).with_suffix(f".{language}.sqlite3")
    return BankFile(data / name)


def there_are(data: Path, language: Language) -> tuple[Chosen, ...]:
    """Every voice that speaks a language here."""
    ours = ((name, BANKS / f"{language}.{name}.sqlite3") for name in STYLES)
    found = [
        Chosen(name, BankFile(path), BankFile(data / f"more.{language}.{name}.sqlite3"))
        for name, path in ours
        if path.exists()
    ]
    yours = bank_file(data, language)
    return (*found, *((Chosen(YOURS, yours),) if yours.path.exists() else ()))


def in_use(data: Path, language: Language) -> Chosen | None:
    """The voice that was chosen; else the installation's own if it has one, else the first that comes with us."""
    voices = {voice.name: voice for voice in there_are(data, language)}
    try:
        name = (data / CHOICE).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        name = ""
    return voices.get(name) or voices.get(YOURS) or next(iter(voices.values()), None)


def use(data: Path, name: str) -> None:
    """Choose a voice.

    Raises:
        SettingsError: the choice cannot be written down.
    """
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        (data / CHOICE).write_text(f"{name}\n", "utf-8")
    except OSError as error:
        raise SettingsError(
            f"the choice cannot be kept in {data} ({error.strerror}): make the folder writable"
        ) from error


def named(data: Path, language: Language, name: str) -> Chosen:
    """A voice by its name. Raises VoiceUnusable."""
    voices = {voice.name: voice for voice in there_are(data, language)}
    if name not in voices:
        advice = " Run backbeat voice build for one of your own." if name == YOURS else ""
        raise VoiceUnusable(
            f"there is no voice called {name!r}, only: {', '.join(voices) or 'none'}.{advice}"
        )
    return voices[name]
