"""A person's progress as a file that they may take along: readable JSON, with its version, and nothing else that would name them.

It is what a store keeps of them (`skill.kept.saved`), so it has the same versions and the same upgrades. Neither the key nor
the hash that they are found by is in it, not even where a stream that they began names them: where it is brought in says whose
it becomes, and the next stream is theirs.
"""

import json
from dataclasses import replace

from skill.coach.dialogue.state import Progress
from skill.errors import Damaged
from skill.kept.saved import dump, load

MOST = 256 * 1024
"""Bytes of such a file that are read; ours to choose. A year of practice takes a few thousand, and an item of DynamoDB has 400 KB."""


def taken(progress: Progress) -> bytes:
    """The file, in UTF-8."""
    return (json.dumps(dump(_nameless(progress)), ensure_ascii=False, indent=2) + "\n").encode()


def brought(file: bytes) -> Progress:
    """What a file holds.

    Raises:
        Newer: a newer Backbeat wrote it.
        Damaged: it is not what `taken` wrote.
    """
    if len(file) > MOST:
        raise Damaged("not a saved Progress: it is too large")
    try:
        saved = json.loads(file.decode())
    except (ValueError, RecursionError):
        raise Damaged("not a saved Progress: it is no JSON in UTF-8") from None
    return _nameless(load(Progress, saved))


def _nameless(progress: Progress) -> Progress:
    run = progress.run
    return replace(progress, run=replace(run, stream=replace(run.stream, whose=""))) if run else progress
