"""A reel is the file it would be if it were rendered, whichever way it is read: laws, over any placements."""

import io
import random
from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.bank import Bank, Phrase, Take
from audio.errors import AudioError, Missing, OffGrid, Outside, Overlap, Unplaceable
from audio.frames import AHEAD, EARLIEST, FRAME_BYTES, FRAME_MS, GRID_MS, PHASES
from audio.reel import Placement, Reel

EARLY = AHEAD + EARLIEST
"""Frames that a phrase begins before its beat, at most: what the encoder makes (test_encode has the proof)."""

SILENT = bytes(range(FRAME_BYTES))
RANGES = 100
"""For each of as many examples: ten thousand."""


def phrase(text: str, spans: Sequence[tuple[int, int]]) -> Phrase:
    """A phrase of the frames ``[first, end)`` in each phase, no byte like its neighbour's or another phase's."""
    takes = [
        Take(first, random.Random(f"{text} {phase}").randbytes((end - first) * FRAME_BYTES))
        for phase, (first, end) in enumerate(spans)
    ]
    return Phrase(text, max(end for _, end in spans) * FRAME_MS, (takes[0], takes[1], takes[2]))


PHRASES = {
    "tick": phrase("tick", [(-1, 0), (0, 1), (0, 1)]),
    "one": phrase("one", [(-3, 4), (-2, 5), (-2, 5)]),
    "two": phrase("two", [(-2, 3), (-2, 3), (-1, 4)]),
    "six": phrase("six", [(-8, 6), (-8, 6), (-7, 7)]),
    "a longer one": phrase("a longer one", [(-3, 40), (-2, 40), (-2, 41)]),
}
BANK = Bank("fake", SILENT, PHRASES)

spans = st.integers(-EARLY, 0).flatmap(lambda first: st.integers(1, 9).map(lambda end: (first, end)))
phrases = st.lists(spans, min_size=PHASES, max_size=PHASES).map(lambda given: phrase("any", given))
steps = st.integers(0, 20).map(lambda step: step * GRID_MS)


@st.composite
def scores(draw: st.DrawFn) -> tuple[list[Placement], int]:
    """Phrases that do not overlap, some touching, in any order; and a length, seldom of whole frames."""
    placed: list[Placement] = []
    free = 0
    for text in draw(st.lists(st.sampled_from(sorted(PHRASES)), max_size=12)):
        at_ms = free * FRAME_MS + draw(steps)
        while at_ms // FRAME_MS + take(at_ms, text).first < free:
            at_ms += GRID_MS
        free = at_ms // FRAME_MS + take(at_ms, text).end
        placed.append((at_ms, text))
    return draw(st.permutations(placed)), free * FRAME_MS + draw(st.integers(0, 200))


