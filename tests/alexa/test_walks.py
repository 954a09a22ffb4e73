"""Thousands of random walks of pretend Echos, straight through a routine.

A person speaks, presses buttons, says nothing, changes rooms; reports come late, twice, shuffled, or never; the network
goes, the server dies before or after it has kept a turn, and comes back. The device holds every reply to the platform's
rules. What it played is the truth; the score of its stream says which reps those were. However they walked,

    who goes on goes on at the beginning of the rep, or the sentence, that they last heard;
    each rep is heard out once, and in order: only the one that was broken in on is begun again.

Some ask for another pace and another dose besides: under a stream, while it is paused, and at rest. Then the plan changes
under their feet, and a place is not a moment any more, nor a number of reps: it is words, exercise, set, side and rep.

    The plan in force is laid out by what they last wished; a stream plays it from its first rep to its last.
    Who goes on goes on at the rep they were at, if that plan has it, else at the first that it has after that one.
    What they were past counts as done: a rep that the new plan has there besides is not owed, nor is one it has not.

So over any two streams: each rep between the beginnings of both that both plans have was heard out in the first.

One thing nobody can tell, and so no walk has it: a report that was lost, and at once another speaker, or another's audio
on the same. And one thing is not told: a new plan that was kept, and its reply lost, while the old one plays on.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pytest
from structlog.testing import capture_logs

from audio.bank import BankFile
from audio.frames import FRAME_MS, LEAD_MS, frames
from skill.alexa.directives import Directives
from skill.alexa.handlers import LAG_MS, AlexaDoor, skill
from skill.alexa.screen import Screens
from skill.alexa.webhook import answer
from skill.coach.exercise import Order
from skill.coach.timeline.block import Track
from skill.coach.timeline.edition import Edition, Editions
from skill.coach.timeline.plan import Bookmark, Part, plan, start
from skill.coach.timeline.score import Section
from skill.coach.timeline.stream import Stream
from skill.coach.timeline.wishes import Wishes
from skill.content.reader import catalogue
from skill.conversation import Conversation
from skill.voice.ours import measure
from skill.voice.phrases import wanted
from skill.voice.reels import Reels, Voiced
from skill.voice.voices import FILE
from tests.audio.fakes import a_bank
from tests.device import Device, millis
from tests.echo import Clock
from tests.fakes import MemoryStore
from tests.player import DOT, FIRST_GENERATION, SHOW

CONTENT = catalogue()
SCREENS = Screens.of([CONTENT])
KEY = bytes(32)
WALKS, BENT = 60, 24
"""Of a kind; and of one in which plans change, which have to be laid out anew each time."""
LEGS = 5
"""Of a walk: each goes on for a while, is broken in on, and begins again."""

NOTHING: dict[str, Any] = {"version": "1.0", "response": {}}
ROUTINE = "full_back_routine"
"""Of two blocks."""

REPEATED_MS = 40_000
"""Where our word to stop was lost, at most so much is heard again: the ten seconds in which nobody can tell, and a rep."""

BENDS: dict[str, tuple[int, ...]] = {
    "SlowerIntent": (),
    "FasterIntent": (),
    "NormalIntent": (),
    "MoreIntent": (1, 3, 40),
    "FewerIntent": (1, 2, 5),
    "RepsIntent": (1, 3, 4, 5, 6, 8, 11, 12, 50, 90),
    "SetsIntent": (1, 2, 3, 4, 9),
    "HoldLongerIntent": (3, 6, 30),
    "HoldShorterIntent": (1, 2, 4),
    "RestIntent": (0, 20, 90, 200),
}
"""What they say of pace and dose, and the amounts they may name, or not: in range somewhere, everywhere, nowhere."""

UNMENDED = False
"""Where a wish takes away the rep or the words they are at, the coach goes back to the nearest it finds before, and reps are
done twice. Such a walk ends there; once that is mended, False."""

Rep = tuple[str, int, str, int]
"""Exercise, set, side, rep."""


@pytest.fixture(scope="module")
def reels(tmp_path_factory: pytest.TempPathFactory) -> Reels:
    bank = BankFile(a_bank(tmp_path_factory.mktemp("bank") / FILE, wanted(CONTENT))).read()
    return Reels((Voiced(Edition(CONTENT, measure(bank)), bank),), KEY)


@dataclass
class Walk:
    """Two speakers of one person, the server they talk to, and what can go wrong between them."""

    reels: Reels
    die: random.Random
    lossy: bool
    """Reports are late, doubled, shuffled and lost."""
    crashes: bool
    strays: bool
    """They go to other exercises, too."""
    bends: bool = False
    """They ask for another pace and another dose."""
    clock: Clock = field(default_factory=Clock)
    store: MemoryStore = field(default_factory=MemoryStore)
    crash: str = ""
    """The next turn's process dies "before" the turn is kept, or "after"."""
    lost: bool = False
    """Whether a report was lost that nothing has made up for yet."""
    unstopped: bool = False
    """Whether a reply was lost since the last stream was begun: it may have been our word to stop."""
    runs: list[tuple[Stream, Device]] = field(default_factory=list)
    """Every stream that was begun, but for blocks that followed by themselves; and on which speaker."""
    left: dict[int, tuple[int, int]] = field(default_factory=dict)
    """The block of a run in which they walked away, and how far that counts: to where they then went on, in its score."""
    instead: set[Bookmark] = field(default_factory=set)
    """Where the next stream may begin, too, since a reply was lost."""
    over: bool = False
    """Whether they have lost their place; see `UNMENDED`."""
    story: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.restart()
        self.here, self.there = self.speaker("KITCHEN"), self.speaker("BEDROOM")

    # The world

    def restart(self) -> None:
        """Another process, with the same store."""
        conversation = Conversation(Editions((edition(self.reels),)), self.store, LAG_MS)
        directives = Directives(self.reels, "https://coach.example")
        streams = frozenset({CONTENT.language})
        self.skill = skill(AlexaDoor(conversation, directives, streams=streams, screens=SCREENS))

    def speaker(self, name: str) -> Device:
        return Device(
            self.turn,
            self.clock,
            name=f"amzn1.ask.device.{name}",
            screen=name == "BEDROOM",
            length=self.length,
            nearly=self.die.choice((SHOW, FIRST_GENERATION, DOT)),
            ducked_as=self.die.choice(("PAUSED", "PLAYING")),
            pauses_alone=self.die.random() < 0.3,
            prompt=not self.lossy,
            buffer=self.die.choice((0, 4000, 30_000)),
        )

    def turn(self, envelope: dict[str, Any]) -> dict[str, Any]:
        crash, self.crash = self.crash, ""
        report = envelope["request"]["type"].startswith("AudioPlayer.")
        self.lost = (self.lost or bool(crash)) if report else bool(crash)
        if crash:
            self.restart()
            self.unstopped = self.unstopped or not report
        if crash == "before":
            return NOTHING
        said: dict[str, Any] = json.loads(answer(self.skill, KEY, envelope))
        return NOTHING if crash else said

    def stream(self, token: str) -> Stream:
        return named(self.reels, token)

    def length(self, url: str) -> int:
        stream = self.stream(url.rpartition("/")[2].removesuffix(".mp3"))
        return frames(self.track(stream).lasts + LEAD_MS) * FRAME_MS

    def track(self, stream: Stream) -> Track:
        return edition(self.reels).stream(stream)

    def deliver(self) -> None:
        """Reports: in any order, some twice, and some never."""
        self.die.shuffle(self.here.pending)
        for event in list(self.here.pending):
            luck = self.die.random()
            if luck < 0.04:
                self.here.pending.remove(event)
                self.lost = True
            elif luck < 0.7:
                self.here.deliver(event)
                if luck < 0.3:
                    self.here.deliver(event)
        self.note("reports come as they may")

    # The truth

    def truth(self, early: int = 0) -> set[Bookmark]:
        """Where the newest stream is; ``early`` ms before that, too."""
        player = self.runs[-1][1].player
        assert player.current
        stream, at = self.stream(player.current.token), player.current.at
        track = self.track(stream)
        ended = {track.following.place} if track.following else set[Bookmark]()
        if player.activity == "FINISHED":
            return ended
        spans = range(0, early + 1, 500)
        found = {track.place(at - LEAD_MS - back) for back in spans}
        return found | ended if at - LEAD_MS >= track.lasts else found  # stopped at its very end

    def find(self, stream: Stream, mark: Bookmark) -> int:
        """Where a place is in the score of a stream."""
        return self.track(stream).block.find(mark)

    @property
    def done(self) -> bool:
        """Whether the newest stream has played to the end of all, or to its closing words: what follows begins anew."""
        return bool(self.runs) and all(mark.part is Part.CLOSE for mark in self.truth())

    def begun(self, expected: set[Bookmark]) -> bool:
        """Whether a stream was begun just now: where it should be."""
        before = len(self.runs)
        for device in (self.here, self.there):
            track = device.player.current
            stream = self.stream(track.token) if track else None
            if track and stream and (not self.runs or stream.run > self.runs[-1][0].run):
                if not (self.unstopped and 0 <= self.repeated(stream.place) < REPEATED_MS):
                    allowed = expected | self.instead
                    assert self.among(allowed, stream), (self.story, stream, allowed)
                if not self.among(expected, stream) and not self.strays:
                    assert self.repeated(stream.place) < REPEATED_MS, (self.story, stream)
                self.unstopped = False
                self.counted_in(stream, track.at)
                self.leave(stream.place)
                self.runs.append((stream, device))
                self.instead = set()
        return len(self.runs) > before

    def among(self, marks: set[Bookmark], stream: Stream) -> bool:
        """Whether a stream, of the plan in force, is begun where one of those places is in that plan."""
        (progress,) = self.store.kept.values()
        assert stream.wishes == progress.wishes, self.story
        return any(goes_on(stream, mark) for mark in marks)

    def counted_in(self, stream: Stream, at: int) -> None:
        """Whoever is counted in hears all of three, two, one, and nothing before."""
        if stream.counted:
            heard = [text for cue, text in self.track(stream).score.sounds() if cue.at >= at - LEAD_MS][:4]
            named = heard[:1] if heard[0].startswith("From ") else []  # the rep, before the count
            assert heard[len(named) :][:3] == ["three", "two", "one"], (self.story, stream, at, heard)

    def repeated(self, mark: Bookmark) -> int:
        """How much they would hear again, from a place on."""
        if not self.runs:
            return 0
        run, device = self.runs[-1]
        last = [(one, end) for token, _, end in device.heard if (one := self.stream(token)).run == run.run]
        if not last or mark.exercise not in {rep[0] for rep in spans(self.reels, last[-1][0])}:
            return 0
        return last[-1][1] - self.find(last[-1][0], mark)

    def leave(self, mark: Bookmark) -> None:
        """What they heard of a run after the place where they now go on does not count: it was not believed."""
        for run, device in self.runs[-1:]:
            last = [one for token, *_ in device.heard if (one := self.stream(token)).run == run.run]
            if last and mark.exercise in {rep[0] for rep in spans(self.reels, last[-1])}:
                self.left[run.run] = last[-1].block, self.find(last[-1], mark)

    def reps(self) -> Iterator[tuple[Rep, bool]]:
        """The reps that they heard, in order, and whether to the end."""
        for run, device in self.runs:
            yield from self.reps_of(run, device)

    def reps_of(self, run: Stream, device: Device) -> Iterator[tuple[Rep, bool]]:
        """Those of one run."""
        for token, begins, end in device.heard:
            stream = self.stream(token)
            if stream.run == run.run:
                joined, until = self.find(stream, stream.place), self.left.get(run.run, (-1, 0))
                for rep, (at, ends) in spans(self.reels, stream).items():
                    if until[0] == stream.block and at >= until[1]:
                        continue
                    if at >= joined and begins < ends + LEAD_MS and at + LEAD_MS < end:
                        yield rep, begins <= at + LEAD_MS and ends + LEAD_MS <= end

    # What they do

    def note(self, what: str) -> None:
        self.story.append(f"{self.clock.now:%H:%M:%S} {what}")

    def sometimes(self, chance: float) -> bool:
        return self.die.random() < chance

    def set_out(self) -> None:
        """The first time ever, and straight through."""
        self.here.launch()
        self.here.intend("AMAZON.YesIntent")
        if self.sometimes(0.5):
            first = start("back_routine", CONTENT)
            self.here.intend("AMAZON.YesIntent")
        else:
            first = start(ROUTINE, CONTENT)
            value = {"resolutions": {"resolutionsPerAuthority": [{"values": [{"value": {"id": ROUTINE}}]}]}}
            self.here.intend("BeginIntent", routine={"name": "routine", "value": "all ten", **value})
            self.here.intend("StraightThroughIntent")
        self.begun(
            {
                first.at(Part.SETTLING),
                first.at(Part.OPENING),
            }
        )
        assert self.runs, self.here.answers

    def leg(self) -> bool:
        """On for a while, an interruption, and on again; False if that was the end."""
        self.listen()
        if self.done:
            return False
        if not (self.lossy or self.crashes):  # one block follows the other by itself
            assert self.here.player.activity != "FINISHED", self.story
        if self.sometimes(0.12) and not self.lost and not self.here.pending and self.here.player.playing:
            self.walk_away()
            return True
        self.arm()
        if self.interrupt():
            return not self.over
        expected = self.truth()
        if self.lossy:
            self.deliver()
            self.begun(expected)
        if self.done:
            return False
        self.here.wait(self.die.choice((0.3, 5, 60)))
        if self.done:
            return False
        if self.here.player.playing:  # they were not heard; or nobody knew that there was something to stop
            self.instead |= expected
            return True
        return self.on_again()

    def interrupt(self) -> bool:
        """Break in, or wish something; whether that has begun a stream that is to be heard."""
        if self.bends and self.here.player.playing and self.sometimes(0.6):
            return self.bend()
        self.break_in()
        return False

    def on_again(self) -> bool:
        """At rest; False if that was the end, or if it has failed so often that their speaker counts (`test_unplayed` does)."""
        if not all(progress.plays(millis(self.clock.now)) for progress in self.store.kept.values()):
            return False
        self.arm()
        while self.bends and self.mode() != "sets" and self.sometimes(0.4):
            if self.bend():
                return not self.over
        if self.strays and self.sometimes(0.4):
            self.stray()
        else:
            self.go_on(self.truth())
        return True

    def arm(self) -> None:
        if self.crashes and self.sometimes(0.2):
            self.crash = self.die.choice(("before", "after"))
            self.note(f"the server will die {self.crash} it has kept a turn")

    def listen(self) -> None:
        """To the stream; and the network may go, and come back."""
        if self.sometimes(0.15):
            self.here.offline = True
            self.note("the network goes")
            self.here.wait(self.die.uniform(0.1, 60))
            expected = self.truth()
            self.arm()
            self.here.offline = False
            self.note("and comes back")
            if self.lossy:
                self.deliver()
            self.begun(expected)
        self.here.wait(self.spell())
        if self.lossy:
            expected = self.truth()
            self.deliver()
            self.begun(expected)

    def spell(self) -> float:
        """How long they listen, s: a while, or to about a moment at which something changes, where mistakes are made."""
        track = self.here.player.current
        if self.sometimes(0.4) and track and self.here.player.playing:
            block = self.track(self.stream(track.token)).block
            ends = [stretch.ends + LEAD_MS for stretch in block.stretches if stretch.ends > track.at]
            if ends:
                end = ends[-1] if self.sometimes(0.3) else self.die.choice(ends[:4])
                return max((end - track.at) / 1000 + self.die.choice((-2, -0.1, 0.1, 0.3, 3)), 0.1)
        return self.die.choice((self.die.uniform(0.1, 20), self.die.uniform(20, 500)))

    def break_in(self) -> None:
        how = self.die.choice(
            self.lost * ("Pause",)
            or (
                "AMAZON.PauseIntent",
                "AMAZON.StopIntent",
                "AMAZON.CancelIntent",
                "Pause",
                "itself",
                "other",
                "ask",
                "fail",
            )
        )
        self.note(f"break in: {how}")
        if how.startswith("AMAZON."):
            self.here.intend(how)
        elif how == "Pause":
            self.here.press("Pause")
        elif how == "ask":
            self.here.ask(self.die.choice(("HowManyIntent", "AMAZON.HelpIntent", "SetBySetIntent")))
        elif how == "fail":
            expected = self.truth()
            self.here.fail()
            self.begun(expected)
        elif how == "itself":
            self.here.pause_here()
        else:
            self.crash = ""
            self.here.other_audio()
            self.here.flush()

    def go_on(self, expected: set[Bookmark]) -> None:
        """From where they were, by whatever way is open to them."""
        waits = self.mode() == "sets"
        if self.sometimes(0.15) and not self.lost and not self.here.pending:
            self.note("to the other room")
            self.here.silence()
            self.here, self.there = self.there, self.here
        session = self.here.attributes is not None
        how = self.die.choice(["say"] if session else ["open", "resume", "Play", "ask"])
        self.note(f"go on: {how}")
        if waits or how == "ask":
            (self.here.intend if session else self.here.ask)("StraightThroughIntent")
        elif how == "say":
            self.here.intend(self.die.choice(("AMAZON.YesIntent", "ReadyIntent", "AMAZON.ResumeIntent")))
        elif how == "resume":
            self.here.intend("AMAZON.ResumeIntent")
        elif how == "Play":
            self.here.press("Play")
        else:
            self.here.launch()
            if self.here.attributes is not None:
                self.here.intend("AMAZON.YesIntent")
        if not self.begun(or_anew(expected)):
            self.instead |= expected

    def bend(self) -> bool:
        """Another pace, or another dose; whether a stream was begun by it, or the walk is over."""
        name = self.die.choice([*BENDS])
        amount = self.die.choice((*BENDS[name], None))
        self.note(f"{name} {amount}")
        expected = self.truth()
        if self.crash and self.here.player.playing:
            self.crash = "before"
        say = self.here.intend if self.here.attributes is not None else self.here.ask
        say(name, **({} if amount is None else {"amount": {"name": "amount", "value": str(amount)}}))
        (progress,) = self.store.kept.values()
        if UNMENDED and not all(stands(mark, progress.wishes) for mark in expected | self.instead):
            self.over = True
            return True
        if self.begun(expected):
            return True
        self.instead |= expected
        return False

    def walk_away(self) -> None:
        """While it plays; and go on in the other room."""
        self.note("to the other room, while it plays")
        expected = self.truth(early=3000)
        self.here, self.there = self.there, self.here
        self.here.launch()
        if self.here.attributes is not None:
            self.here.intend("AMAZON.YesIntent")
        self.begun(or_anew(expected))
        self.there.pause_here()  # somebody has switched it off
        self.there.pending.clear()

    def stray(self) -> None:
        """To another exercise; from where they were, or from where a reply that was lost would have brought them."""
        expected = self.truth()
        marks = self.truth(early=1000) | self.instead  # at an edge, either side of it
        if self.mode() == "sets" or any(mark.part is Part.CLOSE for mark in marks):
            return self.go_on(expected)
        which = self.die.choice(("Next", "Previous", "StartOver"))
        told = {neighbour(mark, which) for mark in marks}
        if None in told:  # which ends it all
            return self.go_on(expected)
        self.note(which)
        if which != "StartOver" and self.here.attributes is None and self.sometimes(0.5):
            self.here.press(which)
        else:
            self.here.intend(f"AMAZON.{which}Intent")
        if not self.begun({mark for mark in told if mark}):
            self.instead |= {mark for mark in told if mark} | expected
        return None

    def mode(self) -> str:
        (progress,) = self.store.kept.values()
        return str(progress.mode)


