"""Straight through, by the coach alone: what is told of a stream, what is said to it, and what it remembers.

`Somebody` has a speaker whose player does as it is told. A moment of a stream is named as a person would name it: `within` a
lift, a third of a second after it has begun.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

import pytest

from audio.estimate import estimate
from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import World
from skill.coach.dialogue.days import Day, day_of
from skill.coach.dialogue.events import Report
from skill.coach.dialogue.reply import Device, Halt, Play, Reply
from skill.coach.dialogue.run import Activity, Position, Run
from skill.coach.dialogue.state import Mode, Progress, Session, State, Unwell
from skill.coach.dialogue.step import step
from skill.coach.timeline import telling as tell
from skill.coach.timeline.block import BLOCK_MS
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark, Part, start
from skill.coach.timeline.score import Score, Section
from skill.coach.timeline.stream import Stream
from skill.content.reader import catalogue
from skill.render.transcript import told

EDITION = Edition(catalogue(), estimate)
CONTENT = catalogue()
NOW = 1_793_604_600_000
TODAY = date(2026, 11, 2)
SECOND, MINUTE, DAY = 1000, 60_000, 86_400_000
FULL = "full_back_routine"
"""Of two blocks."""
MOMENT = 300
"""Into a rep, ms."""

TILT = Bookmark("back_routine", "pelvic_tilt", set=2, rep=5)
KNOWN = Progress(met=True, mode=Mode.THROUGH, place=TILT, at=NOW - DAY)
"""Somebody who was on lift five of set two of the pelvic tilt yesterday, and likes it straight through."""


def in_words(mark: Bookmark | None, edition: Edition = EDITION) -> str:
    """A place as it is said aloud; in the words around a rep, which words."""
    if mark is None:
        return "nowhere"
    where = tell.where(mark.rep_only, edition.plan(mark).piece(mark), edition.catalogue)
    return where if mark.part is Part.WORK else f"{mark.part} of {where}"


def within(mark: Bookmark, stream: Stream) -> int:
    """A moment within a rep or a sentence, in the score of a stream."""
    return EDITION.stream(stream).block.find(mark) + MOMENT


@dataclass
class Somebody:
    """A person and their speaker. What is said, pressed or told gives the reply, and changes what is remembered."""

    progress: Progress = field(default_factory=Progress)
    session: Session = field(default_factory=Session)
    now: int = NOW
    edition: Edition = EDITION
    streams: bool = True
    keeping: bool = True
    pause_speaks: bool = True
    head: Position | None = None
    reply: Reply = field(default_factory=Reply)

    def say(self, *events: e.Event) -> str:
        """Some words, one after another; all that is answered to the last."""
        for event in events:
            self._turn(event, mute=False)
        return told(self.reply.speech).strip()

    def ask(self, event: e.Event) -> str:
        """In a session of its own: a while after what was said last, or under a stream."""
        self.session = Session()
        return self.say(event)

    def press(self, event: e.Event) -> Reply:
        """A button. It has no session."""
        self.session = Session()
        self._turn(event, mute=True)
        return self.reply

    def tell(self, what: Report, head: Position, *, after: int = SECOND) -> Reply:
        """Their speaker reports, so much later than what was last heard of it."""
        before, now = self.session, self.now
        self.session, self.now = Session(), now + after
        self._turn(e.Reported(what, head), mute=True)
        self.session, self.now = before, max(now, self.now)
        return self.reply

    def hear(self, ms: int) -> None:
        """Time passes, and the stream plays."""
        self.now += ms
        if self.playing and self.head:
            self.head = replace(self.head, offset=self.head.offset + ms)

    def hear_to(self, mark: Bookmark) -> None:
        """A moment into a rep."""
        assert self.head
        at = self.edition.stream(self.head.stream).block.find(mark)
        self.hear(at + MOMENT - self.head.offset)

    @property
    def playing(self) -> bool:
        """Whether their speaker plays a stream of ours."""
        return self.head is not None and self.head.activity is Activity.PLAYING

    @property
    def run(self) -> Run:
        """The stream that counts."""
        assert self.progress.run
        return self.progress.run

    @property
    def play(self) -> Play:
        """What the player was told to play."""
        assert isinstance(self.reply.player, Play)
        return self.reply.player

    @property
    def player(self) -> str:
        """What the player was told, in words."""
        match self.reply.player:
            case Play(after=None) as play:
                how = ", counted in" if play.stream.counted else ""
                return f"plays from {in_words(play.stream.place, self.edition)}{how}"
            case Play() as play:
                return f"then {in_words(play.stream.place, self.edition)}"
            case Halt():
                return "stops"
            case _:
                return ""

    @property
    def place(self) -> str:
        """What would be gone on from, in words."""
        return in_words(self.progress.place, self.edition)

    def _turn(self, event: e.Event, *, mute: bool) -> None:
        device = Device(self.streams, mute, self.pause_speaks, self.head)
        world = World(self.edition, self.now, keeping=self.keeping, device=device)
        turn = step(State(self.session, self.progress), event, world)
        self.reply, self.progress = turn.reply, turn.state.progress
        if not isinstance(event, e.Reported):
            self.session = turn.state.session if turn.reply.asks else Session()
        match turn.reply.player:
            case Play(after=None) as play:
                self.head = Position(play.stream, play.offset)
            case Halt() if self.head:
                self.head = replace(self.head, activity=Activity.STOPPED)


# What is told of a stream

TILT_5 = Bookmark(FULL, "pelvic_tilt", set=2, rep=5)
KNEE_3 = Bookmark(FULL, "knee_to_chest", rep=3)
CAT_2 = Bookmark(FULL, "cat_camel", rep=2)
BEGIN, END = "its beginning", "its end"
STARTED, NEARLY, FINISHED = Report.STARTED, Report.NEARLY_FINISHED, Report.FINISHED
STOPPED, FAILED = Report.STOPPED, Report.FAILED


def asked_for() -> Somebody:
    """The full routine, straight through: it has been asked for, and nothing is heard of it yet."""
    somebody = Somebody(replace(KNOWN, place=None))
    somebody.ask(e.Begin(FULL))
    return somebody


def playing() -> Somebody:
    somebody = asked_for()
    tell_of(somebody, STARTED, "this", BEGIN)
    return somebody


def paused() -> Somebody:
    """On lift five of set two."""
    somebody = playing()
    somebody.hear_to(TILT_5)
    somebody.press(e.Paused())
    return somebody


def in_its_second_block() -> Somebody:
    somebody = playing()
    tell_of(somebody, NEARLY, "this", END)
    tell_of(somebody, FINISHED, "this", END)
    tell_of(somebody, STARTED, "this", BEGIN)
    return somebody


def over() -> Somebody:
    somebody = in_its_second_block()
    somebody.head = replace(head_of(somebody, "this", END), activity=Activity.FINISHED)
    somebody.tell(FINISHED, somebody.head)
    return somebody


def failed_once() -> Somebody:
    """On lift five of set two, and begun again there."""
    somebody = playing()
    tell_of(somebody, FAILED, "this", TILT_5)
    tell_of(somebody, STARTED, "this", BEGIN)
    return somebody


def unknown() -> Somebody:
    """They were forgotten, or it was another's: there is no stream that counts."""
    return Somebody(KNOWN)


