"""What an operator looks at, in the form that Prometheus reads: counts and latencies, and nothing of what anybody said.

They are the process's own, as prometheus-client has them; beside them it tells of the process itself, its CPU, memory and files. Labels
are few and closed: no person, no intent and no exercise is one, since "it hurts" is nobody's business.
"""

from collections.abc import Collection

from prometheus_client import Counter, Histogram

OTHER = "other"
"""A kind that is none of those we know."""

TURNS = Counter("backbeat_turns_total", "Requests that were answered, by their kind.", ["kind"])
SECONDS = Histogram(
    "backbeat_turn_seconds",
    "How long an answer took, from its request in whole; by the door it came through.",
    ["door"],
    buckets=(
        0.001,
        0.0025,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        0.5,
        1,
        2.5,
        8,
    ),  # Alexa gives up after eight
)
FAULTS = Counter(
    "backbeat_faults_total", "Mistakes of our own, for which somebody heard that we are sorry.", ["door"]
)
REJECTED = Counter("backbeat_rejected_total", "Requests that are not from Alexa, or not for this skill.")
STREAMS = Counter("backbeat_streams_total", "Streams that a player was given to play.")
AUDIO = Counter("backbeat_audio_bytes_total", "Bytes of our own voice that were sent.")
CONFLICTS = Counter(
    "backbeat_store_conflicts_total",
    "Turns made again, since another had changed the same person's progress.",
)
LOSSES = Counter("backbeat_store_failures_total", "Turns of which progress could not be read or kept.")


def turned(door: str, kind: str, known: Collection[str], seconds: float) -> None:
    """Count a turn, and how long it took; a ``kind`` that is not ``known`` is `OTHER`: strangers name no series of ours."""
    TURNS.labels(kind if kind in known else OTHER).inc()
    SECONDS.labels(door).observe(seconds)
