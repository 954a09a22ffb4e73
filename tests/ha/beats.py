"""Where the numbers are felt in what Home Assistant hands out: run by Backbeat's own Python, which has what measures them.

    python -m tests.ha.beats SOUND SENTENCE…

The sentences are said to a coach like the one that Home Assistant spoke with, so its last reply is the same score. Printed as JSON:
the words of that reply, how much later than laid out the sound is as a whole, ms, and how far each number is from its beat, ms.
"""

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np

from audio import encode
from audio.encode import Samples
from audio.frames import RATE
from skill.content.reader import catalogue
from skill.home.conversations import Who
from skill.home.server import home
from skill.kept.chosen import open_store
from skill.logs import log_to
from skill.settings import Settings, prepare
from skill.voice.phrases import placements
from tests.voicecheck.beats import felt


def heard(sound: Path) -> Samples:
    """A file of any kind, mono, 24 kHz, full scale being 1."""
    resampler = av.AudioResampler("flt", "mono", RATE)
    with av.open(sound) as container:
        frames = [*container.decode(audio=0), None]  # none: what it still holds back
        parts = [piece.to_ndarray()[0] for frame in frames for piece in resampler.resample(frame)]
    return np.concatenate(parts)


def later(samples: Samples, reference: Samples) -> int:
    """By how many samples; where they are most alike."""
    size = 1 << (len(samples) + len(reference)).bit_length()
    alike = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(reference, size).conj(), size)
    best = int(np.argmax(alike))
    return best if best < size // 2 else best - size


def main(sound: str, *sentences: str) -> None:
    log_to(sys.stderr)
    with TemporaryDirectory() as folder, ExitStack() as stack:
        settings = Settings(Path(folder))
        made = home(settings, open_store(settings), prepare(settings.data_dir), "me", stack)
        for sentence in sentences:
            said = made.conversations.say(sentence, Who("here", "me"))
        placed, _ = placements(said.speech)
        bank = made.voice._studio.bank
        reference = encode.decoded(made.voice.reel(said.speech).read())
        words = made.replies.keep(said.speech, "here")
    samples = heard(Path(sound))
    shift = later(samples, reference)
    samples = np.pad(samples, (max(-shift, 0), 0))[max(shift, 0) :]
    times = felt(samples, placed, [bank[text].lasts_ms for _, text in placed])
    numbers = set(catalogue().words.numbers)
    off = [time - at for time, (at, text) in zip(times, placed, strict=True) if text in numbers]
    found = {
        "words": words,
        "later_ms": shift * 1000 / RATE,
        "off_ms": off,
        "lasts_ms": len(samples) * 1000 / RATE,
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
