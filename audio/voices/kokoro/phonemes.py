"""From a text to the symbols that Kokoro reads: how each word sounds, and a number for every sound.

Kokoro was trained on the phonemes of misaki, which writes an English diphthong or affricate as one letter. espeak-ng's
IPA becomes those by the table that misaki itself uses for words that its dictionaries lack (misaki 0.9.4, `espeak.py`,
Apache-2.0). The numbers are Kokoro's own (Kokoro-82M, `config.json`, Apache-2.0).
"""

import re
from collections.abc import Callable, Iterator

Spell = Callable[[str], str]
"""A run of words in IPA, "^" between the letters of one phoneme."""

MARKS = ",.;:!?—"
"""What Kokoro hears as the melody and the breaths of a sentence. espeak-ng would leave them out."""

ENGLISH = {
    "ʔˌn\u0329": "ʔn", "ʔn\u0329": "ʔn", "a^ɪ": "I", "a^ʊ": "W", "d^ʒ": "ʤ", "e^ɪ": "A", "o^ʊ": "O", "t^ʃ": "ʧ", "ɔ^ɪ": "Y", "ə^l": "ᵊl",
    "ɜːɹ": "ɜɹ", "ɜː": "ɜɹ", "ɪə": "iə", "ʲo": "jo", "ʲə": "jə", "ʲ": "", "e": "A", "r": "ɹ", "x": "k", "ç": "k", "ɚɹ": "əɹ", "ɚ": "əɹ",
    "ɬ": "l", "\u0303": "", "ː": "", "o": "ɔ", "ɾ": "T", "ʔ": "t", "^": "", "-": "",
}  # fmt: skip
"""espeak-ng's American English as misaki writes it; applied in this order."""

_INSIDE = re.compile(r"ɐ(?=\S)|(?<=\S)ɐ")
"""Only the article by itself keeps this letter."""

_STRESSED = {
    re.compile(r"ˈ(ɜɹ|ɔɹ|ɪf|ɪks|ɛvən|A|In)tˌ?in\b"): r"ˌ\1tˈin",
    re.compile(r"\bwˌʌn\b"): "wˈʌn",
}
"""Numbers that espeak-ng stresses otherwise than misaki's dictionary. Thirteen to nineteen, counted, are stressed on their end,
and not as thirty to ninety are."""

_SYLLABIC = re.compile("(.)\u0329")
_FOREIGN = re.compile(r"\([^)]*\)")
"""espeak-ng's note that a word is of another language, and that the next is not."""

IDS = {
    ";": 1, ":": 2, ",": 3, ".": 4, "!": 5, "?": 6, "—": 9, " ": 16, "A": 24, "I": 25, "O": 31, "T": 36, "W": 39, "Y": 41, "ᵊ": 42,
    "a": 43, "b": 44, "d": 46, "f": 48, "h": 50, "i": 51, "j": 52, "k": 53, "l": 54, "m": 55, "n": 56, "p": 58, "s": 61, "t": 62,
    "u": 63, "v": 64, "w": 65, "z": 68, "ɑ": 69, "ɐ": 70, "æ": 72, "ɔ": 76, "ð": 81, "ʤ": 82, "ə": 83, "ɛ": 86, "ɜ": 87, "ɡ": 92, "ɪ": 102,
    "ŋ": 112, "θ": 119, "ɹ": 123, "ʃ": 131, "ʧ": 133, "ʊ": 135, "ʌ": 138, "ʒ": 147, "ˈ": 156, "ˌ": 157, "ᵻ": 177,
}  # fmt: skip
"""Kokoro's number for every symbol of American English; 0 is the silence around them."""


def phonemes(text: str, spell: Spell) -> str:
    """A text in Kokoro's symbols, its punctuation between them."""
    return "".join(_spelt(text, spell)).strip()


def _spelt(text: str, spell: Spell) -> Iterator[str]:
    for run in re.split(f"([{MARKS}]+)", text):
        if run and run[0] in MARKS:
            yield run
        elif run.strip():
            yield (" " if run[0].isspace() else "") + kokoros(spell(run))


def kokoros(ipa: str) -> str:
    """espeak-ng's IPA in Kokoro's symbols."""
    said = _FOREIGN.sub("", ipa)
    for theirs, ours in ENGLISH.items():
        said = said.replace(theirs, ours)
    said = _SYLLABIC.sub(r"ᵊ\1", _INSIDE.sub("ə", said))
    for number, stressed in _STRESSED.items():
        said = number.sub(stressed, said)
    return said


def ids(symbols: str) -> list[int]:
    """A number for every symbol. Raises KeyError: of one that Kokoro's English has not."""
    return [IDS[symbol] for symbol in symbols]
