"""People of a soak: each has a speaker (`tests.device`), which lives in real time, and does with it as people do.

They open, say yes, listen or break in, have it play straight through, pause, resume, press buttons, go away. What the player
reports is sent when it happens. A turn that a kill has cut is said again; a report, a button and a word of Amazon's are
delivered again as they were.
"""

import json
import random
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event
from typing import Any

from audio.frames import FRAME_MS
from skill.alexa.inbound import DISABLED
from skill.settings import person
from skill.voice.reels import Reels
from tests.alexa.signing import Amazon
from tests.bench import traffic
from tests.bench.habits import LISTENING, REST, SESSION, SLOTS, STREAM
from tests.bench.ledger import Acknowledged, Json, Ledger, stranger
from tests.bench.mortal import PATIENCE_S, Cut, Mortal
from tests.device import EPOCH, Device
from tests.echo import Clock
from tests.player import DOT, FIRST_GENERATION, SHOW

NOTHING: Json = {"version": "1.0", "response": {}}
"""What a speaker makes of no answer."""

NEVER = datetime.max.replace(tzinfo=UTC)

FRAME_BYTES = 144
URL_END = ".mp3"

PATIENT = 0.2
"""How many hear everything out: a set to its end, a stream to its last word."""

AGAIN = ("LaunchRequest", "IntentRequest")
"""What is said again by whoever said it, if there was no answer."""


@dataclass
class World:
    """All that people of a soak have in common."""

    server: Mortal
    ledger: Ledger
    amazon: Amazon
    reels: Reels
    """Which know how long a stream is."""
    over: Event
    """Set when it is."""
    pause_s: float
    """How long they think, on average."""

    def length(self, url: str) -> int:
        """Of what is at a URL, ms."""
        token = url.rpartition("/")[2].removesuffix(URL_END)
        return self.reels.reel(token).size // FRAME_BYTES * FRAME_MS


