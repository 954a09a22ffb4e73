"""What comes out of the decoder: every count on its beat, silence between, and as loud as Alexa asks.

Two decoders say so, FFmpeg's and minimp3 (miniaudio), and a meter that is not ours, FFmpeg's ebur128.
"""

import io
import tomllib
from collections.abc import Callable
from pathlib import Path

import av
import miniaudio
import numpy as np
import pytest

from audio import encode
from audio.bank import Bank, BankFile
from audio.build import build
from audio.centre import centre
from audio.errors import Unencodable
from audio.frames import (
    AHEAD,
    AHEAD_SAMPLES,
    DELAY_SAMPLES,
    EARLIEST,
    FRAME_BYTES,
    FRAME_MS,
    FRAME_SAMPLES,
    GRID_MS,
    LEAD,
    LEAD_MS,
    RATE,
)
from audio.loudness import loudness, true_peak
from audio.reel import Placement, Reel
from audio.voices import Pace, Pcm
from audio.voices.espeak import Espeak
from tests.audio.fakes import pips
from tests.audio.meter import ebur128

ROOT = Path(__file__).parents[2]
NUMBERS = tomllib.loads((ROOT / "skill/content/words/en.toml").read_text("utf-8"))["numbers"][1:31:2]
"""A quarter of them, which begin with every sound that a number does: each takes a fifth of a second to build."""
SENTENCES = [
    "Lie on your back, knees bent, feet flat on the floor.",
    "Breathe out, and press your lower back gently into the floor.",
    "Let go. That was set one. Rest for twenty seconds.",
    "Change sides. The left side is next.",
    "You're on rep twelve of the pelvic tilt. Shall we carry on?",
    "Well done. Roll onto your side before you get up.",
]
MINUTE = 60_000
MS = RATE // 1000
"""Samples."""
JITTER = 40
"""Samples to either side, in which an onset is looked for."""

Decoder = Callable[[bytes], encode.Samples]


def minimp3(data: bytes) -> encode.Samples:
    found = miniaudio.decode(data, miniaudio.SampleFormat.FLOAT32, nchannels=1, sample_rate=RATE)
    return np.frombuffer(found.samples, np.float32)


decoders = pytest.mark.parametrize("decoder", [encode.decoded, minimp3], ids=["ffmpeg", "minimp3"])


@pytest.fixture(scope="module")
def bank(tmp_path_factory) -> Bank:
    file = BankFile(tmp_path_factory.mktemp("voice") / "bank")
    wanted = dict.fromkeys(NUMBERS, Pace.COUNT) | dict.fromkeys(SENTENCES, Pace.TELL)
    with Espeak() as voice:
        assert [built for built in build(wanted, voice, file) if built.problem] == []
    return file.read()