def edition(reels: Reels) -> Edition:
    """What they play."""
    return reels.voices[0].edition


@lru_cache(maxsize=256)
def named(reels: Reels, token: str) -> Stream:
    """The stream of a token."""
    stream = reels.named(token)
    assert isinstance(stream, Stream)
    return stream


def or_anew(marks: set[Bookmark]) -> set[Bookmark]:
    """Who opens us in the closing words is done, and begins anew."""
    anew = {start("back_routine", CONTENT).at(Part.TELLING)}
    return marks | anew if any(mark.part is Part.CLOSE for mark in marks) else marks


EXERCISES = plan(start(ROUTINE, CONTENT), CONTENT).exercises
"""In order; the usual routine is the first four of them."""

Moment = tuple[float, ...]
"""Where something is in any plan there may be, however long its sets are."""


END: Moment = (len(EXERCISES),)
"""After all."""


@lru_cache(maxsize=4096)
def order(rep: Rep) -> Moment:
    """Where a rep is: set by set; within one, side by side where a side is done whole, else rep by rep."""
    exercise, set_, side, number = rep
    form = CONTENT.exercises[exercise].usual
    sides = [move.side or "" for move in form.moves]
    turn = sides.index(side) if side in sides else 0
    within = (turn, number) if form.order is Order.EACH else (number, turn * (form.order is not Order.PACED))
    return EXERCISES.index(exercise), set_, *within


