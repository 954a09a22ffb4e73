"""The beat of a word is where its vowel rises, whatever hisses before it."""

import numpy as np
import pytest

from audio import encode
from audio.bank import Bank
from audio.build import spoken
from audio.centre import centre
from audio.encode import Samples
from audio.frames import RATE
from audio.reel import Reel
from audio.voices import Pace, Pcm

MS = RATE // 1000
NEAR = 10
"""Ms: what nobody hears between two words a second apart."""


def vowel(lasts_ms: int, loud: float = 0.3, hertz: float = 120) -> Samples:
    """A voice's harmonics, strongest about 700 Hz, with an attack of 30 ms and as long a fall."""
    time = np.arange(lasts_ms * MS) / RATE
    tones = [
        np.exp(-(((n * hertz - 700) / 500) ** 2)) * np.sin(2 * np.pi * n * hertz * time) for n in range(1, 30)
    ]
    sound = np.sum(tones, axis=0)
    shape = np.minimum(1, np.minimum(time, lasts_ms / 1000 - time) / 0.03)
    return (loud * shape * sound / np.abs(sound).max()).astype(np.float32)


def hiss(lasts_ms: int, loud: float = 0.1) -> Samples:
    """An "s": noise above 4 kHz."""
    noise = np.random.default_rng(1).normal(size=lasts_ms * MS)
    spectrum = np.fft.rfft(noise)
    spectrum[np.fft.rfftfreq(len(noise), 1 / RATE) < 4000] = 0
    sound = np.fft.irfft(spectrum, len(noise))
    return (loud * sound / np.abs(sound).max()).astype(np.float32)


def said(*sounds: Samples) -> Samples:
    return np.concatenate([*sounds, np.zeros(100 * MS, np.float32)])


def ms(of: Samples) -> float:
    return centre(of) / MS


def test_a_vowel_alone_is_where_its_attack_is():
    assert 0 < ms(said(vowel(300))) < 40


@pytest.mark.parametrize("lasts_ms", [40, 80, 120, 160])
@pytest.mark.parametrize("loud", [0.02, 0.05, 0.08])
def test_a_hiss_before_a_vowel_moves_its_centre_by_as_much(lasts_ms, loud):
    late = ms(said(hiss(lasts_ms, loud), vowel(300))) - ms(said(vowel(300)))
    assert late == pytest.approx(lasts_ms, abs=NEAR)


@pytest.mark.parametrize("gain", [0.01, 1, 3])
def test_loud_or_soft_it_is_in_the_same_place(gain):
    word = said(hiss(90), vowel(250))
    assert centre(word * np.float32(gain)) == centre(word)


@pytest.mark.parametrize("hertz", [90, 120, 200, 260])
def test_for_any_voice(hertz):
    assert ms(said(hiss(100), vowel(250, hertz=hertz))) == pytest.approx(118, abs=NEAR)


def test_of_two_syllables_it_is_the_first_that_is_nearly_as_loud():
    assert ms(said(vowel(150, 0.25), hiss(60), vowel(300, 0.3))) < 40
    assert ms(said(vowel(100, 0.05), hiss(60), vowel(300, 0.3))) == pytest.approx(178, abs=2 * NEAR)


def test_after_a_tap_that_is_no_vowel_it_is_the_vowel():
    tap = np.r_[hiss(8, 0.3), np.zeros(40 * MS, np.float32)].astype(np.float32)
    assert ms(said(tap, vowel(250))) == pytest.approx(66, abs=NEAR)


@pytest.mark.parametrize("lasts_ms", [0, 1, 500])
def test_of_silence_it_is_the_beginning(lasts_ms):
    assert centre(np.zeros(lasts_ms * MS, np.float32)) == 0


@pytest.mark.parametrize("sound", [hiss(200), vowel(5), np.ones(1, np.float32)])
def test_of_whatever_else_it_is_somewhere_in_it(sound):
    assert 0 <= centre(sound) < len(sound)


class Hissing:
    """A voice whose every word begins with so long an "f"."""

    name = "hissing"

    def __init__(self, lasts_ms: int) -> None:
        self.lasts_ms = lasts_ms

    def say(self, text: str, pace: Pace) -> Pcm:  # noqa: ARG002  # the voices' names
        return Pcm(RATE, (said(hiss(self.lasts_ms), vowel(250)) * 32_767).astype("<i2").tobytes())


@pytest.mark.parametrize("lasts_ms", [60, 120, 170, 220])
def test_a_number_is_on_its_beat_however_long_it_hisses(lasts_ms):
    silent = encode.silent_frame()
    four = spoken("four", Pace.COUNT, Hissing(lasts_ms), silent)
    heard = encode.decoded(Reel([(1000, "four")], 2000, Bank("hissing", silent, {"four": four})).read())
    early = 200 * MS
    assert ms(heard[1000 * MS - early :]) - 200 == pytest.approx(0, abs=NEAR)
