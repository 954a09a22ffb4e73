"""The check of a bank by ears: what it takes for wrong, and what it passes. The ears themselves are not here."""

from itertools import pairwise

import numpy as np
import pytest

from audio import encode
from audio.bank import Bank
from audio.errors import Overlap
from audio.frames import LEAD_MS, RATE
from skill.content.reader import catalogue
from tests.voicecheck import beats, ears, sound
from tests.voicecheck.words import Heard, by_kind, faulty, shared, spelt, wrong

MS = RATE // 1000
NUMBERS = catalogue().words.numbers


def vowel(lasts_ms, loud=0.3, rise_ms=20):
    """A voice's harmonics, which come and go in so many ms."""
    time = np.arange(lasts_ms * MS) / RATE
    sound = sum(np.sin(2 * np.pi * hertz * time) / n for n, hertz in enumerate((120, 240, 480, 720, 960), 1))
    shape = np.clip(np.minimum(time, time[::-1]) * 1000 / max(rise_ms, 0.01), 0, 1)
    return (loud * shape * sound / np.abs(sound).max()).astype(np.float32)


def silence(lasts_ms):
    return np.zeros(lasts_ms * MS, np.float32)


def bank_of(**lengths):
    """A bank in which each of these words is a vowel of as many ms."""
    silent = encode.silent_frame()
    phrases = {
        text.replace("_", " "): encode.phrase_of(text.replace("_", " "), vowel(ms), silent)
        for text, ms in lengths.items()
    }
    return Bank("vowels", silent, phrases)


class Listener:
    """Ears that hear what they are told to, one answer after another."""

    def __init__(self, *answers):
        self.answers, self.heard = list(answers), 0

    def hear(self, mp3):
        assert mp3
        self.heard += 1
        return self.answers.pop(0)


# Words


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("fifty seven", "57."),
        ("Call nine one one.", "Call 9-1-1"),
        ("Call nine one one.", "Call 911!"),
        ("one hundred twenty", "120"),
        ("Now the first of two.", "Now, the 1st of 2."),
        ("Knees to the centre", "Knees to the center"),
        ("That's your favourite.", "Thats you're favorite"),
        ("Let\N{RIGHT SINGLE QUOTATION MARK}s rest", "Let's rest"),
        ("Right… hold", "Write, hold."),
        ("Slide back on the worktop.", "slide back on the work-top"),
        ("Hold while I count for a count of five.", "Hold while I count for account of 5."),
    ],
)
def test_what_sounds_alike_is_not_wrong(said, heard):
    assert wrong(spelt(said, NUMBERS), spelt(heard, NUMBERS)) == 0


@pytest.mark.parametrize(
    ("said", "heard", "words"),
    [
        ("Left… hold", "Let's hold", 1),
        ("Rounds four to six.", "Round 4-6", 2),
        ("Press down… hold", "", 3),
        ("Press… hold", "Press and hold on", 2),
        ("fifty", "fifteen", 1),
        ("Breathe in", "Breath in", 1),
    ],
)
def test_what_sounds_different_is(said, heard, words):
    assert wrong(spelt(said, NUMBERS), spelt(heard, NUMBERS)) == words


def test_of_several_phrases_in_a_row_each_gets_what_was_heard_of_it():
    said = [["rock", "left"], ["squeezes", "six", "to", "ten"], ["halfway"], ["let", "go"]]
    assert shared(said, ["rock", "left", "squeeze", "is", "six", "ten", "halfway", "let", "go", "now"]) == [
        ["rock", "left"],
        ["squeeze", "is", "six", "ten"],
        ["halfway"],
        ["let", "go", "now"],
    ]


def test_what_was_not_heard_at_all_is_nobody_else_s():
    assert shared([["rock", "left"], ["halfway"], ["up"]], ["rock", "left", "up"]) == [
        ["rock", "left"],
        [],
        ["up"],
    ]
    assert shared([["up"], ["down"]], []) == [[], []]


def test_errors_are_counted_by_kind_and_a_cue_may_have_none():
    told = Heard("tell", "a b c d e f", tuple("abcdef"), tuple("abcdeg"))
    worse = Heard("tell", "a b c", tuple("abc"), tuple("abd"))
    cue = Heard("cue", "up", ("up",), ("app",))
    assert by_kind([told, worse, cue]) == {"tell": (2, 9), "cue": (1, 1)}
    assert [faulty(one) for one in (told, worse, cue)] == [False, True, True]


# Ears


def test_phrases_are_played_together_with_a_second_between_them():
    bank = bank_of(up=300, down=300, left=300)
    ((placed, lasts),) = ears.windows(bank, ["up", "down", "left"])
    starts = [at for at, _ in placed]
    assert starts[0] == LEAD_MS
    assert all(after - before >= 1_000 + 300 for before, after in pairwise(starts))
    assert starts[-1] + 300 < lasts <= ears.WINDOW_MS + ears.SILENCE_MS