def place_of(mark: Bookmark) -> Moment:
    """Where a place is: at a rep, or before it; or after all."""
    return END if mark.part is Part.CLOSE else order((mark.exercise, mark.set, mark.side, mark.rep))


@lru_cache(maxsize=1024)
def _every(place: Bookmark, wishes: Wishes) -> dict[Rep, Moment]:
    found: list[Rep] = []
    for piece in plan(place, CONTENT, wishes).pieces:
        form = CONTENT.exercises[piece.exercise].usual
        sides = [move.side or "" for move in form.moves]
        for rep in range(piece.first, piece.last + 1):
            paced = (sides[(rep - 1) % len(sides)],) if form.order is Order.PACED else ()
            found += [
                (piece.exercise, piece.set, side, rep) for side in paced or piece.turns or (piece.side,)
            ]
    return {rep: order(rep) for rep in found}


def every(stream: Stream) -> dict[Rep, Moment]:
    """Every rep of the plan of a stream, in order, by the doses alone; and where it is."""
    return _every(start(stream.place.routine, CONTENT), stream.wishes)


@lru_cache(maxsize=4096)
def stands(mark: Bookmark, wishes: Wishes) -> bool:
    """Whether a place is in the plan in force: its rep, and the words before it."""
    return mark.part is Part.CLOSE or any(
        (piece.exercise, piece.set) == (mark.exercise, mark.set)
        and piece.side in {"", mark.side}
        and (piece.first <= mark.rep <= piece.last if mark.part is Part.WORK else piece.first == mark.rep)
        for piece in plan(mark, CONTENT, wishes).pieces
    )


