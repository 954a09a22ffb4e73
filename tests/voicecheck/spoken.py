"""What only Kokoro's model can show, which the suite runs without.

It says: whether the same text is the same bytes, in any order, in three processes; how long each number
is, which are said faster than the rest and by how much, and how far from even they would be if they stood on their beats by
their first sound. And of a bank, which is built if need be: how long it all is, how fast, and what does not fit its beat.
"""

# ruff: noqa: T201 - a command, whose figures are what it prints

import hashlib
import random
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import pstdev

from audio import build, encode
from audio.bank import BankFile
from audio.centre import centre
from audio.frames import AHEAD_SAMPLES, RATE
from audio.voices import Pace
from audio.voices.kokoro import Kokoro, onnx
from audio.voices.kokoro.files import MODEL
from skill.coach.timeline.edition import Edition
from skill.content.fit import misfits
from skill.content.reader import catalogue
from skill.voice.phrases import wanted
from tests.voicecheck import speed

CONTENT = catalogue()
PHRASES = wanted(CONTENT)
SAID = {text: pace for text, pace in PHRASES.items() if not text.startswith("[")}


def sums(texts: Iterable[str], folder: Path, style: str) -> dict[str, str]:
    """A sum of each text's bytes, said in this order by a voice of its own."""
    with Kokoro(folder, style) as voice:
        return {text: hashlib.sha256(voice.say(text, SAID[text]).data).hexdigest() for text in texts}


def repeats(folder: Path, style: str) -> bool:
    """Whether three processes, each in another order, say the same."""
    texts = random.Random(1).sample(sorted(SAID), 24)
    orders = [random.Random(turn).sample(texts, len(texts)) for turn in range(3)]
    with ProcessPoolExecutor(1, max_tasks_per_child=1) as pool:
        first, *others = pool.map(partial(sums, folder=folder, style=style), orders)
    return all(other == first for other in others)


def counts(folder: Path, style: str) -> None:
    """Each number: how long it is, at what speed, and where it is felt."""
    speeds: list[float] = []
    model = onnx(MODEL.found(folder))

    def watched(tokens, row, speed):
        speeds.append(speed)
        return model(tokens, row, speed)

    felt = []
    with Kokoro(folder, style, model=watched) as voice:
        for number in CONTENT.words.numbers[1:61]:
            speeds.clear()
            sound = encode.trim(number, encode.spread(encode.resample(voice.say(number, Pace.COUNT))))
            felt.append(centre(sound))
            faster = f", said {speeds[-1] / speeds[0]:.2f} times as fast" if len(speeds) > 1 else ""
            print(f"  {number}: {len(sound) * 1000 // RATE} ms, felt after {felt[-1] * 1000 // RATE}{faster}")
    late = [max(at - AHEAD_SAMPLES, 0) for at in felt]
    for how, places in (("by their first sound", felt), ("by their centre", late)):
        ms = [at * 1000 / RATE for at in places]
        worst, ten = (max(abs(after - before) for before, after in pairwise(some)) for some in (ms, ms[:10]))
        print(
            f"{how}: a spread of {pstdev(ms):.0f} ms; up to {worst:.0f} from even, one to ten up to {ten:.0f}"
        )


def spoken(file: BankFile, folder: Path, style: str) -> None:
    """A bank, built where it is not: how long it is, how fast, and what does not fit."""
    build.WORKERS = 1  # and so the time is one core's
    began = time.process_time()
    with Kokoro(folder, style) as voice:
        problems = [one.problem for one in build.build(PHRASES, voice, file) if one.problem]
    print(f"built in {time.process_time() - began:.0f} s of CPU", *problems, sep="\n  ")
    bank = file.read()
    print(*speed.told(CONTENT, bank), sep="\n")
    print("what does not fit its beat:", *misfits(Edition(CONTENT, bank.measure)), sep="\n  ")


def checked(folder: Path, style: str, bank: Path | None) -> bool:
    """Say all of it; whether the same is said each time."""
    print("the same bytes each time:", again := repeats(folder, style))
    counts(folder, style)
    if bank:
        spoken(BankFile(bank), folder, style)
    return again
