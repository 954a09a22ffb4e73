"""``python -m tests.earscheck --kokoro FOLDER``: how many commands are understood, how soon, and what is taken for one that is none.

The commands of `commands.txt` are spoken by voices that are not the coach's: clean; over its counting, 10 dB quieter than they
are; and over the same turned down by 20 dB, a tenth of a second after they were heard to begin. Then there is only the coach, or only
talk that is none of its business. Some minutes, on one core.
"""

import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from interaction_model.aloud import aloud
from interaction_model.build import read
from interaction_model.listen import listener as understands
from interaction_model.spoken import sentences
from skill.coach.dialogue import events as e
from skill.content.reader import catalogue
from skill.ears.engines import engine, listener
from skill.ears.judge import BODY, STOPS, Judge
from skill.ears.listener import Begun, Listener, Nothing, Said
from skill.hearing import Ears, Hearing
from tests.earscheck import coach
from tests.earscheck.voices import OTHERS, RATE, Sound, said

HERE = Path(__file__).parent
CHUNK = RATE // 10
"""Samples that come at once: 100 ms."""

LOUD, ROOM = 2_000.0, 20.0
"""How loud somebody speaks, and their room hums; root mean square of 32,768."""

BEFORE_MS = 6_000
"""What the coach began to say in so many ms may be heard yet."""

UNDER, DUCKED = 10 ** (-10 / 20), 10 ** (-30 / 20)
"""How much quieter the coach is: always, and once it was turned down."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of something that was said."""

    event: e.Event | None
    """What was done first; None if nothing was."""
    after_ms: float
    """How long after its end."""
    begun_ms: float
    """How long after its beginning that was reported."""


