"""What people say: `sentences/<locale>.toml`, as we write it in templates, and beside it `<locale>.tsv`, word for word."""

import json
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from hassil.errors import HassilError
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError
from hassil.sample import sample_sentence
from pydantic import BaseModel, ConfigDict, Field

from skill.content.table import mistakes_in
from skill.errors import ContentError

FOLDER = Path(__file__).parent / "sentences"
"""Where the sentences are, one file a locale."""

Text = Annotated[str, Field(min_length=1)]


class Table(BaseModel):
    """A table of the file: nothing unknown in it, and nothing guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class IntentTable(Table):
    """An intent of our own."""

    slots: tuple[Text, ...] = ()
    samples: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Templates in hassil's grammar."""


class Sentences(Table):
    """A whole file."""

    locale: Text
    """Whose sentences they are, "en-US": the stem of the file, or one of ``also``."""
    also: tuple[Text, ...] = ()
    """The other locales of the language, where people say the same: each has a model of its own."""
    invocation: Text
    """The name the skill is opened by."""
    launch: tuple[Text, ...]
    """What opens a skill when its name follows: "open"."""
    connectors: tuple[Text, ...]
    """Between the name and the request: "ask my back routine for the bridges". Alexa drops it."""
    using: tuple[Text, ...]
    """Between the request and the name: "start the bridges using my back routine"."""
    owners: tuple[Text, ...]
    """Articles and owners that a routine's name is heard without: "your back routine"."""
    nots: tuple[Text, ...]
    """The words that deny: a near match neither drops nor adds one."""
    wrappings: tuple[Text, ...] = ()
    """Said before or after a wish without changing it: "could you", "if you don't mind"."""
    spans: Mapping[Text, Text] = Field(default_factory=dict)
    """A length of time → the same in minutes: "half an hour"."""
    units: Mapping[Text, Text] = Field(default_factory=dict)
    """A unit of time → its letter by ISO 8601: "seconds" → "S"."""
    lengths: Mapping[Text, Text] = Field(default_factory=dict)
    """A length of time in other words → by ISO 8601: "half a minute"."""
    clock: Mapping[Text, int] = Field(default_factory=dict)
    """How a time is told, with ``{hour}`` in it → the minutes past."""
    halves: Mapping[str, int] = Field(default_factory=dict)
    """What is said after that, "in the evening" → the hours that it is later; empty where nothing is."""
    moments: Mapping[Text, Text] = Field(default_factory=dict)
    """A time by a name of its own → by the clock: "noon"."""
    sides: Mapping[Text, tuple[Text, ...]] = Field(default_factory=dict)
    """A side's id → other ways to say it: "right leg"."""
    then: tuple[Text, ...] = ()
    """What stands between exercises that are to be done one after another."""
    needs: Mapping[Text, tuple[Text, ...]] = Field(default_factory=dict)
    """A routine's id → what people say who need it: "at my computer"."""
    stops: tuple[Text, ...] = ()
    """Said first or last, it is a stop."""
    opposites: tuple[tuple[Text, Text], ...] = ()
    """Intents that say the opposite."""
    weighty: tuple[Text, ...] = ()
    """Intents that are never taken from a likeness alone."""
    moving: tuple[Text, ...] = ()
    """Intents that lead on, or somewhere else: they need to be likelier than what is only answered."""
    expected: Mapping[Text, tuple[Text, ...]] = Field(default_factory=dict)
    """A kind of question → the intents that are likelier once it is open."""
    after: Mapping[Text, Mapping[Text, tuple[Text, ...]]] = Field(default_factory=dict)
    """A kind of question → intent → what means it only then."""
    names: Mapping[Text, Text] = Field(default_factory=dict)
    """Intent → how it is named when one asks for it."""
    small: tuple[Text, ...]
    """Articles and prepositions: neither word of a two-word invocation name is one."""
    banned: Mapping[Text, tuple[Text, ...]]
    """What no invocation name may hold: the reason → the words."""
    fillers: tuple[Text, ...]
    """Words our terminal drops: "please"."""
    slots: Mapping[Text, Text]
    """Slot name → its type."""
    intents: Mapping[Text, IntentTable]
    heard: Mapping[Text, tuple[Text, ...]]
    """Intent of Alexa's own → what it listens for. For our terminal; never part of the model."""
    long_forms: Mapping[Text, Text]
    """Short form → long form: "it's" → "it is". For our terminal."""
    verbatim: Mapping[Text, tuple[Text, ...]] = Field(default_factory=dict)
    """Intent → what people say who mean it, word for word; with a value in place of the intent's name, "ExerciseIntent
    bird_dog", what they call it."""


def locales(folder: Path = FOLDER) -> tuple[str, ...]:
    """The locales there are sentences for, each file's own first."""
    stems = sorted(path.stem for path in folder.glob("*.toml"))
    return tuple(locale for stem in stems for locale in (stem, *_also(folder / f"{stem}.toml")))


def _also(path: Path) -> list[str]:
    """The other locales a file is for; none, if it cannot be read: `sentences` says why."""
    try:
        return [str(locale) for locale in tomllib.loads(path.read_text("utf-8")).get("also", ())]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return []


def sentences(locale: str, folder: Path = FOLDER) -> Sentences:
    """The sentences of a locale.

    Raises:
        ContentError: with every mistake in the file.
    """
    stem = next((path.stem for path in sorted(folder.glob("*.toml")) if locale in _also(path)), locale)
    name = f"sentences/{stem}.toml"
    with mistakes_in(name):
        raw = tomllib.loads((folder / f"{stem}.toml").read_text("utf-8"))
        verbatim = _verbatim(folder / f"{stem}.tsv")
        # By way of JSON, where pydantic's strict reading takes an array for a tuple.
        return Sentences.model_validate_json(
            json.dumps({"locale": locale, "verbatim": verbatim, **raw}, default=str)
        )


def _verbatim(path: Path) -> dict[str, list[str]]:
    """Intent → what is said, of a file with both in each line; nothing, if there is none."""
    found: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        if line and not line.startswith("#"):
            intent, _, said = line.partition("\t")
            found.setdefault(intent, []).append(said)
    return found


TEMPLATES = 8192
"""Of so many templates the samples are remembered: more than all languages have, and each is needed three times to check a model."""


def expand(template: str) -> list[str]:
    """Every sample of a template, in the order written; slots stay slots.

    Raises:
        ContentError: it is not in hassil's grammar.
    """
    return list(_expanded(template))


@lru_cache(TEMPLATES)
def _expanded(template: str) -> tuple[str, ...]:
    try:
        return tuple(text.strip() for text in sample_sentence(parse_sentence(template), expand_lists=False))
    except (HassilError, ParseError) as error:
        raise ContentError((f"sentences: not a template: {template!r} ({error})",)) from error