def goes_on(stream: Stream, mark: Bookmark) -> bool:
    """Whether a stream is begun where a place is in its plan: there; or, if it is gone, at the first rep from there on."""
    if mark.part is Part.CLOSE:
        return (stream.place.part, stream.place.sentence) == (mark.part, mark.sentence)
    if stands(mark, stream.wishes):
        return stream.place == mark
    after = (at for at in every(stream).values() if at >= place_of(mark))
    return place_of(stream.place) == next(after, END)


def neighbour(mark: Bookmark, which: str) -> Bookmark | None:
    """Where "next", "previous" and "start over" lead; None where there is nothing more."""
    whole = plan(mark, CONTENT)
    index = whole.exercises.index(mark.exercise)
    if which == "Next" and not (mark.part is Part.REST and whole.begins_exercise(mark)):
        index += 1  # in the closing words of the exercise before, the next is the one they are about to do
    elif which != "Next":
        index = max(index - 1, 0) if which == "Previous" else 0
    if index == len(whole.exercises):
        return None
    return whole.start_of(whole.exercises[index]).at(Part.TELLING)


def spans(reels: Reels, stream: Stream) -> dict[Rep, tuple[int, int]]:
    """The reps of a stream's block, each with its span."""
    mark = Bookmark(stream.place.routine, stream.place.exercise, stream.place.form)
    return _spans(reels, replace(stream, run=0, block=0, place=mark, counted=False))


