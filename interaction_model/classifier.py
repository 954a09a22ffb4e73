"""Which intent a sentence most likely is, when it is none of our samples to the letter.

A linear support vector machine over `interaction_model.features`, trained by `interaction_model.train` from the committed
samples and kept as `<language>.ears` beside the model: a line of JSON, then the features, what each is worth, and for which
intents it speaks or against, a byte for each. It is read by the standard library alone; a sentence takes a quarter of a
millisecond.
"""

import json
import struct
import zlib
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp
from pathlib import Path

from interaction_model.features import Features, features

FOLDER = Path(__file__).parent
"""Where the trained ears are kept."""

STEPS, LEAST = 127, 5
"""A weight is one of so many steps either way, of its intent's greatest; one of fewer than the least counts for nothing: an
eighth of them is left, and not a sentence is heard worse."""

NOUGHT = 128
"""How a weight of nothing is kept, so that none is negative."""

PARTS = 1000
"""What a feature is worth is kept in so many parts of one."""

HEAT = 4.0
"""What turns scores into likelihoods: of sentences heard at such a likelihood, about as many were right, by trial."""

LANE = 4
"""Bytes of a sum. All sums are added up at once, as the lanes of one long integer, four times as quick as one by one."""

FINE = 1 << 12
"""How much of a feature there is, is counted in such parts; a sentence of a thousand features still fits its lanes."""


@dataclass(frozen=True, slots=True)
class Classifier:
    """Trained ears."""

    digest: str
    """Of what they were trained from."""
    intents: tuple[str, ...]
    """What they tell apart; with a value after it, an intent and what is meant by it: "ExerciseIntent bird_dog"."""
    intercepts: tuple[float, ...]
    scales: tuple[float, ...]
    """What a step of each intent's weights is worth."""
    worth: Features
    rows: Mapping[int, bytes]
    """Of a feature: the steps for each intent, `NOUGHT` for none."""

    def likely(self, said: str) -> Mapping[str, float]:
        """Intent → how likely it is; all together one. ``said`` is plain."""
        total = counted = 0
        lanes = bytearray(LANE * len(self.intents))
        for feature, weight in features(said, self.worth).items():
            parts = round(weight * FINE)
            lanes[::LANE] = self.rows[feature]
            total += parts * int.from_bytes(lanes, "little")
            counted += parts
        sums = struct.unpack(f"<{len(self.intents)}I", total.to_bytes(len(lanes), "little"))
        scores = [
            HEAT * ((steps - NOUGHT * counted) / FINE * scale + intercept)
            for steps, scale, intercept in zip(sums, self.scales, self.intercepts, strict=True)
        ]
        most = max(scores)
        shares = [exp(score - most) for score in scores]
        whole = sum(shares)
        return {intent: share / whole for intent, share in zip(self.intents, shares, strict=True)}


def dump(
    digest: str,
    intents: Iterable[str],
    intercepts: Iterable[float],
    worth: Features,
    weights: Mapping[int, tuple[float, ...]],
) -> bytes:
    """Ears as they are kept; ``weights`` is a row for each feature."""
    names, columns = tuple(intents), list(zip(*weights.values(), strict=True))
    scales = [max(*map(abs, column), 1e-9) / STEPS for column in columns]
    head = {
        "digest": digest,
        "intents": names,
        "intercepts": [round(one, 4) for one in intercepts],
        "scales": [round(scale, 8) for scale in scales],
    }
    numbers, parts = array("H", weights), array("H", (round(worth[one] * PARTS) for one in weights))
    steps = bytearray()
    for row in weights.values():
        found = (round(weight / scale) for weight, scale in zip(row, scales, strict=True))
        steps.extend(NOUGHT + (step if abs(step) >= LEAST else 0) for step in found)
    line = json.dumps(head).encode() + b"\n"
    body = b"".join((numbers.tobytes(), parts.tobytes(), steps))
    return zlib.compress(line + len(numbers).to_bytes(4, "little") + body, 9)


def load(kept: bytes) -> Classifier:
    """The ears that were dumped."""
    line, _, rest = zlib.decompress(kept).partition(b"\n")
    head, count = json.loads(line), int.from_bytes(rest[:4], "little")
    numbers, parts, width = array("H"), array("H"), len(head["intents"])
    numbers.frombytes(rest[4 : 4 + 2 * count])
    parts.frombytes(rest[4 + 2 * count : 4 + 4 * count])
    steps = rest[4 + 4 * count :]
    return Classifier(
        digest=head["digest"],
        intents=tuple(head["intents"]),
        intercepts=tuple(head["intercepts"]),
        scales=tuple(head["scales"]),
        worth={number: part / PARTS for number, part in zip(numbers, parts, strict=True)},
        rows={number: steps[row * width : (row + 1) * width] for row, number in enumerate(numbers)},
    )


def committed(locale: str, folder: Path = FOLDER) -> Classifier | None:
    """The trained ears of a locale's language; None if there are none."""
    path = folder / f"{locale.partition('-')[0]}.ears"
    return load(path.read_bytes()) if path.exists() else None