def head_of(somebody: Somebody, which: str, where: Bookmark | str) -> Position:
    """Where a report says that a stream is: which stream, as the person's stands now."""
    this = somebody.progress.run.stream if somebody.progress.run else FIRST
    following = EDITION.stream(this).following or replace(this, block=this.block + 1)
    stream = {
        "this": this,
        "next": following,
        "an older run": replace(this, run=this.run - 1),
        "a newer run": replace(this, run=this.run + 1),
        "an older block": replace(FIRST, run=this.run),
    }[which]
    if isinstance(where, Bookmark):
        return Position(stream, within(where, stream))
    track = EDITION.stream(stream)
    return Position(stream, track.lasts if where == END else track.begins)


def tell_of(somebody: Somebody, what: Report, which: str, where: Bookmark | str, after: int = SECOND) -> str:
    """A report, so much later than now; what the player is told."""
    somebody.tell(what, head_of(somebody, which, where), after=after)
    return somebody.player


FIRST = asked_for().play.stream


class Row(NamedTuple):
    """Before, what is told (twice if ``times`` says so), and what that makes of it."""

    before: Callable[[], Somebody]
    what: Report
    which: str
    where: Bookmark | str
    place: str
    state: str
    player: str = ""
    after: int = SECOND
    times: int = 1


T1 = "telling of set one of the pelvic tilt"
T5 = "lift five, set two of the pelvic tilt"
D0, D2 = "telling of the cat camel", "cycle two of the cat camel"
K3 = "round three of the knee to chest stretch"
CLOSE = "close of round five of the knee rolls"
ASKED, PLAYS, STILL = "asked for", "plays", "still"
"""What is known of the stream that counts: whether its speaker has said that it began, and that it has ended."""
AGAIN = f"plays from {T5}, counted in"
THEN = f"then {D0}"

ROWS = {
    # in the order in which they should come
    "it begins": Row(asked_for, STARTED, "this", BEGIN, T1, PLAYS),
    "it begins, twice": Row(asked_for, STARTED, "this", BEGIN, T1, PLAYS, times=2),
    "ready for more at once": Row(playing, NEARLY, "this", BEGIN, T1, PLAYS, THEN),
    "ready for more at the end": Row(playing, NEARLY, "this", END, T1, PLAYS, THEN),
    "ready for more, twice": Row(playing, NEARLY, "this", END, T1, PLAYS, THEN, times=2),
    "the next begins": Row(playing, STARTED, "next", BEGIN, D0, PLAYS),
    "the next begins, twice": Row(playing, STARTED, "next", BEGIN, D0, PLAYS, times=2),
    "it ends, and the next will begin": Row(playing, FINISHED, "this", END, D0, ASKED),
    "it ends, twice": Row(playing, FINISHED, "this", END, D0, ASKED, times=2),
    "it is stopped": Row(playing, STOPPED, "this", TILT_5, T5, STILL),
    "it is stopped, twice": Row(playing, STOPPED, "this", TILT_5, T5, STILL, times=2),
    "the last ends": Row(in_its_second_block, FINISHED, "this", END, "nowhere", STILL),
    "the last ends, twice": Row(in_its_second_block, FINISHED, "this", END, "nowhere", STILL, times=2),
    "the last is ready for more": Row(in_its_second_block, NEARLY, "this", END, D0, PLAYS),
    "the last is stopped in its closing words": Row(in_its_second_block, STOPPED, "this", END, CLOSE, STILL),
    # out of order, or without those before
    "ready for more before it begins": Row(asked_for, NEARLY, "this", BEGIN, T1, ASKED, THEN),
    "the next begins, and nothing was told of this": Row(asked_for, STARTED, "next", BEGIN, D0, PLAYS),
    "it ends, and it was not told that it began": Row(asked_for, FINISHED, "this", END, D0, ASKED),
    "it is stopped, and it was not told that it began": Row(asked_for, STOPPED, "this", TILT_5, T5, STILL),
    "the next is stopped": Row(playing, STOPPED, "next", CAT_2, D2, STILL),
    "the next ends": Row(playing, FINISHED, "next", END, "nowhere", STILL),
    "it is stopped at its very end": Row(playing, STOPPED, "this", END, f"rest{D0.removeprefix('telling')}", STILL),
    # late: the moment they are of is before what is known
    "it began, late": Row(in_its_second_block, STARTED, "this", BEGIN, D0, PLAYS, after=-SECOND),
    "it was stopped, late": Row(in_its_second_block, STOPPED, "this", CAT_2, D0, PLAYS, after=-SECOND),
    "it ended, late": Row(in_its_second_block, FINISHED, "this", END, D0, PLAYS, after=-SECOND),
    "it failed, late": Row(in_its_second_block, FAILED, "this", CAT_2, D0, PLAYS, after=-SECOND),
    "it was ready for more, late": Row(playing, NEARLY, "this", END, T1, PLAYS, after=-SECOND),
    # of another stream
    "an older run begins": Row(playing, STARTED, "an older run", BEGIN, T1, PLAYS),
    "an older run is ready for more": Row(playing, NEARLY, "an older run", END, T1, PLAYS),
    "an older run ends": Row(playing, FINISHED, "an older run", END, T1, PLAYS),
    "an older run is stopped": Row(playing, STOPPED, "an older run", KNEE_3, T1, PLAYS),
    "an older run fails": Row(playing, FAILED, "an older run", KNEE_3, T1, PLAYS),
    "a run that nobody asked for is stopped": Row(playing, STOPPED, "a newer run", KNEE_3, T1, PLAYS),
    "the block before begins": Row(in_its_second_block, STARTED, "an older block", BEGIN, D0, PLAYS),
    "the block before is ready for more": Row(in_its_second_block, NEARLY, "an older block", END, D0, PLAYS),
    "the block before ends": Row(in_its_second_block, FINISHED, "an older block", END, D0, PLAYS),
    "the block before is stopped": Row(in_its_second_block, STOPPED, "an older block", KNEE_3, D0, PLAYS),
    "the block before fails": Row(in_its_second_block, FAILED, "an older block", KNEE_3, D0, PLAYS),
    # after a pause
    "paused, and stopped there": Row(paused, STOPPED, "this", TILT_5, T5, STILL),
    "paused, and was ready for more": Row(paused, NEARLY, "this", TILT_5, T5, STILL),
    "paused, and failed": Row(paused, FAILED, "this", TILT_5, T5, STILL),
    "paused, and what was to follow failed": Row(paused, FAILED, "next", BEGIN, T5, STILL),
    "paused, and what was to follow begins": Row(paused, STARTED, "next", BEGIN, D0, PLAYS),
    "paused, and begun before": Row(paused, STARTED, "this", BEGIN, T5, STILL, after=-SECOND),
    "paused, and begun in the same second": Row(paused, STARTED, "this", BEGIN, T5, STILL, after=0),
    "paused, and begun again by hand": Row(paused, STARTED, "this", TILT_5, T5, PLAYS),
    "paused, and an older run stopped": Row(paused, STOPPED, "an older run", KNEE_3, T5, STILL),
    # after the end
    "over, and ended": Row(over, FINISHED, "this", END, "nowhere", STILL),
    "over, and stopped": Row(over, STOPPED, "this", CAT_2, "nowhere", STILL),
    "over, and failed": Row(over, FAILED, "this", CAT_2, "nowhere", STILL),
    "over, and ready for more": Row(over, NEARLY, "this", END, "nowhere", STILL),
    "over, and begun before": Row(over, STARTED, "this", BEGIN, "nowhere", STILL, after=-SECOND),
    "over, and the block before ended": Row(over, FINISHED, "an older block", END, "nowhere", STILL),
    # failures
    "it fails": Row(playing, FAILED, "this", TILT_5, T5, ASKED, AGAIN),
    "it fails before it begins": Row(asked_for, FAILED, "this", BEGIN, T1, ASKED, f"plays from {T1}"),
    "it fails again, at once": Row(failed_once, FAILED, "this", BEGIN, T5, STILL),
    "it fails again, much later": Row(
        failed_once, FAILED, "this", KNEE_3, K3, ASKED, f"plays from {K3}, counted in"
    ),
    "what is to follow fails": Row(playing, FAILED, "next", BEGIN, T1, PLAYS, THEN),
    "what is to follow fails, after a retry": Row(failed_once, FAILED, "next", BEGIN, T5, PLAYS),
    "the last block fails": Row(
        in_its_second_block, FAILED, "this", CAT_2, D2, ASKED, f"plays from {D2}, counted in"
    ),
    # nothing counts
    **{
        f"nothing is known of it, and it {what.value}": Row(unknown, what, "this", TILT_5, T5, "")
        for what in Report
    },
}  # fmt: skip


