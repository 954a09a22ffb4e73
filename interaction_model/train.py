"""Trains the ears from the samples as they are committed: `backbeat model train`.

Deterministic: the same samples give the same sentences in the same order, and the machine's chance has a seed. It needs
scikit-learn, which is there for development only; `interaction_model.classifier` reads what it writes.

Tried in November 2026, learning two thirds of what people say and hearing the last: a linear SVM over TF-IDF of words, pairs
of words and letters across words, as here, hears 75 %; logistic regression over the same 74 %, and in seven times the time;
over counts and letters within words only, as it was, 71 %.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from math import log, sqrt
from pathlib import Path
from typing import Any

from interaction_model.build import languages
from interaction_model.classifier import FOLDER, dump
from interaction_model.features import BUCKETS, Features, counted, features
from interaction_model.kinds import DURATION, NUMBER, TIME, sayings
from interaction_model.plain import Plain, plain, plain_sample
from interaction_model.spoken import Sentences, expand
from skill.coach.exercise import Catalogue

MOST = 12
"""Of a template's samples at most so many are learned from, evenly picked: one with many options is no better known."""

VALUES = 3
"""Values that a sample's slot is filled with, one after another."""

STRENGTH = 0.3
"""How closely the machine follows the samples: the inverse of its regularisation."""

TWICE = 2
"""A feature is learned that is in so many sentences."""

_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A sentence to learn from."""

    said: str
    intent: str
    weight: float = 1.0


def lessons(content: Catalogue, model: Mapping[str, Any], said: Sentences) -> Iterator[Lesson]:
    """What is learned from, in order."""
    language, words = languages(model), plain(said.fillers, said.long_forms, content.words.numbers)
    described = {phrase for phrases in said.verbatim.values() for phrase in phrases}
    values = _values(language, words, described)
    numbers = (5, 10, 15, 20, 25, 30, 3, 40, 8, 12, 6, 2)
    values[NUMBER] = [content.words.numbers[number] for number in numbers]
    for kind in (DURATION, TIME):
        values[kind] = [words(saying) for saying in sayings(kind, content, said)]
    for intent, table in said.intents.items():
        for number, template in enumerate(table.samples):
            every = list(dict.fromkeys(plain_sample(sample, words) for sample in expand(template)))
            picked = every[:: max(len(every) // MOST, 1)][:MOST]
            for at, sample in enumerate(picked):
                slots = [values[said.slots[slot]] for slot in _SLOT.findall(sample)]
                yield from _filled(Lesson(sample, intent), slots, number + at, len(picked))
    for intent, phrases in chain(said.heard.items(), said.verbatim.items()):
        for number, phrase in enumerate(phrases):
            slots = [values[said.slots[slot]] for slot in _SLOT.findall(phrase)]
            yield from _filled(Lesson(plain_sample(phrase, words), intent), slots, number, 1)
    written = said.intents.keys() | said.heard.keys()
    for one in language["intents"]:
        if one["name"] not in written:  # those of the safety files
            verbatim = said.verbatim.get(one["name"], ())
            yield from (Lesson(words(text), one["name"]) for text in one["samples"] if text not in verbatim)


def _filled(one: Lesson, slots: list[list[str]], turn: int, of: int) -> Iterator[Lesson]:
    """A sample that is one of so many of its template, a few of the values of each of its slots in their turn."""
    if not slots:
        yield replace(one, weight=1 / sqrt(of))
        return
    for i in range(VALUES):
        said = one.said
        for at, values in enumerate(slots):
            value = values[(turn * 31 + i * 17 + at * 7) % len(values)]
            said = _SLOT.sub(value, said, count=1)
        yield replace(one, said=said, weight=1 / sqrt(of * VALUES))


def _values(language: Mapping[str, Any], words: Plain, described: Container[str]) -> dict[str, list[str]]:
    """The names of each type's values, but for those that describe: they stand for themselves."""
    return {
        one["name"]: [
            words(saying)
            for value in one["values"]
            for saying in (value["name"]["value"], *value["name"]["synonyms"])
            if saying not in described
        ]
        for one in language["types"]
    }


def digest(content: Catalogue, model: Mapping[str, Any], said: Sentences) -> str:
    """What tells whether ears were trained from these samples."""
    lines = "\n".join(f"{one.intent}\t{one.said}\t{one.weight:.4f}" for one in lessons(content, model, said))
    return hashlib.sha256(f"{BUCKETS} {STRENGTH}\n{lines}".encode()).hexdigest()


def train(content: Catalogue, model: Mapping[str, Any], said: Sentences) -> bytes:
    """Ears, trained; a few seconds."""
    # Only here, and only where it is developed: scikit-learn and SciPy are a hundred megabytes.
    import numpy as np  # noqa: PLC0415
    from scipy.sparse import csr_array  # noqa: PLC0415
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    every = list(lessons(content, model, said))
    worth = _worth(every)
    column = {feature: i for i, feature in enumerate(worth)}
    rows = [features(one.said, worth) for one in every]
    starts = np.cumsum([0, *map(len, rows)], dtype=np.int32)
    found = np.array([column[feature] for row in rows for feature in row], dtype=np.int32)
    amounts = np.array([amount for row in rows for amount in row.values()])
    matrix = csr_array((amounts, found, starts), shape=(len(rows), len(column)))
    share: defaultdict[str, float] = defaultdict(float)
    for one in every:
        share[one.intent] += one.weight
    weights = np.array([one.weight / sqrt(share[one.intent]) for one in every])
    machine = LinearSVC(C=STRENGTH, random_state=0)
    machine.fit(matrix, [one.intent for one in every], sample_weight=weights / weights.mean())
    by_feature = {
        feature: tuple(map(float, row)) for feature, row in zip(worth, machine.coef_.T, strict=True)
    }
    return dump(
        digest(content, model, said),
        map(str, machine.classes_),
        map(float, machine.intercept_),
        worth,
        by_feature,
    )


def _worth(every: list[Lesson]) -> Features:
    """What each feature is worth that is in two sentences at least: its inverse document frequency."""
    spread = Counter(feature for one in every for feature in set().union(*counted(one.said)))
    return {
        feature: log((1 + len(every)) / (1 + times)) + 1
        for feature, times in sorted(spread.items())
        if times >= TWICE
    }


def write(content: Catalogue, model: Mapping[str, Any], said: Sentences, folder: Path = FOLDER) -> Path:
    """Trains the ears of a language, and says where they are."""
    path = folder / f"{said.locale.partition('-')[0]}.ears"
    path.write_bytes(train(content, model, said))
    return path
