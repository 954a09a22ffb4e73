"""The model Alexa is given: our sentences and the catalogue's names, as one JSON.

It is written to `<locale>.json` beside this file and committed; a test builds it again and compares.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from interaction_model.spoken import Sentences, expand
from skill.coach.exercise import Catalogue
from skill.hearing import MUDDLE, intent_of

FOLDER = Path(__file__).parent
"""Where the built models are kept."""

EMERGENCY = "EmergencyIntent"
"""The intent whose samples are the catalogue's phrases for an emergency."""

EXERCISE = "ExerciseIntent"
"""The intent that names an exercise."""

SIDE, OWN = "SIDE", "OWN"
"""The types of a side, and of a name for a routine of their own."""

SENSITIVITY = "LOW"
"""How readily Alexa falls back to "not understood": sparingly (platform facts, section 8)."""

Json = dict[str, Any]


def build(catalogue: Catalogue, said: Sentences) -> Json:
    """The whole interaction model of a locale, from the content in its language and its sentences.

    Raises:
        ContentError: a sentence is not a template.
    """
    return {
        "interactionModel": {
            "languageModel": {
                "invocationName": said.invocation,
                "intents": [*_ours(said), *_safety(catalogue, said), *_amazons(said)],
                "types": [
                    {"name": "EXERCISE", "values": list(_exercises(catalogue, said))},
                    {"name": "ROUTINE", "values": list(_routines(catalogue, said))},
                    *_others(catalogue, said),
                ],
                "modelConfiguration": {"fallbackIntentSensitivity": {"level": SENSITIVITY}},
            }
        }
    }


def text(catalogue: Catalogue, said: Sentences) -> str:
    """The model as it is committed: two spaces, its order as written, a newline at the end."""
    return json.dumps(build(catalogue, said), indent=2, ensure_ascii=False) + "\n"


def write(catalogue: Catalogue, said: Sentences, folder: Path = FOLDER) -> Path:
    """Writes the model to ``folder``, and says where."""
    path = folder / f"{said.locale}.json"
    path.write_text(text(catalogue, said), "utf-8", newline="\n")
    return path


def committed(locale: str, folder: Path = FOLDER) -> str:
    """The model as it was written, in JSON; nothing, if it never was."""
    path = folder / f"{locale}.json"
    return path.read_text("utf-8") if path.exists() else ""


def read(locale: str, folder: Path = FOLDER) -> Json:
    """The model as it was written."""
    model: Json = json.loads(committed(locale, folder))
    return model


# Intents


def _ours(said: Sentences) -> Iterator[Json]:
    theirs = {
        phrase for phrases in said.heard.values() for phrase in phrases
    }  # which Alexa's own hear already
    for name, table in said.intents.items():
        written = (sample for template in table.samples for sample in expand(template))
        every = chain(written, said.verbatim.get(name, ()))
        samples = [
            one for one in dict.fromkeys(every) if one not in theirs
        ]  # two templates may have one in common
        slots = [{"name": slot, "type": said.slots.get(slot, "")} for slot in table.slots]
        yield {"name": name, "slots": slots, "samples": samples}


def _safety(catalogue: Catalogue, said: Sentences) -> Iterator[Json]:
    words = catalogue.words
    phrases = {EMERGENCY: words.emergency} | {
        intent_of(slug): concern.phrases for slug, concern in words.concerns.items()
    }
    for name, written in phrases.items():
        samples = list(dict.fromkeys((*written, *said.verbatim.get(name, ()))))
        yield {"name": name, "slots": [], "samples": samples}


def _amazons(said: Sentences) -> Iterator[Json]:
    """Alexa's own. Never with samples: extending them breaks their routing (platform facts, section 8)."""
    for name in said.heard:
        yield {"name": name, "samples": []}


# Slot types


def _exercises(catalogue: Catalogue, said: Sentences) -> Iterator[Json]:
    for slug, exercise in catalogue.exercises.items():
        described = said.verbatim.get(f"{EXERCISE} {slug}", ())
        yield _value(slug, exercise.name, (*exercise.synonyms, *described))
    for slug, muddle in catalogue.muddles.items():
        yield _value(MUDDLE + slug, muddle.names[0], muddle.names[1:])


def _routines(catalogue: Catalogue, said: Sentences) -> Iterator[Json]:
    for slug, routine in catalogue.routines.items():
        yield _value(slug, _bare(routine.name, said), routine.synonyms)


def _others(catalogue: Catalogue, said: Sentences) -> Iterator[Json]:
    """The sides, and the names of routines of their own, where any intent of the language has a slot for them."""
    words = catalogue.words
    for kind, values in (
        (SIDE, [_value(side, words.sides[side], more) for side, more in said.sides.items()]),
        (OWN, [_value(name, name, ()) for name in words.own_names]),
    ):
        if kind in said.slots.values():
            yield {"name": kind, "values": values}


def _value(name: str, value: str, synonyms: tuple[str, ...]) -> Json:
    return {
        "id": name,
        "name": {"value": value.lower(), "synonyms": [one for one in synonyms if one != value.lower()]},
    }


def _bare(name: str, said: Sentences) -> str:
    """A name without its article or owner: "your back routine" → "back routine"."""
    first, _, rest = name.partition(" ")
    return rest if first in said.owners and rest else name


def languages(model: Mapping[str, Any]) -> Json:
    """The part of a model we write: its language model."""
    language: Json = model["interactionModel"]["languageModel"]
    return language
