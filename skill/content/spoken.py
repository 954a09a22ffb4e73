"""What may be spoken: the kinds of text that stand in a content file, for any language.

A number is a word, a sentence ends as one, a synonym is what somebody says; so a voice can read all of it aloud. How
a language is spelled is left to Unicode: a letter is what Unicode calls a letter.
"""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, PlainValidator, TypeAdapter

from skill.coach.words import Name

SENTENCE_WORDS = 12
"""The most words in one step: one action a sentence (content facts, section 9, "Our text")."""

PLAIN = "plain"
"""What a name in several forms calls the one that stands without being asked for."""

_UNSPEAKABLE = re.compile(r"[0-9<>&*_#\[\]{}]")
_SENTENCE_END = re.compile(r"(?<=[.?!…])\s+")
_VALUE = re.compile(r"\{[^{}]*\}")
_LETTERS = {"Ll", "Lo", "Lm", "Mn", "Mc"}
"""Unicode's categories for what samples are spelled with: letters, but for capitals, and the marks on them."""


def words_in(text: str) -> int:
    """How many words a text has."""
    return len(text.split())


def _spoken(text: str) -> str:
    if found := _UNSPEAKABLE.search(text):
        raise ValueError(f"{found[0]!r} cannot be spoken: write numbers as words, and no markup")
    if text != text.strip():
        raise ValueError("has a space at an end")
    return text


def _line(text: str) -> str:
    """A line may hold {values}; what stands in the braces is held against `LINES`."""
    _spoken(_VALUE.sub("", text).replace("{", "").replace("}", "").strip())
    return text


def _sentence(text: str) -> str:
    if text[-1:] not in {".", "?", "!", "…"}:
        raise ValueError("a sentence ends in a full stop")
    return text


def _step(text: str) -> str:
    if (words := words_in(text)) > SENTENCE_WORDS:
        raise ValueError(f"{words} words: one action a sentence, {SENTENCE_WORDS} words at most")
    return text


def _sentences(text: str) -> str:
    for sentence in _SENTENCE_END.split(text):
        _step(sentence)
    return text


def _synonym(text: str) -> str:
    for character in text:
        if character not in "' .-" and unicodedata.category(character) not in _LETTERS:
            raise ValueError(f"{character!r} cannot stand in a sample: lower-case words only")
    return _spoken(text)


Spoken = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_spoken)]
Sentence = Annotated[Spoken, AfterValidator(_sentence)]
Step = Annotated[Sentence, AfterValidator(_step)]
Remark = Annotated[Sentence, AfterValidator(_sentences)]
"""A sentence or two, each as short as a step."""
Line = Annotated[str, Field(min_length=1, max_length=800), AfterValidator(_line)]
CueText = Annotated[str, Field(max_length=60), AfterValidator(_spoken)]
Synonym = Annotated[str, Field(min_length=2, max_length=140), AfterValidator(_synonym)]
SlugText = Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$")]

_PLAIN_NAME = TypeAdapter[str](Spoken, config=ConfigDict(strict=True))
_NAME_IN_FORMS = TypeAdapter[dict[str, str]](dict[SlugText, Spoken], config=ConfigDict(strict=True))


def _name(written: object) -> Name:
    """A name as it is written: text, or a table of its forms."""
    if not isinstance(written, dict):
        return Name(_PLAIN_NAME.validate_python(written))
    forms = _NAME_IN_FORMS.validate_python(written)
    if PLAIN not in forms:
        raise ValueError(f"a name in several forms says which one is {PLAIN}")
    return Name(forms.pop(PLAIN), forms)


NameText = Annotated[Name, PlainValidator(_name)]