class Trial:
    """A microphone in a room with a coach in it."""

    def __init__(self, ears: Listener, judge: Judge, under: str, seed: int = 3) -> None:
        self._ears, self._judge, self._under = ears, judge, under
        self._random = np.random.default_rng(seed)
        self._counting = coach.counting(300) if under else None
        self._behind = levelled(self._counting.sound) if self._counting else np.zeros(1)
        self._at = 0  # samples that were heard so far
        self.actions: Counter[str] = Counter()
        if under:
            self.hear(np.zeros(20 * RATE))

    def hear(self, sound: np.ndarray, own: coach.Spoken | None = None) -> list[tuple[float, e.Event | str]]:
        """What is done about a sound, and when, ms of it."""
        found: list[tuple[float, e.Event | str]] = []
        loud, turn_down = UNDER, 0
        for at in range(0, len(sound), CHUNK):
            chunk = sound[at : at + CHUNK] + self._random.normal(0, ROOM, len(sound[at : at + CHUNK]))
            if self._counting:
                if turn_down and at >= turn_down:
                    loud = DUCKED
                behind = self._behind.take(np.arange(self._at, self._at + len(chunk)), mode="wrap")
                chunk += behind * loud
            self._at += len(chunk)
            began = time.perf_counter()
            reports = self._ears.feed(
                np.clip(chunk, -32768, 32767).astype("<i2").tobytes(), playing=bool(self._counting or own)
            )
            took = 1000 * (time.perf_counter() - began)
            for one in reports:
                now = (at + len(chunk)) * 1000 / RATE
                if isinstance(one, Begun):
                    found.append((now, "begun"))
                    turn_down = at + 2 * CHUNK if self._under == "duck" else 0
                elif isinstance(one, Said):
                    heard = self._judge.heard(
                        one, None, self._own(own, at), playing=bool(self._counting or own)
                    )
                    if heard.ours:
                        self._ears.ours(one)
                    if heard.event:
                        self.actions[type(heard.event).__name__] += 1
                        found.append((now + took, heard.event))
                if isinstance(one, Said | Nothing):
                    loud, turn_down = UNDER, 0
        return found

    def _own(self, own: coach.Spoken | None, at: int) -> tuple[str, ...]:
        if own:
            return own.lately(at * 1000 // RATE, BEFORE_MS)
        if self._counting:
            lasts = len(self._counting.sound)
            return self._counting.lately(self._at % lasts * 1000 // RATE, BEFORE_MS)
        return ()

    def command(self, spoken: Sound) -> Heard:
        """What comes of a command, somewhere in four seconds and a half."""
        before = RATE + int(self._random.integers(RATE))
        sound = np.zeros((before + len(spoken) + 2 * RATE) // CHUNK * CHUNK)
        sound[before : before + len(spoken)] = levelled(spoken)
        begins, ends = before * 1000 / RATE, (before + len(spoken)) * 1000 / RATE
        found = self.hear(sound)
        begun = next((at - begins for at, what in found if what == "begun" and at > begins), float("nan"))
        done = [(at, what) for at, what in found if not isinstance(what, str | e.Unheard) and at > begins]
        at, event = done[0] if done else (float("nan"), None)
        return Heard(event, at - ends, begun)


def levelled(sound: Sound) -> np.ndarray:
    """As loud as somebody speaks, its pauses left out."""
    floats = sound.astype(float)
    speech = floats[np.abs(floats) > np.abs(floats).max() / 30]
    return floats * (LOUD / np.sqrt((speech**2).mean()))


def lines(name: str) -> list[str]:
    """Each line of a file here, once."""
    every = (line.strip() for line in (HERE / name).read_text("utf-8").splitlines())
    return list(dict.fromkeys(line for line in every if line and not line.startswith("#")))


@click.command()
@click.option(
    "--kokoro",
    type=click.Path(exists=True, path_type=Path),
    required=True,
    help="A folder of Kokoro's files.",
)
@click.option(
    "--cache", type=click.Path(path_type=Path), default=Path(tempfile.gettempdir()) / "backbeat-ears"
)
@click.option(
    "--whisper", type=click.Path(exists=True, path_type=Path), help="A folder with a model of Whisper's."
)
@click.option("--every", default=1, help="Only every so many-th command.")
@click.option("--minutes", default=20.0, help="Of the coach's counting alone.")
def main(kokoro: Path, cache: Path, whisper: Path | None, every: int, minutes: float) -> None:
    """Say commands to the ears, and count what they understand."""
    content = catalogue()
    judge = Judge(Ears(understands(content, "en-US").hear, Hearing(content)).hear)
    began = time.process_time()
    recognises = engine(aloud(content, read("en-US"), sentences("en-US")), "en-US", whisper)
    click.echo(f"made in {time.process_time() - began:.1f} s of CPU")
    commands = lines("commands.txt")[::every]
    for under in ("", "count", "duck"):
        for voice in (*OTHERS, "espeak"):
            spoken = said(voice, lines("commands.txt"), cache, kokoro)
            trial = Trial(listener(recognises, judge), judge, under)
            outcomes = [(judge.hear(text, None), trial.command(spoken[text])) for text in commands]
            told(f"{voice}, {under or 'clean'}", outcomes)
    for name, trial in alone(recognises, judge, cache, kokoro, minutes):
        click.echo(f"{name}: acted upon {dict(trial.actions) or 'nothing'}")


def told(name: str, outcomes: list[tuple[e.Event, Heard]]) -> None:
    """A line of the table for all, and one for what stops or is about the body."""
    for kind, some in (
        ("all", outcomes),
        ("urgent", [one for one in outcomes if isinstance(one[0], STOPS + BODY)]),
    ):
        right = [heard for meant, heard in some if heard.event == meant]
        gently = [
            h
            for m, h in some
            if h.event != m and isinstance(m, STOPS + BODY) and isinstance(h.event, STOPS + BODY)
        ]
        nothing = [heard for _, heard in some if heard.event is None]
        wrong = len(some) - len(right) - len(gently) - len(nothing)
        after = [heard.after_ms for heard in right]
        begun = [heard.begun_ms for _, heard in some if heard.begun_ms == heard.begun_ms]
        click.echo(
            f"{name}, {kind}: right {len(right) / len(some):.0%}, stopped otherwise {len(gently)}, wrong {wrong}, "
            f"nothing {len(nothing)} of {len(some)}; after {statistics.median(after or [0]):.0f} ms, at most "
            f"{max(after, default=0):.0f}; begun after {statistics.median(begun or [0]):.0f}"
        )


def alone(
    recognises: object, judge: Judge, cache: Path, kokoro: Path, minutes: float
) -> Iterator[tuple[str, Trial]]:
    """The coach alone, and talk."""
    counting = coach.counting(minutes * 60)
    trial = Trial(listener(recognises, judge), judge, "")
    trial.hear(levelled(counting.sound) * UNDER, counting)
    yield f"{len(counting.sound) / RATE / 60:.0f} min of counting", trial
    trial = Trial(listener(recognises, judge), judge, "")
    lasted = 0
    for one in list(coach.sentences())[::7]:
        trial.hear(levelled(one.sound) * UNDER, one)
        lasted += len(one.sound)
    yield f"{lasted / RATE / 60:.0f} min of the coach's sentences", trial
    trial = Trial(listener(recognises, judge), judge, "")
    talk = said("am_adam", lines("chatter.txt"), cache, kokoro)
    for sound in talk.values():
        trial.command(sound)
    yield f"{len(talk)} sentences of talk, while the coach is silent", trial


if __name__ == "__main__":
    main()