def counting(beat_ms: int, lasts_ms: int) -> list[Placement]:
    return [
        (LEAD_MS + beat * beat_ms, NUMBERS[beat % len(NUMBERS)])
        for beat in range((lasts_ms - LEAD_MS) // beat_ms)
    ]


@decoders
@pytest.mark.parametrize(("beat_ms", "minutes"), [(800, 3), (1000, 12), (1248, 3), (1504, 4)])
def test_every_count_falls_on_its_beat(bank, beat_ms, minutes, decoder: Decoder):
    placed = counting(beat_ms, minutes * MINUTE)
    heard = decoder(Reel(placed, minutes * MINUTE, bank).read())
    assert len(heard) == minutes * MINUTE * MS
    firsts: dict[str, encode.Samples] = {}
    late: list[int] = []
    for at_ms, text in placed:
        start = at_ms * MS
        first = firsts.setdefault(text, heard[start : start + bank[text].lasts_ms * MS])
        around = heard[start - JITTER : start + len(first) + JITTER]
        late.append(int(np.correlate(around, first, "valid").argmax()) - JITTER)
    assert len(late) > 2 * len(NUMBERS)
    assert max(late) - min(late) <= 1


@decoders
def test_a_phrase_begins_on_its_sample_in_every_phase(decoder: Decoder):
    """What comes out, beside what went in: the onset of the one is the onset of the other."""
    said = encode.trim("pips", np.frombuffer(pips("pips", 400, RATE), "<i2").astype(np.float32) / 32768)
    silent = encode.silent_frame()
    bank = Bank("pips", silent, {"pips": encode.phrase_of("pips", said, silent)})
    for at_ms in range(LEAD_MS, LEAD_MS + FRAME_MS, GRID_MS):
        heard = decoder(Reel([(at_ms, "pips")], 1000, bank).read())
        start = at_ms * MS
        around = heard[start - JITTER : start + len(said) + JITTER]
        assert int(np.correlate(around, said, "valid").argmax()) == JITTER
        assert np.corrcoef(heard[start : start + len(said)], said)[0, 1] > 0.97


@decoders
def test_free_speech_begins_on_the_next_frame_at_two_thirds_of_the_bytes_whoever_decodes_it(decoder: Decoder):
    said = encode.trim("pips", np.frombuffer(pips("pips", 400, RATE), "<i2").astype(np.float32) / 32768)
    silent = encode.silent_frame()
    told = encode.phrase_of("pips", said, silent, on_beat=False)
    (take,) = told.takes
    frames = [take.data[at : at + FRAME_BYTES] for at in range(0, len(take.data), FRAME_BYTES)]
    assert all(frame[96:] == bytes(48) for frame in frames)
    bank = Bank("pips", silent, {"pips": told})
    for late, at_ms in enumerate(range(LEAD_MS - 2 * GRID_MS, LEAD_MS + GRID_MS, GRID_MS)):
        heard = decoder(Reel([(at_ms, "pips")], 1000, bank).read())
        start = (at_ms + (2 - late) * GRID_MS) * MS
        around = heard[start - JITTER : start + len(said) + JITTER]
        assert int(np.correlate(around, said, "valid").argmax()) == JITTER
        assert np.corrcoef(heard[start : start + len(said)], said)[0, 1] > 0.95


@decoders
def test_between_words_there_is_nothing_at_all(bank, decoder: Decoder):
    placed = counting(1000, MINUTE)
    heard = decoder(Reel(placed, MINUTE, bank).read())
    silence = np.ones(len(heard), bool)
    for at_ms, text in placed:
        take, frame = bank[text].takes[at_ms % FRAME_MS // GRID_MS], at_ms // FRAME_MS
        silence[(frame + take.first) * FRAME_SAMPLES : (frame + take.end) * FRAME_SAMPLES + DELAY_SAMPLES] = (
            False
        )
    assert silence.mean() > 0.2
    assert not heard[silence].any()


@decoders
def test_what_is_on_the_beat_is_where_a_number_is_felt_and_not_where_it_begins_to_hiss(
    bank, decoder: Decoder
):
    placed = counting(1000, MINUTE)
    heard = decoder(Reel(placed, MINUTE, bank).read())
    early = AHEAD * FRAME_MS * MS
    felt = {text: centre(heard[at_ms * MS - early : at_ms * MS + 600 * MS]) - early for at_ms, text in placed}
    assert len(felt) == len(NUMBERS)
    assert max(map(abs, felt.values())) < 8 * MS


@pytest.mark.parametrize("ahead", [1, 500, 1200, AHEAD_SAMPLES])
def test_what_comes_before_the_beat_comes_before_it_to_the_sample(ahead):
    said = encode.trim("pips", np.frombuffer(pips("pips", 400, RATE), "<i2").astype(np.float32) / 32768)
    silent = encode.silent_frame()
    bank = Bank("pips", silent, {"pips": encode.phrase_of("pips", said, silent, ahead=ahead)})
    for at_ms in range(LEAD_MS, LEAD_MS + FRAME_MS, GRID_MS):
        heard = encode.decoded(Reel([(at_ms, "pips")], 1000, bank).read())
        start = at_ms * MS - ahead
        around = heard[start - JITTER : start + len(said) + JITTER]
        assert int(np.correlate(around, said, "valid").argmax()) == JITTER


def test_a_word_that_gives_way_to_another_begins_without_a_crack():
    """Half a hiss, from the frame on that is free: nothing in it is louder than in the whole."""
    noise = np.random.default_rng(1).normal(0, 0.05, 400 * MS).astype(np.float32)
    silent = encode.silent_frame()
    hiss = encode.phrase_of("hiss", noise, silent, ahead=AHEAD_SAMPLES)
    pip = encode.phrase_of("pip", encode.tone(880, 90), silent)
    bank = Bank("both", silent, {"hiss": hiss, "pip": pip})
    at_ms = LEAD_MS + 240
    whole = encode.decoded(Reel([(at_ms, "hiss")], 1200, bank).read())
    for room_ms in range(pip.room_ms, 264, GRID_MS):
        both = encode.decoded(Reel([(at_ms, "hiss"), (at_ms - room_ms, "pip")], 1200, bank).read())
        rest = slice((at_ms - FRAME_MS) * MS, None)
        assert np.allclose(both[rest], whole[rest], atol=1e-4)
        begun = slice((at_ms - room_ms + 120) * MS, at_ms * MS)
        assert np.abs(both[begun]).max() < 1.2 * np.abs(whole).max()


def test_a_phrase_begins_at_most_three_frames_early(bank):
    """What a phrase's room counts on; but for what is heard of it before its beat."""
    soft = np.linspace(0, 0.3, 9000) * np.sin(np.arange(9000) / 20)
    click = np.r_[1.0, np.zeros(999)]
    made = [encode.phrase_of("x", x.astype(np.float32), bank.silent) for x in (soft, click)]
    for phrase in [*made, bank[SENTENCES[0]]]:
        assert all(-EARLIEST <= take.first <= 0 for take in phrase.takes)
    for text in NUMBERS:
        assert all(-EARLIEST - AHEAD <= take.first <= 0 for take in bank[text].takes)


def test_it_is_one_mp3_stream_as_alexa_takes_it(bank):
    with av.open(io.BytesIO(Reel(counting(800, 61_234), 61_234, bank).read()), "r") as file:
        assert [stream.type for stream in file.streams] == ["audio"]
        (stream,) = file.streams.audio
        assert (file.format.name, stream.codec_context.name.removesuffix("float")) == ("mp3", "mp3")
        assert (stream.rate, stream.layout.name, stream.bit_rate) == (24_000, "mono", 48_000)
        packets = [packet for packet in file.demux(stream) if packet.size]
        assert {packet.size for packet in packets} == {FRAME_BYTES}
        assert sum(packet.duration * packet.time_base for packet in packets) * 1000 == -(-61_234 // 24) * 24
        assert stream.duration is not None
        assert stream.duration * stream.time_base * 1000 == -(-61_234 // 24) * 24


def sentences(bank: Bank, gap_ms: int = 400) -> list[Placement]:
    placed, at_ms = [], LEAD_MS
    for text in SENTENCES * 2:
        placed.append((at_ms, text))
        at_ms += bank[text].room_ms + gap_ms // GRID_MS * GRID_MS
    return placed


CLIPS = {
    "counting at 1.0 s": lambda _: counting(1000, MINUTE),
    "counting at 0.8 s": lambda _: counting(800, MINUTE),
    "counting at 1.2 s": lambda _: counting(1200, MINUTE),
    "sentences": sentences,
}


@pytest.mark.parametrize("clip", CLIPS)
def test_a_clip_is_as_loud_as_alexa_asks(bank, clip):
    placed = CLIPS[clip](bank)
    heard = encode.decoded(Reel(placed, placed[-1][0] + bank[placed[-1][1]].room_ms, bank).read())
    loudness, peak = ebur128(heard)
    assert loudness == pytest.approx(-14, abs=1)
    assert peak <= -2


@pytest.mark.parametrize("lasts_ms", [200, 300, 1000, 4000])
@pytest.mark.parametrize("gain", [0.02, 0.2, 1.0])
def test_loud_or_soft_short_or_long_it_is_levelled_alike(lasts_ms, gain):
    said = np.frombuffer(pips("pips", lasts_ms, RATE), "<i2").astype(np.float32) / 32768
    silent = encode.silent_frame()
    levelled = encode.level(said * np.float32(gain), silent)
    assert len(levelled) == len(said)
    for take in encode.phrase_of("pips", levelled, silent).takes:
        heard = encode.decoded(silent * LEAD + take.data + silent * LEAD)
        assert loudness(heard) == pytest.approx(encode.LOUDNESS_LUFS, abs=0.5)
        assert true_peak(heard) <= encode.MOST_DBFS


@pytest.mark.parametrize("kind", ["counts", "sentences"])
def test_every_phrase_is_as_loud_as_the_others_by_a_meter_that_is_not_ours(bank, kind):
    """Alone, between silences: within 1 LU of their mean. Short words have the tallest peaks."""
    loud = []
    for text in NUMBERS if kind == "counts" else SENTENCES:
        heard = encode.decoded(Reel([(2 * LEAD_MS, text)], 3 * LEAD_MS + bank[text].room_ms, bank).read())
        lufs, peak = ebur128(np.pad(heard, RATE * 2 // 5))
        assert peak <= -2, text
        loud.append(lufs)
    assert np.ptp(loud) > 0
    assert max(abs(lufs - np.mean(loud)) for lufs in loud) < 1


def test_only_what_is_about_a_peak_is_turned_down():
    """A tone close to the ceiling keeps its loudness, though a hiss in its midst is too high; encoding takes 0.4 dB."""
    said = np.sin(np.arange(RATE) / 20).astype(np.float32) * np.float32(0.7)
    hiss = slice(12_000, 12_480)
    said[hiss] = np.random.default_rng(1).uniform(-0.9, 0.9, 480)
    silent = encode.silent_frame()
    (take,) = encode.phrase_of("hiss", said, silent, on_beat=False).takes
    heard = encode.decoded(silent * LEAD + take.data + silent * LEAD)[encode.heard_at(take, 0, 0) :]
    assert true_peak(heard[: len(said)]) <= encode.MOST_DBFS
    for part in (slice(2000, 10_000), slice(14_000, 22_000)):
        assert np.std(heard[part]) == pytest.approx(np.std(said[part]), rel=0.06)


@pytest.mark.parametrize("data", [b"", bytes(2), bytes(20_000)])
def test_silence_is_no_phrase(data):
    with pytest.raises(Unencodable, match="'one': nothing is heard in it") as error:
        encode.phrase("one", Pcm(22_050, data), encode.silent_frame())
    assert error.value.text == "one"


@pytest.mark.parametrize("rate", [8_000, 22_050, 24_000, 44_100, 48_000])
def test_any_rate_lasts_as_long_and_begins_with_its_onset(rate):
    edge = bytes(2 * rate // 10)
    said = encode.trim("pips", encode.resample(Pcm(rate, edge + pips("pips", 500, rate) + edge)))
    assert len(said) == pytest.approx(500 * MS, abs=15 * MS)
    assert np.abs(said[: 4 * MS]).max() > 0.05
