"""FFmpeg's meter of loudness, which is not ours."""

from contextlib import suppress

import numpy as np
from av.audio.frame import AudioFrame
from av.filter import Graph

from audio.encode import Samples
from audio.frames import RATE


def ebur128(samples: Samples) -> tuple[float, float]:
    """Integrated loudness, LUFS, and true peak, dBFS."""
    graph = Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="fltp", layout="mono")
    meter, sink = graph.add("ebur128", "metadata=1:peak=true"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    frame = AudioFrame.from_ndarray(samples[np.newaxis, :], "fltp", "mono")
    frame.sample_rate, frame.pts = RATE, 0
    source.push(frame)
    source.push(None)
    told: dict[str, str] = {}
    with suppress(EOFError):
        while True:
            told |= sink.pull().metadata
    return float(told["lavfi.r128.I"]), 20 * np.log10(float(told["lavfi.r128.true_peak"]))
