"""The arithmetic: what is true of any time."""

from hypothesis import given
from hypothesis import strategies as st

from audio.frames import (
    DELAY_SAMPLES,
    FRAME_BYTES,
    FRAME_MS,
    FRAME_SAMPLES,
    GRID_MS,
    GRID_SAMPLES,
    LEAD,
    LEAD_MS,
    PHASES,
    RATE,
    frames,
    lead_samples,
)


def test_a_frame_is_as_long_in_ms_in_samples_and_in_bits():
    assert FRAME_MS * RATE == FRAME_SAMPLES * 1000
    assert FRAME_BYTES * 8 * 1000 == 48_000 * FRAME_MS


def test_the_phases_are_the_grid():
    assert PHASES * GRID_MS == FRAME_MS
    assert PHASES * GRID_SAMPLES == FRAME_SAMPLES
    assert LEAD * FRAME_MS == LEAD_MS


@given(st.integers(0, 10**9))
def test_frames_last_as_long_as_asked_and_less_than_one_more(ms):
    assert 0 <= frames(ms) * FRAME_MS - ms < FRAME_MS


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_whole_frames_add(whole, ms):
    assert frames(whole * FRAME_MS + ms) == whole + frames(ms)


def test_an_onset_comes_out_a_whole_number_of_frames_and_its_phase_late():
    for phase in range(PHASES):
        assert lead_samples(phase) >= 0
        assert lead_samples(phase) + DELAY_SAMPLES == LEAD * FRAME_SAMPLES + phase * GRID_SAMPLES