@lru_cache(maxsize=256)
def _spans(reels: Reels, stream: Stream) -> dict[Rep, tuple[int, int]]:
    found: dict[Rep, tuple[int, int]] = {}
    for cue in edition(reels).stream(stream).block.score.cues:
        if isinstance(cue.what, Section):
            rep = cue.what.exercise, cue.what.set, cue.what.side, cue.what.rep
            found[rep] = found.get(rep, (cue.at, 0))[0], cue.ends
    return found


def walk(reels: Reels, seed: int, **kind: bool) -> Walk:
    """One of them."""
    walk = Walk(reels, random.Random(seed), **kind)
    walk.set_out()
    for _ in range(LEGS):
        if not walk.leg():
            break
    return walk


KINDS = {
    "all is well": {"lossy": False, "crashes": False, "strays": False},
    "reports are unreliable": {"lossy": True, "crashes": False, "strays": False},
    "the server crashes": {"lossy": False, "crashes": True, "strays": False},
    "everything goes wrong": {"lossy": True, "crashes": True, "strays": False},
    "here and there": {"lossy": True, "crashes": True, "strays": True},
    "as they wish it": {"lossy": False, "crashes": False, "strays": False, "bends": True},
    "as they wish it, and everything goes wrong": {
        "lossy": True,
        "crashes": True,
        "strays": False,
        "bends": True,
    },
}