def asks(somebody: Somebody) -> type[q.Question] | None:
    """The kind of question that was asked last."""
    return type(somebody.reply.asks) if somebody.reply.asks else None


@pytest.mark.parametrize("name", ROWS)
def test_what_is_told_of_a_stream(name):
    row = ROWS[name]
    somebody = row.before()
    head, now = head_of(somebody, row.which, row.where), somebody.now
    for _ in range(row.times):
        somebody.now = now
        somebody.tell(row.what, head, after=row.after)
    assert (somebody.place, state_of(somebody), somebody.player) == (row.place, row.state, row.player)
    assert (somebody.reply.speech, somebody.reply.asks, somebody.reply.reprompt) == (Score(), None, "")


UNTIMELY = [
    name
    for name, row in ROWS.items()
    if "an older" in row.which or "newer" in row.which or row.after < 0 or row.before is unknown
]


@pytest.mark.parametrize("name", UNTIMELY)
def test_what_is_old_changes_nothing_at_all(name):
    row = ROWS[name]
    somebody = row.before()
    before = somebody.progress
    assert tell_of(somebody, row.what, row.which, row.where, row.after) == ""
    assert somebody.progress == before


def state_of(somebody: Somebody) -> str:
    run = somebody.progress.run
    if run is None:
        return ""
    return (PLAYS if run.phase.begun else ASKED) if run.phase.plays else STILL


# What is said to it

TILT_7 = replace(TILT, rep=7)
T7, T15 = "lift seven, set two of the pelvic tilt", "lift five, set two of the pelvic tilt"
WHERE = "Shall we go on from there?"
WELCOME = "Welcome back. You were on lift seven, set two of the pelvic tilt."
GENTLY = "Go gently. If it hurts more, stop."
BEGINS = "Say, Alexa, pause, at any time. Here we go."
STOP_THERE = "Stop there. Ease out slowly and rest. You can say easier, skip, or finish. What would you like?"
EMERGENCY = "Stop exercising. This may be an emergency. I can't make calls. Call nine one one now, or get someone near you to call."


def under_a_stream() -> Somebody:
    """It plays, and they are on lift seven of set two."""
    somebody = Somebody(KNOWN)
    somebody.ask(e.Resumed())
    somebody.hear_to(TILT_7)
    return somebody


def after_a_pause() -> Somebody:
    """They paused on lift seven of set two, and a while ago."""
    somebody = under_a_stream()
    somebody.ask(e.Paused())
    somebody.hear(20 * MINUTE)
    return somebody


def without_a_stream() -> Somebody:
    """They were on lift seven of set two, yesterday."""
    return Somebody(replace(KNOWN, place=TILT_7))


class Said(NamedTuple):
    """What is answered, what is asked, what the player is told, and where they are then."""

    answer: str
    asks: type[q.Question] | None
    player: str
    place: str


KNEE = "telling of the knee to chest stretch"
TILT_AGAIN = "telling of set one of the pelvic tilt"
GO_ON, HURT, OPEN, MENU, FORGET = q.GoOn, q.Hurt, q.Welcome, q.Menu, q.Forget
ON = f"plays from {T7}, counted in"
LEFT = "All right, we'll leave the pelvic tilt."
KEPT = "All right. I've kept your place. See you next time."
ORDER = "I keep to the order of your routine."
AWAITED = "All right, I'll wait for you after each set."
TWO_SETS = "You have two sets of the pelvic tilt to go. After that, three exercises. Go on from there?"
FORGET_WHAT = "I keep your place, your days of practice, and how you like to be led. Shall I forget it all?"