def take(at_ms: int, text: str) -> Take:
    return PHRASES[text].takes[at_ms % FRAME_MS // GRID_MS]


def rendered(placed: list[Placement], length_ms: int) -> bytes:
    """The file, made in the plainest way."""
    whole = [SILENT] * -(-length_ms // FRAME_MS)
    for at_ms, text in placed:
        its = take(at_ms, text)
        for frame in range(its.first, its.end):
            at = (frame - its.first) * FRAME_BYTES
            whole[at_ms // FRAME_MS + frame] = its.data[at : at + FRAME_BYTES]
    return b"".join(whole)


@given(scores())
def test_it_is_as_long_as_promised_and_is_the_file_it_would_be(score):
    placed, length_ms = score
    reel = Reel(placed, length_ms, BANK)
    assert reel.size == -(-length_ms // 24) * 144
    assert reel.read() == rendered(*score)


@settings(max_examples=100, deadline=None)
@given(scores(), st.randoms(use_true_random=False))
def test_any_range_is_the_slice_of_the_whole(score, random):
    whole, reel = rendered(*score), Reel(*score, BANK)
    for _ in range(RANGES):
        start = random.randint(0, len(whole) + 9)
        end = random.randint(start, len(whole) + 99)
        reel.seek(start)
        assert reel.read(end - start) == whole[start:end]
        assert reel.span(start, end) == whole[start:end]


@given(scores(), st.lists(st.integers(0, 20_000), min_size=3, max_size=3).map(sorted))
def test_two_ranges_that_touch_are_one(score, bounds):
    reel = Reel(*score, BANK)
    a, b, c = bounds
    assert reel.span(a, b) + reel.span(b, c) == reel.span(a, c)


@given(scores(), st.data())
def test_the_same_request_is_the_same_bytes(score, data):
    placed, length_ms = score
    one, other = Reel(placed, length_ms, BANK), Reel(data.draw(st.permutations(placed)), length_ms, BANK)
    start, end = sorted(data.draw(st.tuples(st.integers(0, one.size), st.integers(0, one.size))))
    asked = one.span(start, end)
    one.read(data.draw(st.integers(0, 500)))
    assert one.span(start, end) == asked == other.span(start, end)


moves = st.one_of(
    st.tuples(st.just("tell")),
    st.tuples(st.just("read"), st.integers(-1, 3000)),
    st.tuples(st.just("readinto"), st.integers(0, 3000)),
    st.tuples(st.just("readinto1"), st.integers(0, 3000)),
    st.tuples(st.just("read1"), st.integers(0, 3000)),
    st.tuples(st.just("seek"), st.integers(-4000, 20_000), st.sampled_from([0, 1, 2])),
)


@given(scores(), st.lists(moves, max_size=30))
def test_it_is_read_like_any_file(score, moves):
    reel, model = Reel(*score, BANK), io.BytesIO(rendered(*score))
    for move in moves:
        assert moved(reel, model, *move) == moved(model, model, *move)
        model.seek(reel.tell())


@given(scores(), st.lists(moves, max_size=30), st.integers(1, 4000))
def test_behind_a_buffer_it_is_read_like_any_file(score, moves, size):
    model = io.BytesIO(rendered(*score))
    with io.BufferedReader(Reel(*score, BANK), size) as reel:
        for move in moves:
            before = model.tell()
            found = moved(reel, model, *move)
            if move[0] in {
                "read1",
                "readinto1",
            }:  # as much as there is at once: something, unless it is the end
                assert found or not move[1] or before >= len(model.getvalue())
                move = ("read", len(found))  # noqa: PLW2901  # and then what it was
            model.seek(before)
            assert moved(model, model, *move) == found
            assert model.tell() == reel.tell()


def moved(file, model, name, *given):
    """What comes of a move: bytes, or a place."""
    if name == "seek":
        offset, whence = given
        base = (0, model.tell(), len(model.getvalue()))[whence]
        return file.seek(max(offset, -base), whence)
    if name in {"readinto", "readinto1"}:
        buffer = bytearray(given[0])
        return bytes(buffer[: getattr(file, name, file.readinto)(buffer)])
    return getattr(file, name, file.read)(*given)


def test_it_is_a_file_to_read_and_to_seek():
    reel = Reel([(96, "one")], 1000, BANK)
    assert (reel.readable(), reel.seekable(), reel.writable()) == (True, True, False)
    reel.seek(10)
    with pytest.raises(ValueError, match="-1"):
        reel.seek(-11, io.SEEK_CUR)
    with pytest.raises(ValueError, match="3"):
        reel.seek(0, 3)
    assert reel.tell() == 10


@pytest.mark.parametrize(
    "use", [Reel.read, Reel.tell, lambda reel: reel.seek(0), lambda reel: reel.readinto(bytearray(1))]
)
def test_closed_it_is_read_no_more(use):
    reel = Reel([], 1000, BANK)
    reel.close()
    with pytest.raises(ValueError, match="closed"):
        use(reel)


@pytest.mark.parametrize(
    ("placed", "error", "carries"),
    [
        ([(100, "one")], OffGrid, {"text": "one", "at_ms": 100}),
        ([(-8, "tick")], Outside, {"text": "tick", "at_ms": -8}),
        ([(40, "one")], Outside, {"text": "one", "at_ms": 40}),
        ([(72, "one"), (920, "one")], Outside, {"text": "one", "at_ms": 920}),
        ([(96, "three")], Missing, {"text": "three"}),
        (  # the first ends with its frame 4, and the second begins 2 frames before its own
            [(216, "two"), (96, "one")],
            Overlap,
            {"text": "one", "at_ms": 96, "following": "two", "by_ms": 24},
        ),
        (
            [(96, "one"), (96, "two")],
            Overlap,
            {"text": "one", "at_ms": 96, "following": "two", "by_ms": 144},
        ),
    ],
)
def test_what_cannot_be_placed_is_told(placed, error, carries):
    with pytest.raises(error) as raised:
        Reel(placed, 1000, BANK)
    assert {name: getattr(raised.value, name) for name in carries} == carries
    assert isinstance(raised.value, AudioError)
    assert isinstance(raised.value, Unplaceable) is (error is not Missing)
    assert all(str(value) in str(raised.value) for value in carries.values())


@given(phrases, phrases)
def test_phrases_with_room_between_never_overlap(one, other):
    bank = Bank("any", SILENT, {"one": one, "other": other})
    for phase, later in product(range(PHASES), repeat=2):
        first = EARLY * FRAME_MS + phase * GRID_MS
        after = first + one.room_ms + later * GRID_MS
        Reel([(first, "one"), (after, "other")], after + other.room_ms + FRAME_MS, bank)


def test_what_comes_before_the_beat_gives_way_to_what_is_still_said():
    frames = Reel([(240, "one"), (424, "six")], 1000, BANK).read()
    one, six = BANK["one"].takes[0], BANK["six"].takes[2]  # frames 7 to 13, and 10 to 23
    assert frames[7 * FRAME_BYTES : 14 * FRAME_BYTES] == one.data
    assert frames[14 * FRAME_BYTES : 24 * FRAME_BYTES] == six.data[4 * FRAME_BYTES :]


def test_but_no_more_of_it_than_that():
    Reel([(240, "one"), (408, "six")], 1000, BANK)
    with pytest.raises(Overlap) as raised:
        Reel([(240, "one"), (400, "six")], 1000, BANK)
    assert (raised.value.text, raised.value.following, raised.value.by_ms) == ("one", "six", 24)


def test_nothing_is_an_empty_file():
    assert Reel([], 0, BANK).read() == b""
