"""What the store shows of the skill, and what the privacy page says: ``store/<language>.toml``, one file a language.

Another language is another file.
"""

import json
import tomllib
from functools import cache
from pathlib import Path
from string import capwords
from typing import Annotated

from pydantic import Field

from interaction_model.spoken import Sentences, locales
from skill.content.table import Table, mistakes_in

STORE = Path(__file__).parent / "store"
"""Where the texts are, one file a language."""

Text = Annotated[str, Field(min_length=1)]


class Example(Table):
    """A phrase that people may try."""

    say: Text
    """What they say: "Alexa, open my back routine"."""
    means: Text
    """The intent that our own ears must hear in it, or ``LaunchRequest``."""


class Section(Table):
    """A part of the privacy page."""

    heading: Text
    text: Text


class Privacy(Table):
    """The privacy page."""

    title: Text
    intro: Text
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]


class Texts(Table):
    """A whole file."""

    summary: Text
    """One sentence, for the list of skills."""
    description: Text
    disclaimer: Text
    """What ends the description: that it is no medical advice."""
    keywords: tuple[Text, ...]
    testing: Text
    """For whoever tests it for certification."""
    examples: tuple[Example, ...]
    """The first opens the skill."""
    claims: tuple[Text, ...]
    """How words begin that no text of ours has: "cure"."""
    privacy: Privacy

    @property
    def described(self) -> str:
        """The description as the store shows it, with its disclaimer."""
        return f"{self.description.strip()}\n\n{self.disclaimer.strip()}"


def texts(said: Sentences, folder: Path = STORE) -> tuple[str, Texts]:
    """The skill's name in a locale, as the store shows it, and its texts there, with every ``{name}`` and ``{invocation}`` filled in.

    Raises:
        ContentError: with every mistake in the file of its language.
    """
    name = capwords(said.invocation)
    return name, _read(said.locale.partition("-")[0], folder, name, said.invocation)


@cache
def _read(language: str, folder: Path, name: str, invocation: str) -> Texts:
    file = f"store/{language}.toml"
    with mistakes_in(file):
        raw = tomllib.loads((folder / f"{language}.toml").read_text("utf-8"))
        # By way of JSON, where pydantic's strict reading takes an array for a tuple; and where a name is text like any other.
        told = json.dumps(raw, default=str)
        for word, said in {"name": name, "invocation": invocation}.items():
            told = told.replace(f"{{{word}}}", json.dumps(said)[1:-1])
        return Texts.model_validate_json(told)


def languages(folder: Path = STORE) -> dict[str, str]:
    """A locale of each language that has texts, that of the first sentences first."""
    found: dict[str, str] = {}
    for locale in locales():
        language = locale.partition("-")[0]
        if (folder / f"{language}.toml").is_file():
            found.setdefault(language, locale)
    return found
