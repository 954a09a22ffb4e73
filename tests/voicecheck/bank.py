"""A bank by ears, by its edges, its loudness, its speed, its beats and its size: a report, worst first."""

import hashlib
import random
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from statistics import fmean

import click

from audio.bank import PHASES, BankFile
from audio.errors import AudioError
from audio.frames import LEAD_MS
from skill.content.reader import catalogue
from skill.voice.phrases import wanted
from tests.voicecheck import beats, ears, sound, speed
from tests.voicecheck.words import Heard, by_kind, faulty

WORST, TEN = 20, 10
"""So many are listed."""

NEAR_LU = 1.0
"""So near the mean of its kind a phrase's loudness should be."""


class Check:
    """One bank, of what the content wants."""

    def __init__(self, file: BankFile) -> None:
        self._file = file
        self._bank = file.read()
        self._content = catalogue()
        self._numbers = self._content.words.numbers
        self._wanted = wanted(self._content)
        self._kinds = {text: str(pace) for text, pace in self._wanted.items() if text in self._bank}
        self._words = {text: kind for text, kind in self._kinds.items() if text[0] != "["}
        self._count = [text for text in self._numbers[1:61] if text in self._bank]

    def printed(self, folder: Path | None, *, alone: bool = False) -> bool:
        """Print all of it; whether every phrase is understood."""
        click.echo(f"{self._bank.voice}: {len(self._kinds)} of {len(self._wanted)} phrases")
        parts = {
            "speed": lambda: speed.told(self._content, self._bank),
            "edges": self._edges,
            "loudness": self._loudness,
            "beats": self._beats,
            "size": self._size,
        }
        for title, part in parts.items():
            click.echo("\n  ".join((f"\n{title}", *part())))
        return folder is None or self._ears(ears.Ears(folder), alone=alone)

    def _ears(self, heard_by: ears.Ears, *, alone: bool) -> bool:
        began = time.process_time()
        given = (heard_by, self._bank)
        sentences = {text: kind for text, kind in self._words.items() if kind != "count"}
        first = _watched(
            "hearing", ears.listened(*given, sentences, self._numbers, alone=alone), len(sentences)
        )
        both = _watched("once more", ears.again(*given, first, self._numbers), len(first))
        best = [better for _, better in both]
        counts: dict[str, list[Heard]] = {}
        shuffled = random.Random(1).sample(self._count, len(self._count))
        for beat in ears.BEATS_MS:
            for how, count in (("", self._count), (", shuffled", shuffled)):
                counts[f"count at {beat} ms{how}"] = list(ears.counted(*given, self._numbers, count, beat))
        in_order = [one for how, run in counts.items() if "shuffled" not in how for one in run]
        click.echo("\nears: words heard wrong")
        for kind, (bad, words) in sorted(by_kind(best).items()):
            at_first, _ = by_kind(first)[kind]
            click.echo(
                f"  {kind}: {_share(bad, words)}; {_share(at_first, words)} before what was faulty was heard once more"
            )
        for how, run in counts.items():
            for bad, words in by_kind(run).values():
                click.echo(f"  {how}: {_share(bad, words)}")
        click.echo("\n  ".join((f"the worst {WORST}:", *map(_line, _worst([*best, *in_order])[:WORST]))))
        faults = _worst(filter(faulty, [*best, *in_order]))
        click.echo(
            "\n  ".join(("what needs another spelling:", *map(_line, faults)))
            if faults
            else "all is understood"
        )
        click.echo(f"{time.process_time() - began:.0f} s of CPU")
        return not faults

    def _edges(self) -> Iterator[str]:
        found: dict[str, list[tuple[float, str]]] = {}
        beat = LEAD_MS * sound.MS
        for text in _watched("edges", self._words, len(self._words)):
            samples, phrase = sound.heard(self._bank, text), self._bank[text]
            begins = sound.onset(samples, beat) if len(phrase.takes) == PHASES else beat
            for what, by in sound.edges(samples, begins, begins + phrase.lasts_ms * sound.MS).over.items():
                found.setdefault(what, []).append((by, text))
        for what, some in found.items():
            yield f"{what}: {_share(len(some), len(self._words))}"
            yield from (f"  by {by:.1f} dB: {text}" for by, text in sorted(some, reverse=True)[:TEN])
        if not found:
            yield "all are clean"

    def _loudness(self) -> Iterator[str]:
        loud = {text: sound.loudness(sound.heard(self._bank, text)) for text in self._words}
        for kind in dict.fromkeys(self._words.values()):
            some = {text: loud[text] for text in loud if self._words[text] == kind}
            mean = fmean(some.values())
            off = sorted(((lufs - mean, text) for text, lufs in some.items()), key=lambda one: -abs(one[0]))
            near = sum(abs(by) <= NEAR_LU for by, _ in off)
            yield f"{kind}: {mean:.1f} LUFS, {_share(near, len(off))} within {NEAR_LU:g} LU"
            yield from (f"  {by:+.1f} LU: {text}" for by, text in off[:TEN] if abs(by) > NEAR_LU)

    def _beats(self) -> Iterator[str]:
        for beat in beats.BEATS_MS if len(self._count) > 1 else ():
            one = beats.counted(self._bank, self._count, beat)
            if isinstance(one, AudioError):
                yield f"{beat} ms: {one}"
                continue
            worst, after = one.off[0]
            yield f"{beat} ms: {one.mean:.2f} ms apart, at worst {worst:+.1f} after {after!r}"
            uneven = [(by, text) for by, text in one.off if abs(by) >= beats.EVEN_MS]
            yield from (f"  {by:+.1f} ms after {text!r}" for by, text in uneven[:TEN])

    def _size(self) -> Iterator[str]:
        with closing(sqlite3.connect(self._file.path)) as db:
            size = dict(db.execute("select text, length(data) from phrase").fetchall())
        for kind in dict.fromkeys(self._kinds.values()):
            texts = [text for text in self._kinds if self._kinds[text] == kind]
            minutes = sum(self._bank[text].lasts_ms for text in texts) / 60_000
            total = sum(size[text] for text in texts)
            yield f"{kind}: {total:,} bytes, {minutes:.1f} min, {total / minutes:,.0f} bytes a minute"
        yield f"the file: {self._file.path.stat().st_size:,} bytes"
        takes = hashlib.sha256()
        for text in sorted(self._kinds):
            takes.update(text.encode() + b"\0")
            for take in self._bank[text].takes:
                takes.update(f"{take.first} {len(take.data)} ".encode() + take.data)
        yield f"sha256 of all takes: {takes.hexdigest()}"


def _watched(label, some, length):
    """All of it, with a bar that says how far it is."""
    with click.progressbar(some, length=length, label=label, file=sys.stderr) as bar:
        return list(bar)


def _worst(hearings: Iterable[Heard]) -> list[Heard]:
    return sorted((one for one in hearings if one.wrong), key=lambda one: (-one.share, one.text))


def _line(one: Heard) -> str:
    return f"{one.kind}: {one.text!r} was heard as {' '.join(one.heard)!r}"


def _share(some: int, of: int) -> str:
    return f"{some} of {of} ({some / of:.1%})" if of else "none"