ANSWERS = {
    under_a_stream: {
        e.Paused(): Said("Paused at lift seven of eight, set two of three: shall we go on?", GO_ON, "stops", T7),
        e.Next(): Said(LEFT, None, f"plays from {KNEE}", KNEE),
        e.Previous(): Said("That's the first one.", None, f"plays from {TILT_AGAIN}", TILT_AGAIN),
        e.Again(): Said("", None, "plays from opening of set two of the pelvic tilt", "opening of set two of the pelvic tilt"),
        e.StartedOver(): Said("All right, from the beginning.", None, f"plays from {TILT_AGAIN}", TILT_AGAIN),
        e.Stopped(): Said(KEPT, None, "stops", T7),
        e.HowMany(): Said(f"You're on lift seven of eight, set two of three. After that, three exercises. {WHERE}", GO_ON, "stops", T7),
        e.Hurts(): Said(STOP_THERE, HURT, "stops", T7),
        e.Emergency(): Said(EMERGENCY, None, "stops", T7),
        e.SetBySet(): Said(f"{AWAITED} {WHERE}", GO_ON, "stops", T7),
        e.StraightThrough(): Said(f"All right. {BEGINS}", None, ON, T7),
        e.Opened(): Said(f"{WELCOME} Go on from there?", OPEN, "stops", T7),
        e.Begin("back_routine"): Said(f"{WELCOME} Go on from there?", OPEN, "stops", T7),
        e.Yes(): Said("", None, ON, T7),
        e.ForgetMe(): Said(FORGET_WHAT, FORGET, "stops", T7),
        # what a stream plays on under: nothing is remembered but what was
        e.Resumed(): Said("", None, "", T15),
        e.NotOffered(): Said(ORDER, None, "", T15),
        e.Closed(): Said("", None, "", T15),
    },
    after_a_pause: {
        e.Paused(): Said("Paused at lift seven of eight, set two of three: shall we go on?", GO_ON, "stops", T7),
        e.Resumed(): Said("", None, ON, T7),
        e.Next(): Said(f"{LEFT} {GENTLY}", None, f"plays from {KNEE}", KNEE),
        e.Previous(): Said(f"That's the first one. {GENTLY}", None, f"plays from {TILT_AGAIN}", TILT_AGAIN),
        e.StartedOver(): Said(f"All right, from the beginning. {GENTLY}", None, f"plays from {TILT_AGAIN}", TILT_AGAIN),
        e.Stopped(): Said(KEPT, None, "", T7),
        e.NotOffered(): Said(f"{ORDER} Go on from there?", OPEN, "", T7),
        e.HowMany(): Said(TWO_SETS, OPEN, "", T7),
        e.Hurts(): Said(STOP_THERE, HURT, "", T7),
        e.Emergency(): Said(EMERGENCY, None, "", T7),
        e.SetBySet(): Said(f"{AWAITED} Go on from there?", OPEN, "", T7),
        e.StraightThrough(): Said(f"All right. {GENTLY} {BEGINS}", None, ON, T7),
        e.Opened(): Said(f"{WELCOME} {GENTLY} Go on from there?", OPEN, "", T7),
        e.Closed(): Said("", None, "", T7),
    },
    without_a_stream: {
        e.Paused(): Said(f"{WELCOME} {GENTLY} Go on from there?", OPEN, "", T7),
        e.Resumed(): Said("", None, ON, T7),
        e.Next(): Said(f"{LEFT} {GENTLY}", None, f"plays from {KNEE}", KNEE),
        e.Stopped(): Said(KEPT, None, "", T7),
        e.NotOffered(): Said(f"{ORDER} Go on from there?", OPEN, "", T7),
        e.HowMany(): Said(TWO_SETS, OPEN, "", T7),
        e.Hurts(): Said(STOP_THERE, HURT, "", T7),
        e.Emergency(): Said(EMERGENCY, None, "", T7),
        e.StraightThrough(): Said(f"All right. {GENTLY} {BEGINS}", None, ON, T7),
        e.Opened(): Said(f"{WELCOME} {GENTLY} Go on from there?", OPEN, "", T7),
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "event"),
    [
        pytest.param(before, event, id=f"{before.__name__}, {type(event).__name__}")
        for before, answers in ANSWERS.items()
        for event in answers
    ],
)
def test_what_is_said_in_a_session_of_its_own(before, event):
    somebody = before()
    answer = somebody.ask(event)
    assert Said(answer, asks(somebody), somebody.player, somebody.place) == ANSWERS[before][event]


@pytest.mark.parametrize("event", [e.Resumed(), e.NotOffered(), e.Closed()])
def test_what_a_stream_plays_on_under_leaves_everything_as_it_was(event):
    somebody = under_a_stream()
    before = somebody.progress
    somebody.ask(event)
    assert replace(somebody.progress, at=0) == replace(before, at=0)
    assert somebody.playing


def test_a_question_after_a_pause_has_no_reprompt_and_any_other_has():
    somebody = under_a_stream()
    somebody.ask(e.Paused())
    assert (asks(somebody), somebody.reply.reprompt) == (GO_ON, "")
    somebody = under_a_stream()
    somebody.ask(e.HowMany())
    assert somebody.reply.reprompt == "Say yes to go on, or stop to finish. Shall we go on?"


@pytest.mark.parametrize("yes", [e.Yes(), e.Resumed(), e.StraightThrough()])
def test_after_a_pause_they_go_on_at_the_rep_without_a_word_about_it(yes):
    somebody = under_a_stream()
    somebody.ask(e.Paused())
    somebody.say(yes)
    assert somebody.player == ON


def test_a_pause_in_words_is_named_by_its_exercise():
    somebody = Somebody(replace(KNOWN, place=None))
    somebody.ask(e.Begin("back_routine"))
    somebody.hear(20 * SECOND)
    assert somebody.ask(e.Paused()) == "Paused at set one of the pelvic tilt: shall we go on?"
    assert somebody.place.startswith("telling of set one")


def test_a_pause_of_a_device_that_is_not_to_speak_is_silent():
    somebody = under_a_stream()
    somebody.pause_speaks = False
    assert somebody.ask(e.Paused()) == ""
    assert (somebody.reply.asks, somebody.player, somebody.place) == (None, "stops", T7)


def test_a_pause_in_the_closing_words_is_silent_and_the_routine_is_over():
    somebody = over_its_last_rep()
    assert somebody.ask(e.Paused()) == ""
    assert (somebody.reply.asks, somebody.player) == (None, "stops")
    somebody.ask(e.Opened())
    assert somebody.player == f"plays from {TILT_AGAIN}"  # it was over: from the beginning


def over_its_last_rep() -> Somebody:
    """In the closing words of the back routine."""
    somebody = Somebody(replace(KNOWN, place=None))
    somebody.ask(e.Begin("back_routine"))
    block = EDITION.stream(somebody.run.stream).block
    somebody.hear(block.stretches[-1].at + SECOND - somebody.play.offset)
    return somebody


# It hurts

AFTER_IT_HURT = {
    "resume": (e.Resumed(), "Say easier, skip, or finish. What would you like?"),
    "yes": (e.Yes(), "Say easier, skip, or finish. What would you like?"),
    "straight through": (e.StraightThrough(), "All right. What would you like?"),
    "repeat": (e.Again(), STOP_THERE),
    "pause": (e.Paused(), "Take your time. What would you like?"),
    "how many": (e.HowMany(), "You have two sets of the pelvic tilt to go. After that, three exercises. What would you like?"),
    "shuffle": (e.NotOffered(), "I keep to the order of your routine. What would you like?"),
}  # fmt: skip


@pytest.mark.parametrize("before", [under_a_stream, after_a_pause, without_a_stream])
@pytest.mark.parametrize("name", AFTER_IT_HURT)
def test_what_hurt_is_never_played_again_while_it_is_asked_what_they_would_like(before, name):
    event, answer = AFTER_IT_HURT[name]
    somebody = before()
    somebody.ask(e.Hurts())
    assert not somebody.playing
    assert somebody.say(event) == answer
    assert (asks(somebody), somebody.player, somebody.playing) == (HURT, "", False)


INSTEAD = {
    "skip": ([e.Next()], f"plays from {KNEE}"),
    "easier": ([e.Easier(), e.Yes()], "plays from opening of the pelvic tilt"),
    "finish": ([e.Stopped()], ""),
    "no": ([e.No()], ""),
    "it hurts": ([e.Hurts()], ""),
}


@pytest.mark.parametrize("name", INSTEAD)
def test_they_may_have_it_easier_or_skip_it_or_finish(name):
    events, player = INSTEAD[name]
    somebody = under_a_stream()
    somebody.ask(e.Hurts())
    somebody.say(*events)
    assert somebody.player == player


def test_what_hurts_twice_in_a_session_is_enough_for_the_day():
    somebody = under_a_stream()
    somebody.ask(e.Hurts())
    somebody.say(e.Hurts())
    assert somebody.progress.rests(day_of(somebody.now))
    assert "We called it a day earlier" in somebody.ask(e.Opened())


