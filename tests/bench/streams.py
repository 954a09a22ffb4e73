"""How soon does a routine sound, and how soon does it pause? One request at a time, each on a connection of its own.

Everybody has a place of their own in a routine, and does this, with a request to the bare route after each:

    "resume" · from its offset on · anywhere on · started · "pause" · stopped      which the pause has kept already
    "resume" · from its offset on · anywhere on · started · stopped                by the screen: it is kept now

Each resumption is a stream of its own, with a token that nobody has asked for before. The clock runs from a request, its
connection being made, to the first byte of the body; of a stream, no more than 64 KiB are taken.
"""

import json
import random
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from audio.bank import BankFile
from skill.coach.dialogue.state import Mode, Progress
from skill.coach.dialogue.streaming import LONG_TELLINGS
from skill.coach.exercise import Catalogue
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import plan, start
from skill.content.reader import catalogue
from skill.kept.saved import dump
from skill.kept.sqlite import SqliteStore
from skill.settings import DATABASE, person, prepare
from skill.voice.ours import measure
from skill.voice.phrases import wanted
from skill.voice.reels import Reels, Voiced
from skill.voice.voices import FILE
from tests.alexa.signing import Amazon
from tests.audio.fakes import a_bank
from tests.bench import traffic
from tests.bench.serving import serving
from tests.bench.single import TAKEN, Answer, ask, beside_paused
from tests.bench.trial import furnish

LISTENERS, WARMING = 100, 5
"""How many are counted, and how many come before them who are not."""
ROUTINE = "back_routine"
"""Twenty minutes and 7 MB, in one stream."""
PACE = timedelta(seconds=8)
BYTES_A_MS = 6
CLOSING_MS = 60_000
"""Nobody breaks in so late: after the last rep there is nothing to pause."""

POSTED = b"POST /alexa HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3500\r\n\r\n" + bytes(3500)
"""To the bare route: as long as a turn."""

BARE = "bare route"
RESUME, FIRST, AGAIN = '"resume"', "stream, first byte", "stream, first byte elsewhere"
STARTED, PAUSE, REPORT, STOP = "started", '"pause"', "stopped, after a pause", "stopped, by the screen"
ROWS = (BARE, FIRST, AGAIN, RESUME, STARTED, PAUSE, REPORT, STOP)

Json = dict[str, Any]


def measured(folder: Path, amazon: Amazon) -> list[str]:
    """What was measured, a line each."""
    content, home, die = catalogue(), furnish(folder / "streams", amazon), random.Random(1)
    data = home / "data"
    key = prepare(data)
    bank = BankFile(a_bank(data / FILE, wanted(content))).read()
    users = [f"listener-{i}" for i in range(WARMING + LISTENERS)]
    settle(users, data, content, die)
    with (
        serving("streams", "waitress", home) as ours,
        serving("bare", "waitress", furnish(folder / "beside streams", amazon)) as bare,
    ):
        trial = Trial(
            ours.port, bare.port, amazon, Reels((Voiced(Edition(content, measure(bank)), bank),), key), die
        )
        for user in users[:WARMING]:
            trial.visit(user)
        trial.waits.clear()
        for user in users[WARMING:]:
            trial.visit(user)
        heading = f"{'One request at a time':30} p50 ms p99 ms   / bare"
        rows = [heading, *(row(name, trial.waits) for name in ROWS)]
        token = trial.play(users[0], traffic.now())["token"]
        return [*rows, "", beside_paused(ours.port, ranged(token, 0))]


def settle(users: Sequence[str], data: Path, content: Catalogue, die: random.Random) -> None:
    """Everybody has been led straight through some of the routine before, and told as much of it at length."""
    store, key = SqliteStore(data / DATABASE), prepare(data)
    whole = plan(start(ROUTINE, content), content)
    at = round((traffic.now() - timedelta(days=1)).timestamp() * 1000)
    for user in users:
        piece = die.choice(whole.pieces[:-2])
        place = replace(piece.starts(ROUTINE), rep=die.randint(piece.first, piece.last))
        told = dict.fromkeys(whole.exercises[: die.randint(0, len(whole.exercises))], LONG_TELLINGS)
        step = traffic.Step("", {}, {}, traffic.now())
        name = json.loads(traffic.body(step, user))["context"]["System"]["user"]["userId"]
        store.save(person(key, name), dump(Progress(True, told, place, mode=Mode.THROUGH, at=at)), 0)  # noqa: FBT003
    store.close()


