"""A person's own voice: a folder of recordings, one a phrase.

A physiotherapist prints the script, reads it aloud, and saves each line as a file. A file is its phrase's by number or
by words, in any format a recorder writes:

    001 one.wav     001.m4a     1.mp3     one.wav     lower slowly.wav

`Recording.problems` tells everything that is wrong with the folder at once; `Recording.say` tells what is wrong with
one phrase.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from audio import encode
from audio.decode import RATE, Sound, Undecodable, listen
from audio.errors import Unencodable
from audio.voices import Pace, Pcm, VoiceError

SUFFIXES = {
    ".3gp", ".aac", ".aif", ".aifc", ".aiff", ".amr", ".caf", ".flac", ".m4a", ".mka", ".mov", ".mp3", ".mp4", ".oga",
    ".ogg", ".opus", ".w64", ".wav", ".webm", ".wma",
}  # fmt: skip
"""What is looked at in the folder. The script, a read-me and a cover picture may lie beside it."""

CLIPPED = 4
"""So many samples in a row at full scale are a flat top. A sound recording that reaches full scale has one or two."""

LONGEST_COUNT_MS = 760
"""How long a count may last, without the silence around it: it has to be over before the next beat, 800 ms later."""
LONGEST_MS = 30_000
"""How long anything else may."""

_NUMBERED = re.compile(r"\s*([0-9]+)(.*)", re.DOTALL)


def script(phrases: Iterable[str]) -> list[str]:
    """Numbered lines to read aloud, in the order given; a phrase that comes twice is read once."""
    return [f"{number:03} {phrase}" for number, phrase in enumerate(dict.fromkeys(phrases), 1)]


class Recording:
    """A folder of recordings.

    Args:
        folder: where they are.
        phrases: those of the script, in its order: the numbers come from it.
        paces: how fast each is spoken, if not TELL: `problems` measures them by it.
    """

    def __init__(self, folder: Path, phrases: Iterable[str], paces: Mapping[str, Pace] | None = None) -> None:
        self._phrases = list(dict.fromkeys(phrases))
        self._paces = dict(paces or {})
        self._files: dict[str, list[Path]] = {phrase: [] for phrase in self._phrases}
        self._strays: list[str] = []
        self._words = {phrase: plain(phrase) for phrase in self._phrases}
        try:
            found = sorted(path for path in folder.iterdir() if path.is_file())
        except OSError as error:
            raise VoiceError(
                str(folder), f"the folder of recordings cannot be read ({error.strerror})"
            ) from error
        for path in found:
            if path.suffix.lower() in SUFFIXES and not path.name.startswith("."):
                self._sort(path)

    @cached_property
    def name(self) -> str:
        """What it is, with a sum of the recordings: another take is another voice."""
        total = hashlib.sha256()
        for phrase, files in self._files.items():
            for path in files:
                total.update(hashlib.sha256(phrase.encode()).digest())
                with suppress(OSError):  # `say` will tell
                    total.update(hashlib.sha256(path.read_bytes()).digest())
        return f"recording {total.hexdigest()[:16]}"

    def say(self, text: str, pace: Pace) -> Pcm:
        """The recording of ``text``, as it was recorded, with its silences. Raises VoiceError."""
        if text not in self._files:
            raise VoiceError(text, "it is not in the script. Print a new one: backbeat voice script")
        match self._files[text]:
            case []:
                number = self._phrases.index(text) + 1
                raise VoiceError(text, f"there is no recording of it. Record it as {number:03}.wav")
            case [path]:
                return _checked(path, text, pace)
            case several:
                names = " and ".join(path.name for path in several)
                raise VoiceError(text, f"there are {len(several)} recordings of it, {names}. Keep one")

    def problems(self) -> list[str]:
        """Everything that is wrong with the folder: a line for each phrase, and for each file that is no phrase's."""
        wrong = []
        for line, phrase in zip(script(self._phrases), self._phrases, strict=True):
            try:
                self.say(phrase, self._paces.get(phrase, Pace.TELL))
            except VoiceError as error:
                wrong.append(f"{line}: {error.why}")
        return wrong + self._strays

    def _sort(self, path: Path) -> None:
        """Give a file to its phrase, or keep what is wrong with its name."""
        words = plain(path.stem)
        by_words = [phrase for phrase, its in self._words.items() if words and its == words]
        by_number, why = self._numbered(path.stem)
        if by_words and by_number and by_number not in by_words:
            self._strays.append(
                f"{path.name}: by its number it is {by_number!r}, by its words {by_words[0]!r}. "
                "Put the right number in front of the words"
            )
        elif by_words or by_number:
            for phrase in by_words or [by_number]:
                self._files[phrase].append(path)
        else:
            self._strays.append(
                f"{path.name}: {why}. Give it the number of its line in the script, or remove it"
            )

    def _numbered(self, stem: str) -> tuple[str, str]:
        """The phrase whose number a name begins with, or why there is none.

        Words after the number must be the phrase's, or its first ones: numbers move when the script changes.
        """
        match = _NUMBERED.match(stem)
        if not match:
            return "", "it is no line of the script"
        number, words = int(match[1]), plain(match[2])
        if not 1 <= number <= len(self._phrases):
            return "", f"the script has lines 1 to {len(self._phrases)}"
        phrase = self._phrases[number - 1]
        if not self._words[phrase].startswith(words):
            return "", f"line {number} of the script is {phrase!r}"
        return phrase, ""


def plain(text: str) -> str:
    """The words of a text without marks or capitals, as a file name has them. "Don't stop!" is "dont stop"."""
    letters = unicodedata.normalize("NFC", text).casefold()  # macOS takes the accents of a file's name apart
    return " ".join(re.findall(r"[^\W_]+", re.sub("['\u2019]", "", letters)))


def _checked(path: Path, text: str, pace: Pace) -> Pcm:
    """What a file holds. Raises VoiceError with everything that is wrong with it."""
    try:
        sound = listen(path.read_bytes())
    except OSError as error:
        raise VoiceError(text, f"{path.name} cannot be read ({error.strerror})") from error
    except Undecodable as error:
        raise VoiceError(
            text, f"{path.name} cannot be heard: {error}. Record it again, as WAV or MP3"
        ) from error
    faults = list(_faults(sound, pace))
    if faults:
        raise VoiceError(text, f"{path.name} " + ", and ".join(faults))
    return sound.pcm


def _faults(sound: Sound, pace: Pace) -> Iterator[str]:
    """What is wrong with a recording, and what to do about it."""
    lasts_ms = _spoken_ms(sound.pcm)
    longest_ms = LONGEST_COUNT_MS if pace is Pace.COUNT else LONGEST_MS
    if not lasts_ms:
        yield "is silent: look at the microphone, and record it again"
    if sound.flat >= CLIPPED:
        yield f"is clipped ({sound.flat} samples in a row at full scale): record it again from further away"
    if lasts_ms > longest_ms:
        yield f"is too long ({lasts_ms} ms; {longest_ms} ms at most): say it faster"


def _spoken_ms(pcm: Pcm) -> int:
    """How long it will be in a bank, where the silence around it is cut off; 0 if silence is all there is."""
    try:
        return len(encode.trim("", encode.resample(pcm))) * 1000 // RATE
    except Unencodable:
        return 0