# How they like to be led

ASKED_HOW = "I can wait for you after each set, or play it straight through. Straight through?"


def newcomer(**how: bool) -> Somebody:
    return Somebody(**how)


def test_the_first_time_ever_to_the_stream():
    somebody = newcomer()
    assert somebody.say(e.Opened()).endswith("Shall we begin?")
    assert somebody.say(e.Yes()).endswith(ASKED_HOW)
    assert asks(somebody) is q.Through
    assert somebody.say(e.Yes()) == f"All right. {BEGINS}"
    assert somebody.play.stream.place == start("back_routine", CONTENT).at(Part.SETTLING)
    assert somebody.progress.mode is Mode.THROUGH
    assert told(EDITION.stream(somebody.play.stream).score).startswith("Ten seconds to get ready. Set one.")
    somebody.hear(11 * SECOND)
    assert somebody.ask(e.HowMany()).startswith("You have three sets of the pelvic tilt to go.")


NO_OFFER = {
    "a speaker without a player": {"streams": False},
    "a store that keeps nothing just now": {"keeping": False},
}


@pytest.mark.parametrize("name", NO_OFFER)
def test_where_there_is_no_choice_none_is_offered(name):
    somebody = newcomer(**NO_OFFER[name])
    somebody.say(e.Opened())
    assert somebody.say(e.Yes()).endswith("Ready?")
    assert asks(somebody) is q.Ready
    assert somebody.progress.mode is None


@pytest.mark.parametrize(
    ("answer", "mode"),
    [(e.Yes(), Mode.THROUGH), (e.No(), Mode.SETS), (e.SetBySet(), Mode.SETS), (e.Stopped(), Mode.SETS), (e.Closed(), Mode.SETS)],
)  # fmt: skip
def test_the_choice_is_offered_once_and_remembered(answer, mode):
    somebody = newcomer()
    somebody.say(e.Opened(), e.Yes(), answer)
    assert somebody.progress.mode is mode
    for _ in range(3):
        somebody.now += DAY
        somebody.session = Session()
        for event in (e.StartedOver(), e.Yes(), e.Begin("desk_break"), e.Chose("cat_camel")):
            somebody.say(event)
            assert asks(somebody) is not q.Through
        assert somebody.progress.mode is mode


def test_who_had_no_choice_is_offered_it_later_on_a_speaker_that_streams():
    somebody = newcomer(streams=False)
    somebody.say(e.Opened(), e.Yes())
    somebody.streams = True
    somebody.session = Session()
    assert somebody.say(e.Begin("desk_break")).endswith(ASKED_HOW)


def test_no_means_set_by_set_and_the_set_is_waited_for():
    somebody = newcomer()
    somebody.say(e.Opened(), e.Yes())
    assert somebody.say(e.No()) == "All right, I'll wait for you after each set. Ready?"
    somebody.say(e.Yes())
    assert (asks(somebody), somebody.reply.player) == (q.Ready, None)
    assert somebody.reply.passage


def led(mode: Mode, *events: e.Event, **how: bool) -> Somebody:
    """Somebody who likes it one way, at the start of the back routine; after some words, each answer heard out."""
    somebody = Somebody(replace(KNOWN, mode=mode, place=None), **how)
    for event in (e.Begin("back_routine"), *events):
        somebody.say(event)
        somebody.hear(5 * MINUTE)
    return somebody