@pytest.mark.parametrize("kind", KINDS)
def test_however_they_walk_no_rep_is_skipped_and_none_repeated_but_the_one_broken_in_on(reels, kind):
    reps = runs = bent = 0
    walks = BENT if KINDS[kind].get("bends") else WALKS
    for seed in range(walks):
        with capture_logs():
            walked = walk(reels, seed, **KINDS[kind])
        runs += len(walked.runs)
        bent += sum(run.wishes != before.wishes for (before, _), (run, _) in pairwise(walked.runs))
        reps += sum(whole for _, whole in walked.reps())
        if not walked.strays:
            in_order(walked)
    assert runs > 3 * walks  # they were broken in on, and went on
    assert reps > 20 * walks
    assert bent > walks or walks == WALKS


def in_order(walked: Walk) -> None:
    """Every rep heard out follows the one before, in the plan in force; none that is owed is left out, and none is done twice."""
    for (run, device), (after, _) in zip(walked.runs, (*walked.runs[1:], (None, None)), strict=True):
        done = [rep for rep, whole in walked.reps_of(run, device) if whole]
        begins, moments = place_of(run.place), every(run)
        due = [rep for rep, at in moments.items() if at >= begins]
        assert done == due[: len(done)], (walked.story, run, done)
        if after:
            ends, still = place_of(after.place), every(after)
            left = [rep for rep in due[len(done) :] if moments[rep] < ends and rep in still]
            assert not left, (walked.story, run, after, left)
            twice = [rep for rep in done if moments[rep] >= ends]
            assert not twice, (walked.story, run, after, twice)