def test_as_many_reels_as_it_takes():
    bank = bank_of(up=900)
    reels = list(ears.windows(bank, ["up"] * 30))
    assert len(reels) > 1
    assert sum(len(placed) for placed, _ in reels) == 30


def test_what_was_heard_in_company_is_told_phrase_by_phrase():
    kinds = {"up": "cue", "down": "cue"}
    found = list(ears.listened(Listener("Down! Up. Down?"), bank_of(up=300, down=300), kinds, NUMBERS))
    assert {one.text: one.wrong for one in found} in ({"up": 0, "down": 1}, {"up": 1, "down": 0})


def test_alone_each_has_a_reel_of_its_own():
    listener = Listener("up", "up")
    kinds = {"up": "cue", "down": "cue"}
    found = list(ears.listened(listener, bank_of(up=300, down=300), kinds, NUMBERS, alone=True))
    assert listener.heard == 2
    assert sorted(one.wrong for one in found) == [0, 1]


def test_what_was_wrong_is_heard_once_more_and_nothing_else_is():
    bank = bank_of(up=300, down=300)
    first = [Heard("cue", "up", ("up",), ("app",)), Heard("cue", "down", ("down",), ("down",))]
    listener = Listener("Up.")
    best = [better for _, better in ears.again(listener, bank, first, NUMBERS)]
    assert listener.heard == 1
    assert [one.wrong for one in best] == [0, 0]


def test_a_count_is_heard_in_runs():
    bank = bank_of(one=300, two=300, three=300)
    (one, two, three) = ears.counted(Listener("1, 2, 2"), bank, NUMBERS, ["one", "two", "three"], 800)
    assert (one.wrong, two.wrong, three.wrong) == (0, 0, 1)


# Edges and loudness


def edges_of(before, said, after):
    samples = np.concatenate([before, said, after])
    return sound.edges(samples, len(before), len(before) + len(said))


def test_a_word_that_comes_and_goes_has_clean_edges():
    assert edges_of(silence(200), vowel(400), silence(200)).over == {}


def test_a_click_before_it_is_found():
    click = silence(200)
    click[-30 * MS] = 0.2
    assert list(edges_of(click, vowel(400), silence(200)).over) == ["heard before it begins"]


def test_a_breath_after_it_is_found_but_not_what_dies_away_at_once():
    breath = np.concatenate([silence(60), vowel(40, loud=0.03), silence(100)])
    assert list(edges_of(silence(200), vowel(400), breath).over) == ["heard after its end"]
    dying = np.concatenate([vowel(25, loud=0.03), silence(175)])
    assert edges_of(silence(200), vowel(400), dying).over == {}


def test_a_word_that_was_cut_in_the_middle_is_found():
    half = vowel(400)[: 200 * MS]
    assert list(edges_of(silence(200), half, silence(200)).over) == ["ends in mid-sound"]
    assert list(edges_of(silence(200), half[::-1], silence(200)).over) == ["begins in mid-sound"]


def test_a_peak_at_full_scale_is_found():
    assert list(edges_of(silence(200), vowel(400, loud=1.0), silence(200)).over) == ["peaks too high"]


def test_silence_has_no_edges():
    assert edges_of(silence(200), silence(0), silence(200)).peak < -100


def test_a_phrase_of_a_bank_is_found_where_it_begins():
    samples = sound.heard(bank_of(up=300), "up")
    begins = sound.onset(samples, LEAD_MS * MS)
    assert abs(begins - LEAD_MS * MS) <= 8 * MS


@pytest.mark.parametrize("lasts_ms", [300, 2_000])
def test_twice_the_amplitude_is_six_decibels_more_at_any_length(lasts_ms):
    soft, loud = (sound.loudness(vowel(lasts_ms, loud)) for loud in (0.2, 0.4))
    assert loud - soft == pytest.approx(6.02, abs=0.15)


# Beats


def test_an_uneven_count_is_told_with_its_worst_place():
    found = beats.evenness(["one", "two", "three"], [0.0, 800.0, 1_615.0], 800)
    assert found.mean == 807.5
    assert found.off == ((15.0, "two"), (0.0, "one"))


def test_words_on_their_beats_are_felt_there():
    bank = bank_of(one=300, two=300, three=300)
    found = beats.counted(bank, ["one", "two", "three"], 800)
    assert found.mean == pytest.approx(800, abs=1)
    assert all(abs(by) < beats.EVEN_MS for by, _ in found.off)


def test_words_too_long_for_a_beat_are_told():
    found = beats.counted(bank_of(one=900, two=300), ["one", "two"], 800)
    assert isinstance(found, Overlap)