def row(name: str, waits: Mapping[str, Sequence[float]]) -> str:
    """All of it in a line."""
    each = [1000 * wait for wait in waits[name]]
    ratio = statistics.median(waits[name]) / statistics.median(waits[BARE])
    return (
        f"{name:30} {statistics.median(each):6.2f} {statistics.quantiles(each, n=100)[98]:6.2f} {ratio:8.2f}"
    )


@dataclass
class Trial:
    """Our server and the bare one, and what they took."""

    ours: int
    bare: int
    amazon: Amazon
    reels: Reels
    """By which the bytes are checked."""
    die: random.Random
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def visit(self, user: str) -> None:
        """All that one person does."""
        at = traffic.now() - 9 * PACE
        player = self.play(user, at)
        later = self.moment(player)
        assert self.turn(STARTED, user, at + PACE, report("Started", player)) == {}
        paused = self.turn(PAUSE, user, at + 2 * PACE, intent("Pause"), later | {"playerActivity": "PAUSED"})
        assert "Paused at" in paused["outputSpeech"]["ssml"], paused
        assert [each["type"] for each in paused["directives"]] == ["AudioPlayer.Stop"], paused
        assert self.turn(REPORT, user, at + 3 * PACE, report("Stopped", later)) == {}
        player = self.play(user, at + 4 * PACE)
        assert self.turn(STARTED, user, at + 5 * PACE, report("Started", player)) == {}
        later = self.moment(player)
        assert self.turn(STOP, user, at + 6 * PACE, report("Stopped", later)) == {}

    def play(self, user: str, at: datetime) -> Json:
        """ "Resume", and the player's first ranges: where it is then."""
        said = self.turn(RESUME, user, at, intent("Resume"))
        stream = said["directives"][0]["audioItem"]["stream"]
        token, offset = stream["token"], stream["offsetInMilliseconds"]
        size = self.fetch(FIRST, token, offset * BYTES_A_MS)
        self.fetch(AGAIN, token, self.die.randrange(size - TAKEN))
        return {"token": token, "offsetInMilliseconds": offset}

    def moment(self, player: Json) -> Json:
        """The player, somewhat later."""
        begun, size = player["offsetInMilliseconds"], self.reels.reel(player["token"]).size
        return player | {"offsetInMilliseconds": self.die.randint(begun, size // BYTES_A_MS - CLOSING_MS)}

    def fetch(self, what: str, token: str, first: int) -> int:
        """A stream from a byte on; how many it has in all."""
        answer = self.timed(what, ranged(token, first))
        reel = self.reels.reel(token)
        assert answer.head.startswith("HTTP/1.1 206 "), answer.head
        assert f"bytes {first}-{reel.size - 1}/{reel.size}" in answer.head, answer.head
        assert answer.body == reel.span(first, first + TAKEN)
        return reel.size

    def turn(self, what: str, user: str, at: datetime, request: Json, player: Json | None = None) -> Json:
        """A turn of somebody's: the response."""
        envelope = json.loads(traffic.body(traffic.Step(what, request, {}, at), user))
        if request["type"].startswith("AudioPlayer."):
            del envelope["session"]
            player = {name: request[name] for name in ("token", "offsetInMilliseconds")}
        envelope["context"]["AudioPlayer"] |= player or {}
        return self.timed(what, traffic.sealed(what, json.dumps(envelope).encode(), self.amazon).raw).response

    def timed(self, what: str, request: bytes) -> Answer:
        """An answer of ours, and then one of the bare route."""
        answer = ask(self.ours, request)
        self.waits[what].append(answer.wait)
        bare = ask(self.bare, POSTED)
        assert b"hello" in bare.body
        self.waits[BARE].append(bare.wait)
        return answer


def ranged(token: str, first: int) -> bytes:
    """A player's request for a stream, from a byte on."""
    return f"GET /audio/{token}.mp3 HTTP/1.1\r\nHost: 127.0.0.1\r\nRange: bytes={first}-\r\n\r\n".encode()


def intent(name: str) -> Json:
    """A request of that intent of Amazon's."""
    return {
        "type": "IntentRequest",
        "intent": {"name": f"AMAZON.{name}Intent", "confirmationStatus": "NONE", "slots": {}},
    }


def report(what: str, player: Json) -> Json:
    """A report of a player."""
    return {"type": f"AudioPlayer.Playback{what}", **player}
