"""The arithmetic of the one format: MPEG-2 layer III, 24 kHz, mono, 48 kbit/s, which Alexa takes.

In it every frame is exactly 144 bytes and 24 ms, and with the encoder's bit reservoir off each frame stands alone. So
byte ``b`` of a file is in frame ``b // 144``, and time is ``frame * 24`` ms. A frame may begin at any of three
phases of a phrase (0, 8 or 16 ms in), which puts a phrase on any multiple of 8 ms.

What stands on a beat is a word's centre (`audio.centre`), and its first consonant is heard before: `AHEAD` frames of it, at most.

The decoder gives a sample back 1105 samples late (528 + 1 of decoding, 576 of the encoder's own). A phrase is encoded
after as much silence as makes that a whole number of frames, `LEAD`, and its first frame placed that many early; its
onset or its centre then falls on its beat to the sample.
"""

RATE = 24_000
"""Hz."""

FRAME_SAMPLES = 576
FRAME_BYTES = 144
FRAME_MS = 24

GRID_MS = 8
"""The finest step of a placement, ms."""

GRID_SAMPLES = RATE * GRID_MS // 1000
PHASES = FRAME_MS // GRID_MS

DELAY_SAMPLES = 1105
"""From a sample in to the same sample out, encoder and decoder together, where no Xing header says otherwise."""

EARLIEST = 3
"""Frames before its onset's in which a phrase can begin to be heard: the encoder prepares for an attack."""

AHEAD = 6
"""Frames of a word, at most, that are heard before its beat: the longest first consonant of Kokoro's sixty numbers lasts 133 to
172 ms in either voice, the "s" of "seven". They give way where another phrase is still heard."""

AHEAD_SAMPLES = AHEAD * FRAME_SAMPLES

LEAD = AHEAD + EARLIEST + 1
"""Frames from the first frame of an encoded phrase to the frame that stands on the beat."""

LEAD_MS = LEAD * FRAME_MS
"""So early the first frame of a phrase may begin, ms: leave as much before the first of a reel."""


def lead_samples(phase: int) -> int:
    """Samples before what of a phrase is to stand ``phase`` steps of the grid into its frame."""
    return LEAD * FRAME_SAMPLES - DELAY_SAMPLES + phase * GRID_SAMPLES


def frames(ms: int) -> int:
    """How many frames it takes to last ``ms``."""
    return -(-ms // FRAME_MS)