CHANGES = {
    # how it was, what is said, what is answered; how it is, what the player is told
    "set by set, and wait for me": (
        led(Mode.SETS), e.SetBySet(), "All right, I'll wait for you after each set. Ready?", Mode.SETS, "",
    ),
    "set by set, and straight through": (
        led(Mode.SETS), e.StraightThrough(), f"All right. {BEGINS}", Mode.THROUGH,
        "plays from opening of set one of the pelvic tilt",
    ),
    "set by set, before set two, and straight through": (
        led(Mode.SETS, e.Yes()), e.StraightThrough(), f"All right. {BEGINS}", Mode.THROUGH,
        "plays from opening of set two of the pelvic tilt",
    ),
    "set by set, without a player, and straight through": (
        led(Mode.SETS, streams=False), e.StraightThrough(), None, Mode.THROUGH, "",
    ),
    "straight through, without a player, and wait for me": (
        led(Mode.THROUGH, streams=False), e.SetBySet(), "All right, I'll wait for you after each set. Ready?", Mode.SETS, "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_they_may_change_their_mind(name):
    somebody, event, answer, mode, player = CHANGES[name]
    somebody = replace(somebody)
    said = somebody.say(event)
    assert said == answer or answer is None
    assert (somebody.progress.mode, somebody.player) == (mode, player)


def test_without_a_player_it_is_set_by_set_without_a_word_about_it_and_straight_through_again_elsewhere():
    somebody = led(Mode.THROUGH, streams=False)
    assert asks(somebody) is q.Ready
    somebody.say(e.Yes())
    assert somebody.reply.passage
    assert asks(somebody) is q.Ready
    assert somebody.progress.mode is Mode.THROUGH
    other = replace(somebody, streams=True)
    assert (
        other.ask(e.Resumed()) == ""
    )  # and since nobody can say whether the set was heard out, it counts as not
    assert other.player == "plays from set one of the pelvic tilt, counted in"


def test_who_asks_for_it_without_a_player_begins_the_set():
    somebody = led(Mode.SETS, streams=False)
    somebody.say(e.StraightThrough())
    assert somebody.reply.passage
    assert somebody.reply.passage.place.set == 1
    assert somebody.reply.player is None


def test_wait_for_me_said_to_a_stream_waits_from_the_rep():
    somebody = under_a_stream()
    somebody.ask(e.SetBySet())
    somebody.say(e.Yes())
    assert (somebody.reply.player, asks(somebody)) == (None, q.Ready)
    assert somebody.reply.passage
    assert (somebody.reply.passage.place.set, somebody.reply.passage.place.rep) == (2, 7)


# Buttons

BUTTONS = {
    # before, what is pressed, what the player is told, and where they are then
    "Play, under a stream": (under_a_stream, e.Resumed(), "", T15),
    "Pause, under a stream": (under_a_stream, e.Paused(), "stops", T7),
    "Next, under a stream": (under_a_stream, e.Next(), f"plays from {KNEE}", KNEE),
    "Previous, under a stream": (under_a_stream, e.Previous(), f"plays from {TILT_AGAIN}", TILT_AGAIN),
    "Play, after a pause": (after_a_pause, e.Resumed(), ON, T7),
    "Next, after a pause": (after_a_pause, e.Next(), f"plays from {KNEE}", KNEE),
    "Previous, after a pause": (after_a_pause, e.Previous(), f"plays from {TILT_AGAIN}", TILT_AGAIN),
    "Pause, without a stream": (without_a_stream, e.Paused(), "", T7),
    "Pause, at its end": (over, e.Paused(), "stops", "nowhere"),
    **{
        f"{type(event).__name__}, {who.__name__}": (who, event, "", "nowhere")
        for who in (newcomer,)
        for event in (e.Resumed(), e.Paused(), e.Next(), e.Previous())
    },
}


@pytest.mark.parametrize("name", BUTTONS)
def test_a_button_is_answered_without_a_word(name):
    before, event, player, place = BUTTONS[name]
    somebody = before()
    reply = somebody.press(event)
    assert (somebody.player, somebody.place) == (player, place)
    assert reply == Reply(player=reply.player)


@pytest.mark.parametrize("event", [e.Resumed(), e.Next(), e.Previous(), e.Paused()])
def test_nothing_is_played_by_a_button_before_the_notice_was_heard(event):
    somebody = Somebody(replace(KNOWN, met=False))
    before = somebody.progress
    assert somebody.press(event) == Reply()
    assert somebody.progress == before


@pytest.mark.parametrize("event", [e.Resumed(), e.Next(), e.Previous(), e.StartedOver(), e.Yes(), e.StraightThrough(), e.Begin()])  # fmt: skip
def test_nor_by_a_word(event):
    somebody = Somebody(replace(KNOWN, met=False))
    somebody.ask(event)
    assert somebody.reply.player is None


@pytest.mark.parametrize("event", [e.Resumed(), e.Next(), e.Previous(), e.Paused()])
def test_nor_to_who_is_led_set_by_set(event):
    somebody = Somebody(replace(KNOWN, mode=Mode.SETS))
    before = somebody.progress
    assert somebody.press(event) == Reply()
    assert somebody.progress == before


# What is counted, and the end


def test_an_exercise_told_in_a_stream_counts_once():
    somebody = playing()
    tell_of(somebody, FINISHED, "this", END)
    tell_of(somebody, STARTED, "this", BEGIN)
    tell_of(somebody, FINISHED, "this", END)
    assert dict(somebody.progress.tellings) == dict.fromkeys(EDITION.plan(start(FULL, CONTENT)).exercises, 1)


def test_one_that_was_broken_in_on_while_it_was_told_does_not():
    somebody = playing()
    somebody.hear(20 * SECOND)
    somebody.ask(e.Paused())
    assert dict(somebody.progress.tellings) == {}


def test_nor_does_one_that_was_told_before_they_went_on_from_a_rep():
    somebody = paused()
    somebody.ask(e.Resumed())
    somebody.hear(MINUTE)
    somebody.ask(e.Paused())
    assert dict(somebody.progress.tellings) == {"pelvic_tilt": 1}


def test_after_two_tellings_it_is_told_in_a_sentence():
    somebody = Somebody(replace(KNOWN, place=None, tellings={"pelvic_tilt": 2, "knee_to_chest": 1}))
    somebody.ask(e.Begin("back_routine"))
    assert somebody.play.stream.long == ("knee_to_chest", "hamstring_stretch", "exaggerated_walk")


LATER = Bookmark("back_routine", "hamstring_stretch", side="left", rep=3)
ENDS = {
    "a routine": (e.Begin("desk_break"), None, None),
    "an exercise on its own": (e.Chose("cat_camel"), None, None),
    "an exercise on its own, in the middle of a routine": (e.Chose("cat_camel"), LATER, LATER),
}


@pytest.mark.parametrize("name", ENDS)
def test_at_the_end_there_is_no_place_left_but_the_one_left_for_later(name):
    event, place, left = ENDS[name]
    somebody = Somebody(replace(KNOWN, place=place))
    somebody.ask(event)
    assert (somebody.progress.later, somebody.progress.days) == (left, (Day(TODAY),))
    tell_of(somebody, FINISHED, "this", END)
    assert (somebody.progress.place, somebody.progress.later, somebody.run.phase.plays) == (
        left,
        None,
        False,
    )
    (today,) = somebody.progress.days
    assert (today.on, today.sets > 0) == (TODAY, True)


def test_a_second_attempt_that_fails_keeps_the_place_and_is_gone_on_with_set_by_set():
    somebody = failed_once()
    assert tell_of(somebody, FAILED, "this", BEGIN) == ""
    assert (somebody.place, state_of(somebody)) == (T5, STILL)
    assert tell_of(somebody, FAILED, "this", BEGIN) == ""
    somebody.head = replace(somebody.head, activity=Activity.STOPPED) if somebody.head else None
    somebody.ask(e.Resumed())
    assert (somebody.player, somebody.reply.passage) == ("", None)  # no audio of ours at all


def test_a_block_that_never_follows_is_gone_on_with_from_its_beginning():
    somebody = playing()
    assert tell_of(somebody, FAILED, "next", BEGIN) == THEN
    assert tell_of(somebody, FAILED, "next", BEGIN) == ""
    head = head_of(somebody, "this", END)
    somebody.tell(FINISHED, head)
    somebody.head = replace(head, activity=Activity.FINISHED)
    somebody.ask(e.Resumed())
    assert somebody.player == f"plays from {D0}"


# A paused stream that is further on than where it was paused

ECHOES = {
    # how much further, and whether it is believed to have played on
    "it took its time to stop": (10 * SECOND, False),
    "our word to stop was lost": (10 * SECOND + 1, True),
}


@pytest.mark.parametrize("name", ECHOES)
@pytest.mark.parametrize("told_by", ["its speaker", "a report"])
def test_a_paused_stream_that_is_a_little_further_on_took_its_time_to_stop(name, told_by):
    further, believed = ECHOES[name]
    somebody = paused()
    run = somebody.run
    position = Position(run.stream, run.offset + further, Activity.STOPPED)
    if told_by == "a report":
        somebody.tell(STOPPED, position)
    else:
        somebody.head = position
        somebody.ask(e.Helped())
    assert (somebody.run.offset == run.offset + further) is believed


# What its end says


def last_words(somebody: Somebody) -> str:
    """What is said after the last rep of what plays."""
    track = EDITION.stream(somebody.run.stream)
    assert track.block.stretches[-1].place.part is Part.CLOSE
    return told(track.block.stretches[-1].score)


def test_an_end_counts_the_exercises_and_says_what_was_left_out():
    somebody = Somebody(replace(KNOWN, place=None))
    somebody.ask(e.Begin("back_routine"))
    assert "That's it, well done: four exercises." in last_words(somebody)
    somebody.hear(MINUTE)
    somebody.ask(e.Next())
    assert "That's it, well done: three exercises. We left out the pelvic tilt. Stand easy" in last_words(
        somebody
    )
    somebody.hear(MINUTE)
    somebody.ask(e.Paused())
    somebody.ask(e.Resumed())
    assert "three exercises. We left out the pelvic tilt." in last_words(somebody)  # after a pause, too


@pytest.mark.parametrize("mode", Mode)
def test_both_ways_end_in_the_same_words_and_say_on_how_many_days_they_practised(mode):
    yesterday = date(2026, 11, 1)
    somebody = Somebody(
        replace(KNOWN, place=None, mode=mode, days=(Day(yesterday),), tellings={"shoulder_blade_squeeze": 2})
    )
    somebody.ask(e.Chose("shoulder_blade_squeeze"))
    said = last_words(somebody) if mode is Mode.THROUGH else somebody.say(e.Yes())
    assert said.endswith(
        "That's it, well done. Stand easy a moment, and shake your arms loose. "
        "You've practised on two days this week. See you next time."
    )


WEEKS = {
    # the days of practice before today, 2 November; on how many days of the week that is
    "none": ([], 1),
    "today, earlier": ([date(2026, 11, 2)], 1),
    "yesterday": ([date(2026, 11, 1)], 2),
    "six days ago": ([date(2026, 10, 27)], 2),
    "seven days ago": ([date(2026, 10, 26)], 1),
    "every day of the last nine": ([date(2026, 10, 24 + day) for day in range(8)] + [date(2026, 11, 1)], 7),
    "tomorrow, by a clock that was wrong": ([date(2026, 11, 3)], 1),
}


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("name", WEEKS)
def test_this_week_is_the_seven_days_that_end_today(name, mode):
    days, count = WEEKS[name]
    somebody = Somebody(replace(KNOWN, place=None, mode=mode, days=tuple(map(Day, days))))
    somebody.ask(e.Begin("back_routine"))
    somebody.say(e.Yes())
    week = somebody.progress.practised(TODAY)
    assert len(week) == count
    assert week[-1].on == TODAY
    assert all(0 <= (TODAY - day.on).days < 7 for day in week)
    assert {date(2026, 11, 2), *days} - {date(2026, 11, 3)} == {day.on for day in somebody.progress.days}


def test_a_month_of_days_is_kept_and_no_more():
    days = [date(2026, 9, 1), date(2026, 10, 2), date(2026, 10, 3), date(2026, 10, 20)]
    somebody = Somebody(replace(KNOWN, place=None, mode=Mode.SETS, days=tuple(map(Day, days))))
    somebody.ask(e.Begin("back_routine"))
    somebody.say(e.Yes())
    assert [day.on for day in somebody.progress.days] == [*days[2:], TODAY]


# Blocks


@pytest.mark.parametrize("routine", sorted(CONTENT.routines))
def test_a_block_is_of_at_most_half_an_hour(routine):
    mark = start(routine, CONTENT)
    whole = EDITION.plan(mark)
    cut = EDITION.blocks(whole)
    assert [slug for some in cut for slug in some] == list(whole.exercises)
    for some in cut:
        stream = replace(FIRST, place=whole.start_of(some[0]), long=whole.exercises)
        assert EDITION.stream(stream).lasts <= BLOCK_MS
    assert len(cut) == (2 if routine == FULL else 1)


@pytest.mark.parametrize("nearly", [BEGIN, END])
def test_the_next_block_is_to_follow_the_right_stream(nearly):
    somebody = playing()
    tell_of(somebody, NEARLY, "this", nearly)
    play = somebody.play
    assert play.after == somebody.run.stream == FIRST
    assert (play.stream.run, play.stream.block, play.stream.counted) == (FIRST.run, 1, False)
    assert play.offset == EDITION.stream(play.stream).begins
    assert in_words(play.stream.place) == D0


def test_on_another_speaker_the_clock_tells_where_it_has_got_to():
    somebody = playing()
    somebody.hear_to(replace(TILT_5, rep=2))
    somebody.head = None
    somebody.hear(12 * SECOND)  # a lift
    assert somebody.ask(e.Opened()).startswith("Welcome back. You were on lift")
    assert somebody.place in {f"lift {number}, set two of the pelvic tilt" for number in ("two", "three")}
    assert somebody.player == "stops"


# What a place is once the content, or the voice, has changed


def altered(slug: str, **dose: int) -> Edition:
    """The content with another dose of one exercise."""
    exercise = CONTENT.exercises[slug]
    usual = replace(exercise.usual, dose=replace(exercise.usual.dose, **dose))
    exercises = {**CONTENT.exercises, slug: replace(exercise, usual=usual)}
    return Edition(replace(CONTENT, exercises=exercises), estimate)


def without(slug: str) -> Edition:
    """The content without one exercise."""
    routines = {
        name: replace(routine, items=tuple(item for item in routine.items if item.exercise != slug))
        for name, routine in CONTENT.routines.items()
    }
    rest = {name: exercise for name, exercise in CONTENT.exercises.items() if name != slug}
    return Edition(replace(CONTENT, routines=routines, exercises=rest), estimate)


SLOWER = Edition(CONTENT, lambda text: estimate(text) * 3 // 2)
"""As another voice speaks it."""


STRETCH = Bookmark("back_routine", "hamstring_stretch", side="left", rep=6)
NEW = {
    # the place, the content as the voice speaks it since; where that is
    "nothing has changed": (TILT, EDITION, T5),
    "more sets": (TILT, altered("pelvic_tilt", sets=5), T5),
    "fewer sets": (TILT, altered("pelvic_tilt", sets=2), T5),
    "fewer reps": (TILT, altered("pelvic_tilt", reps=6), T5),
    "fewer reps than it names": (TILT, altered("pelvic_tilt", reps=3), "set three of the pelvic tilt"),
    "more reps": (STRETCH, altered("hamstring_stretch", reps=15), "bend six, the left side of the hamstring stretch"),
    "another exercise is gone": (STRETCH, without("pelvic_tilt"), "bend six, the left side of the hamstring stretch"),
    "another exercise has changed": (TILT, altered("knee_to_chest", reps=3), T5),
    "its exercise is gone": (start("back_routine", CONTENT), without("pelvic_tilt"), "telling of the knee to chest stretch"),
    "another voice": (TILT, SLOWER, T5),
    "another voice, a side": (STRETCH, SLOWER, "bend six, the left side of the hamstring stretch"),
}  # fmt: skip


@pytest.mark.parametrize("name", NEW)
def test_a_place_is_found_again(name):
    mark, edition, place = NEW[name]
    somebody = Somebody(replace(KNOWN, place=mark), edition=edition)
    somebody.ask(e.Resumed())
    counted = "" if place.startswith("telling") else ", counted in"  # nobody is counted into words
    assert somebody.player == f"plays from {place}{counted}"
    somebody.hear(5 * SECOND)
    somebody.ask(e.Paused())
    assert somebody.place == place


@pytest.mark.parametrize("edition", [EDITION, SLOWER], ids=["this voice", "a slower voice"])
@pytest.mark.parametrize("name", ["back_routine", FULL])
def test_every_rep_of_a_stream_is_found_where_it_is(name, edition):
    whole = edition.plan(start(name, CONTENT))
    for slug in whole.exercises:
        track = edition.stream(replace(FIRST, place=whole.start_of(slug).at(Part.TELLING)))
        for piece in (one for one in whole.pieces if one.exercise == slug):
            for rep in range(piece.first, piece.last + 1):
                at = track.block.find(replace(piece.starts(name), rep=rep))
                found = track.place(at + MOMENT)
                assert (found.exercise, found.set, found.rep, found.part) == (slug, piece.set, rep, Part.WORK)
                assert found.side == piece.side or not piece.side


@pytest.mark.parametrize("gone", ["pelvic_tilt", "bird_dog", "cat_camel"])
def test_what_a_stream_of_another_time_tells_still_has_a_place(gone):
    for what in Report:
        somebody = playing()
        somebody.edition = without(gone)
        somebody.tell(what, head_of(playing(), "this", TILT_5))
        somebody.ask(e.Paused())
        somebody.ask(e.Resumed())
        assert somebody.play.stream.place.exercise in somebody.edition.catalogue.exercises


# --- What once went wrong -------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", [e.Opened(), e.Paused(), e.Hurts(), e.Next(), e.Stopped(), e.Emergency()])
def test_a_speaker_that_has_no_player_is_told_nothing_of_one(event):
    somebody = under_a_stream()
    somebody.head, somebody.streams = None, False  # they have gone to another room
    somebody.ask(event)
    assert somebody.reply.player is None


@pytest.mark.parametrize("event", [e.Hurts(), e.Emergency(), e.Concerned("self_harm")])
def test_what_they_stopped_for_is_not_played_again_by_a_word_or_a_button_alone(event):
    somebody = under_a_stream()
    somebody.ask(event)
    assert somebody.press(e.Resumed()).player is None
    assert somebody.ask(e.Resumed()).startswith("You stopped earlier for a good reason.")
    assert somebody.player == ""
    assert (
        somebody.say(e.Yes()) == "Say easier, skip, or finish. What would you like?"
    )  # a bare yes is no choice
    assert somebody.player == ""
    somebody.say(e.Chose("pelvic_tilt"))
    assert somebody.player.startswith("plays from")
    somebody.press(e.Paused())
    somebody.press(e.Resumed())
    assert somebody.player.startswith("plays from")  # it was their own choice, and they go on


def test_what_hurts_twice_in_a_day_is_enough_however_many_sessions_it_took():
    somebody = under_a_stream()
    somebody.ask(e.Hurts())
    somebody.say(e.Next())
    somebody.hear(MINUTE)
    assert somebody.ask(e.Hurts()).startswith("That's enough for today.")
    assert somebody.progress.rests(day_of(somebody.now))


def test_what_hurt_yesterday_does_not_count_today():
    somebody = under_a_stream()
    somebody.ask(e.Hurts())
    somebody.say(e.Next())
    somebody.hear(DAY)
    assert somebody.ask(e.Hurts()).startswith("Stop there.")


def test_a_hurt_at_a_moment_of_no_year_brings_nothing_down():
    somebody = Somebody(replace(KNOWN, unwell=Unwell(2, -(10**15))))
    assert "You were on" in somebody.ask(e.Opened())


def test_an_exercise_that_is_gone_leaves_its_reps_behind():
    somebody = Somebody(replace(KNOWN, mode=Mode.SETS, place=TILT), edition=without("pelvic_tilt"))
    assert "You were on the knee to chest stretch." in somebody.ask(e.Opened())
    assert "First, the knee to chest stretch. Lie on your back" in somebody.say(e.Yes())
    assert somebody.progress.place
    assert somebody.progress.place.rep_only == Bookmark("back_routine", "knee_to_chest")


def test_who_was_in_a_set_that_is_gone_goes_on_with_what_follows():
    somebody = Somebody(
        replace(KNOWN, place=Bookmark("back_routine", "pelvic_tilt", set=3, rep=5)),
        edition=altered("pelvic_tilt", sets=2),
    )
    somebody.ask(e.Resumed())
    assert somebody.player == "plays from telling of the knee to chest stretch"


def test_a_telling_counts_once_however_often_its_stream_stops():
    somebody = playing()
    somebody.hear_to(TILT_5)
    tell_of(somebody, STOPPED, "this", TILT_5)
    assert somebody.progress.tellings == {"pelvic_tilt": 1}
    tell_of(somebody, STARTED, "this", TILT_5)
    tell_of(somebody, STOPPED, "this", KNEE_3)
    assert somebody.progress.tellings == {"pelvic_tilt": 1, "knee_to_chest": 1}


def test_a_block_whose_end_was_never_told_of_was_told_all_the_same():
    somebody = playing()
    tell_of(somebody, STOPPED, "next", CAT_2)
    whole = EDITION.plan(start(FULL, CONTENT)).exercises
    assert somebody.progress.tellings == dict.fromkeys(whole[: whole.index("cat_camel") + 1], 1)


def test_a_session_that_ends_late_brings_no_old_place_back():
    somebody = under_a_stream()
    somebody.ask(e.Paused())
    session = somebody.session
    somebody.press(e.Next())
    somebody.press(e.Paused())
    somebody.session = session
    somebody.say(e.Closed())
    assert "knee to chest" in somebody.place


def test_next_in_the_closing_words_of_an_exercise_is_the_one_that_is_coming():
    """Set by set, the telling of the next exercise follows the last set: whoever says "next" before it means that one."""
    last_set = Bookmark("desk_break", "shoulder_blade_squeeze")
    somebody = Somebody(replace(KNOWN, mode=Mode.SETS, place=last_set))
    somebody.ask(e.Resumed())
    passage = somebody.reply.passage
    assert passage
    score = EDITION.score(passage.place)
    work_ends = max(cue.ends for cue in score.cues if isinstance(cue.what, Section))
    somebody.now += passage.at + work_ends + MOMENT  # "That's the shoulder blade squeeze done."
    assert somebody.say(e.Next()).startswith("Next, the")
    assert asks(somebody) is q.Ready
    order = [item.exercise for item in CONTENT.routines["desk_break"].items]
    assert somebody.progress.place
    assert somebody.progress.place.exercise == order[order.index("shoulder_blade_squeeze") + 1]
    assert not somebody.progress.left


def test_next_once_the_next_one_is_being_told_leaves_that_one():
    somebody = Somebody(
        replace(KNOWN, mode=Mode.SETS, place=Bookmark("desk_break", "shoulder_blade_squeeze"))
    )
    somebody.ask(e.Resumed())
    passage = somebody.reply.passage
    assert passage
    somebody.now += passage.at + passage.lasts + SECOND
    assert "we'll leave the" in somebody.say(e.Next())
    assert somebody.progress.left


def test_a_warning_before_a_led_piece_moves_its_passage_and_its_clock():
    """The store fails: the warning goes before the set, and the clip in it, and the rep that is broken in on, so much later."""
    calm = Somebody(replace(KNOWN, mode=Mode.SETS, place=TILT))
    warned = Somebody(replace(KNOWN, mode=Mode.SETS, place=TILT), keeping=False)
    for somebody in (calm, warned):
        somebody.session = Session(q.GoOn(TILT), cautioned=True)
        somebody.say(e.Yes())
    warning = EDITION.spoken(CONTENT.words.line("not_kept")).lasts
    assert warning > 0
    one, other = calm.reply.passage, warned.reply.passage
    assert one
    assert other
    assert (one.at, other.at) == (0, warning)
    assert warned.reply.speech.window(other.at, other.at + other.lasts) == calm.reply.speech.window(
        0, one.lasts
    )
    span = EDITION.score(TILT).find("pelvic_tilt", 2, "", 7)
    assert span
    warned.now += warning + span.start + MOMENT
    assert warned.say(e.HowMany()).startswith("You're on lift seven of eight, set two of three.")


def test_repeat_after_a_pause_is_the_set_again():
    somebody = after_a_pause()
    somebody.ask(e.Again())
    assert somebody.player == "plays from opening of set two of the pelvic tilt"