@dataclass
class Person:
    """Somebody, and what they were last told."""

    world: World
    number: int
    key: bytes
    """Of the installation, by which they are known."""
    die: random.Random
    leaves: datetime = NEVER
    """When they disable the skill."""
    left: bool = field(default=False, init=False)
    asked: Json = field(default_factory=dict, init=False)
    last: Json = field(default_factory=dict, init=False)
    """The last request, and the last answer."""

    def __post_init__(self) -> None:
        user = f"amzn1.ask.account.SOAK-{self.number}"
        self.who = person(self.key, user)
        self.clock = Clock(datetime.now(UTC))
        self.patient = self.die.random() < PATIENT
        self.acknowledged = Acknowledged(partial(self.world.server.kept, self.who))
        self.device = Device(
            self.turn,
            self.clock,
            user,
            f"amzn1.ask.device.SOAK-{self.number}",
            audioplayer=self.die.random() < 0.8,
            length=self.world.length,
            nearly=self.die.choice((SHOW, FIRST_GENERATION, DOT)),
            ducked_as=self.die.choice(("PAUSED", "PLAYING")),
            pauses_alone=self.die.random() < 0.2,
            patient=False,
            locale=self.die.choice(("en-US", "en-GB")),
        )

    def live(self) -> None:
        """Until the soak is over, or they are gone."""
        self.world.over.wait(self.die.uniform(0, 2 * self.world.pause_s))
        self.clock.now = datetime.now(UTC)
        while not self.world.over.is_set() and not self.left:
            try:
                if self.parting:
                    self.leave()
                else:
                    self.act()
                    self.wait(self.die.expovariate(1 / self.world.pause_s))
            except AssertionError as error:
                self.world.ledger.lost.append(f"unlawful: {error}: {self.last}, to {self.asked}")
                self.stand_up()
            except Exception:  # noqa: BLE001  # whatever it is, it is told of
                self.world.ledger.errors.append(traceback.format_exc(limit=-3))
                self.stand_up()

    @property
    def parting(self) -> bool:
        """Whether they have had enough of us, and something is kept of them."""
        return bool(self.acknowledged.told) and self.clock.now >= self.leaves

    @property
    def waiting(self) -> bool:
        """Whether they have the time to wait."""
        return not self.world.over.is_set() and not self.parting

    @property
    def habits(self) -> Mapping[str, int]:
        """What they do where they are."""
        if self.device.attributes is not None:
            return SESSION
        if not self.device.player.playing:
            return REST
        return LISTENING if self.patient else STREAM

    # What they do

    def act(self) -> None:
        """One thing that may be done where they are; again, if a kill has cut it."""
        if self.patient:
            self.hear_out()
        do = self.doing(*self.die.choices([*self.habits], [*self.habits.values()]))
        while not self.world.over.is_set():
            try:
                return do()
            except Cut:
                self.wait(1)
        return None

    def doing(self, what: str) -> Callable[[], object]:
        """How that is done."""
        how, _, name = what.rpartition(" ")
        slots = {}
        if name in SLOTS:
            slot, values = SLOTS[name]
            slots[slot] = {"name": slot, "value": str(self.die.choice(values))}
        match what:
            case "silence":
                return self.keep_silent
            case "listen":
                return lambda: self.wait(self.die.uniform(0, 10 * self.world.pause_s))
            case "exit":
                return self.device.exit
            case "pause here":
                return self.device.pause_here
            case "open":
                return self.device.launch
            case "fail":
                return self.device.fail
        match how:
            case "press":
                return partial(self.device.press, name)
            case "ask":
                return partial(self.device.ask, name, **slots)
        return partial(self.device.intend, name, **slots)

    def hear_out(self) -> None:
        """Until they are listened to, or nothing is said any more."""
        while self.device.turn and not self.device.turn.microphone and self.waiting:
            self.wait(0.5)

    def keep_silent(self) -> None:
        """Until the session is over."""
        while self.device.turn and self.waiting:
            self.wait(1)

    def leave(self) -> None:
        """They disable the skill, are met as a stranger, and disable it for good."""
        self.leaves = NEVER
        self.device.other_audio()
        self.disable()
        in_session = self.device.attributes is not None
        while True:
            try:
                self.device.intend("AMAZON.YesIntent") if in_session else self.device.launch()
                break
            except Cut:
                self.wait(1)
        if not stranger(self.last):
            self.world.ledger.errors.append("somebody who was forgotten is known")
        self.disable()
        self.world.ledger.forgotten.append(self.who)
        self.left = True

    def disable(self) -> None:
        """As Amazon tells it."""
        self.device.tell(DISABLED)

    def stand_up(self) -> None:
        """They leave it at that, and begin again."""
        self.device.turn = self.device.attributes = None
        self.device.player.hold(held=False)

    # What happens meanwhile

    def wait(self, seconds: float) -> None:
        """Real time passes, and with it their speaker's, on which things happen by themselves, each at its moment."""
        end = self.clock.now + timedelta(seconds=seconds)
        while self.clock.now < end and self.waiting:
            moment = self.device.moment()
            happens = end if moment is None else EPOCH + timedelta(milliseconds=moment)
            leaves = end if self.leaves < self.clock.now else self.leaves
            self.world.over.wait(max((min(end, happens, leaves) - datetime.now(UTC)).total_seconds(), 0))
            self.device.wait(max((datetime.now(UTC) - self.clock.now).total_seconds(), 0))

    def turn(self, envelope: Json) -> Json:
        """What the skill answers; nothing, where the turn was lost."""
        self.asked, ledger = envelope["request"], self.world.ledger
        kind = self.asked["type"]
        request = traffic.sealed(kind, json.dumps(envelope).encode(), self.world.amazon).raw
        self.check(self.acknowledged.still())
        while True:
            try:
                answer = self.world.server.ask(request)
                break
            except Cut:
                ledger.cut.append(kind)
                self.check(self.acknowledged.cut(kind))
                if kind in AGAIN:
                    raise
            except OSError as error:
                ledger.lost.append(f"{kind}: {type(error).__name__}")
                self.acknowledged.still()
                return NOTHING
        if not answer.head.startswith("HTTP/1.1 200 ") or answer.wait > PATIENCE_S:
            ledger.lost.append(f"{kind}: {answer.head.partition(chr(13))[0]} after {answer.wait:.1f} s")
            self.acknowledged.still()
            return NOTHING
        ledger.turns.append((kind, answer.wait))
        self.last = said = json.loads(answer.body)
        self.look_at(said)
        self.check(self.acknowledged.answered(kind, said))
        self.device.answers.clear()
        return said

    def look_at(self, said: Json) -> None:
        """Whether it says that anything went wrong; and which streams there are."""
        response: dict[str, Any] = said["response"]
        fault = self.world.reels.voices[0].edition.catalogue.words.line("our_fault")
        if fault.partition(".")[0] in response.get("outputSpeech", {}).get("ssml", ""):
            known = self.acknowledged.told
            self.world.ledger.errors.append(f"something went wrong, they were told: {self.asked}, of {known}")
        for directive in response.get("directives", []):
            if directive["type"] == "AudioPlayer.Play":
                self.world.ledger.tokens.append(directive["audioItem"]["stream"]["token"])

    def check(self, amiss: str) -> None:
        """What is amiss with what is kept is a turn lost."""
        if amiss:
            self.world.ledger.lost.append(amiss)
