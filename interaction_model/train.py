"""Trains the ears from the samples as they are committed: `backbeat model train`.

Deterministic: the same samples give the same sentences in the same order, and the regression has no chance in it. It needs
scikit-learn, which is there for development only; `interaction_model.classifier` reads what it writes.

Tried in November 2026 over the same samples: word and letter n-grams with logistic regression, as here, understand as much
as sentence embeddings at a hundredth of the size (see the changelog for figures); a linear SVM is as good and has no
likelihoods to ask by; naive Bayes understands six in a hundred less.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import sqrt
from pathlib import Path
from typing import Any

from interaction_model.build import languages
from interaction_model.classifier import FOLDER, dump
from interaction_model.features import BUCKETS, features
from interaction_model.match import NUMBER
from interaction_model.plain import Plain, plain, plain_sample
from interaction_model.spoken import Sentences, expand
from skill.coach.exercise import Catalogue

MOST = 12
"""Of a template's samples at most so many are learned from, evenly picked: one with many options is no better known."""

VALUES = 3
"""Values that a sample's slot is filled with, one after another."""

STRENGTH = 10.0
"""How closely the regression follows the samples: the inverse of its regularisation."""

_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A sentence to learn from."""

    said: str
    intent: str
    slot: str = ""
    """What was filled in, if anything."""
    weight: float = 1.0


def lessons(content: Catalogue, model: Mapping[str, Any], said: Sentences) -> Iterator[Lesson]:
    """What is learned from, in order."""
    language, words = languages(model), plain(said.fillers, said.long_forms, content.words.numbers)
    values = _values(language, words)
    values[NUMBER] = [content.words.numbers[minutes] for minutes in (5, 10, 15, 20, 25, 30, 3, 40)]
    for intent, table in said.intents.items():
        for number, template in enumerate(table.samples):
            every = list(dict.fromkeys(plain_sample(sample, words) for sample in expand(template)))
            picked = every[:: max(len(every) // MOST, 1)][:MOST]
            for at, sample in enumerate(picked):
                slot = _SLOT.search(sample)
                known = values[said.slots[slot[1]]] if slot else []
                yield from _filled(
                    Lesson(sample, intent, slot[1] if slot else ""), known, number + at, len(picked)
                )
    for intent, phrases in said.heard.items():
        yield from (Lesson(words(phrase), intent) for phrase in phrases)
    ours = said.intents.keys() | said.heard.keys()
    for one in language["intents"]:
        if one["name"] not in ours:  # those of the safety files
            yield from (Lesson(words(sample), one["name"]) for sample in one["samples"])


def _filled(one: Lesson, values: list[str], turn: int, of: int) -> Iterator[Lesson]:
    """A sample that is one of so many of its template, a few of the values of its slot in their turn."""
    if not one.slot:
        yield replace(one, weight=1 / sqrt(of))
        return
    for i in range(VALUES):
        value = values[(turn * 31 + i * 17) % len(values)]
        yield replace(one, said=_SLOT.sub(value, one.said), weight=1 / sqrt(of * VALUES))


def _values(language: Mapping[str, Any], words: Plain) -> dict[str, list[str]]:
    return {
        one["name"]: [
            words(saying)
            for value in one["values"]
            for saying in (value["name"]["value"], *value["name"]["synonyms"])
        ]
        for one in language["types"]
    }


def digest(content: Catalogue, model: Mapping[str, Any], said: Sentences) -> str:
    """What tells whether ears were trained from these samples."""
    lines = "\n".join(
        f"{one.intent}\t{one.slot}\t{one.said}\t{one.weight:.4f}" for one in lessons(content, model, said)
    )
    return hashlib.sha256(f"{BUCKETS} {STRENGTH}\n{lines}".encode()).hexdigest()


def train(content: Catalogue, model: Mapping[str, Any], said: Sentences) -> bytes:
    """Ears, trained; a few seconds."""
    # Only here, and only where it is developed: scikit-learn and SciPy are a hundred megabytes.
    import numpy as np  # noqa: PLC0415
    from scipy.sparse import csr_array  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    every = list(lessons(content, model, said))
    rows = [features(one.said, [one.slot] if one.slot else []) for one in every]
    seen = sorted({feature for row in rows for feature in row})
    column = {feature: i for i, feature in enumerate(seen)}
    starts = np.cumsum([0, *map(len, rows)])
    found = [column[feature] for row in rows for feature in row]
    amounts = [amount for row in rows for amount in row.values()]
    matrix = csr_array((amounts, found, starts), shape=(len(rows), len(seen)))
    share: defaultdict[str, float] = defaultdict(float)
    for one in every:
        share[one.intent] += one.weight
    weights = [STRENGTH * one.weight / sqrt(share[one.intent]) for one in every]
    regression = LogisticRegression(C=STRENGTH, max_iter=500, tol=4e-4)
    regression.fit(matrix, [one.intent for one in every], sample_weight=weights)
    by_feature = {
        feature: tuple(map(float, row)) for feature, row in zip(seen, regression.coef_.T, strict=True)
    }
    return dump(
        digest(content, model, said),
        map(str, regression.classes_),
        map(float, regression.intercept_),
        by_feature,
    )


def write(content: Catalogue, model: Mapping[str, Any], said: Sentences, folder: Path = FOLDER) -> Path:
    """Trains the ears of a language, and says where they are."""
    path = folder / f"{said.locale.partition('-')[0]}.ears"
    path.write_bytes(train(content, model, said))
    return path
