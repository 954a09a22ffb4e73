"""A fortnight of one person: what they say each morning at half past six, on a speaker that asks after each set and on one
that streams; what they are told; and what is known of it in the evening, to the millisecond.

All of it is real but the clock and the speakers. How much somebody has done is reckoned here from the plan alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from audio.estimate import estimate
from interaction_model.listen import listener
from skill.coach.dialogue import events as e
from skill.coach.dialogue.events import Report
from skill.coach.dialogue.reply import Device, Halt, Play, Reply
from skill.coach.dialogue.state import Activity, Day, Position, Progress
from skill.coach.timeline.edition import Edition, Editions
from skill.coach.timeline.plan import Bookmark, Piece
from skill.content.reader import catalogue
from skill.conversation import Conversation
from skill.hearing import Ears, Hearing
from skill.kept.carried import Carried
from skill.kept.store import SqliteStore
from skill.render.transcript import told

CONTENT = catalogue()
EDITION = Edition(CONTENT, estimate)
EARS = Ears(listener(CONTENT, "en-US").hear, Hearing(CONTENT))
ME = "0" * 64
SECOND, MINUTE = 1000, 60_000
MOMENT = 300
"""Into a rep, ms: so much of it is done twice, if it is gone on from there."""


class Much(NamedTuple):
    """How much was done: of moving, ms, and sets to their end."""

    ms: int = 0
    sets: int = 0

    def and_also(self, ms: int, sets: int = 0) -> "Much":
        return Much(self.ms + ms, self.sets + sets)


@dataclass
class Somebody:
    """A person at home, and one of their speakers at a time."""

    conversation: Conversation
    zone: ZoneInfo
    now: int = 0
    streams: bool = False
    head: Position | None = None
    carried: Carried = field(default_factory=Carried)
    reply: Reply = field(default_factory=Reply)
    done: dict[date, Much] = field(default_factory=dict)
    """What they did, as it was reckoned from the plan."""

    def comes(self, day: date, at: str = "06:30", *, streams: bool = False) -> None:
        """A new session at that time by their clock, at the speaker that streams or at the other."""
        self.now = round(datetime.combine(day, time.fromisoformat(at), self.zone).timestamp() * 1000)
        self.streams, self.head, self.carried, self.reply = streams, None, Carried(), Reply()

    def says(self, words: str, *, after: int | None = None) -> str:
        """All that is answered; they wait until the coach has spoken, or break in so long ``after`` it began."""
        self.waits(self.reply.speech.lasts + 2 * SECOND if after is None else after)
        self._turn(EARS.hear(words, self.carried.session.asked))
        said = told(self.reply.speech).strip()
        if isinstance(self.reply.player, Play):
            self.now += self.reply.speech.lasts + SECOND
            self._reports(Report.STARTED)
            self.reply = Reply()
        return said

    def waits(self, ms: int) -> None:
        self.now += ms
        if self.head and self.head.activity is Activity.PLAYING:
            self.head = replace(self.head, offset=self.head.offset + ms)

    def is_led(self) -> str:
        """Set after set, and "ready" to each question, until goodbye; all that they hear."""
        heard = [self.says("ready")]
        while self.reply.asks:
            heard.append(self.says("ready"))
        return " ".join(heard)

    def hears_to(self, exercise: str, rep: int, side: str = "") -> None:
        """A moment into a rep of a stream."""
        assert self.head
        span = EDITION.stream(self.head.stream).score.find(exercise, 1, side, rep)
        assert span
        self.waits(span.start + MOMENT - self.head.offset)

    def hears_it_out(self) -> str:
        """The stream, block after block, to its end, as its speaker tells of it; all that they hear."""
        heard, following = "", self._block()
        while following:
            heard += following
            self._reports(Report.NEARLY_FINISHED)
            enqueued = self.reply.player
            assert self.head
            self.head = replace(self.head, activity=Activity.FINISHED)
            self._reports(Report.FINISHED)
            following = ""
            if isinstance(enqueued, Play):
                self.now += SECOND
                self.head = Position(enqueued.stream, enqueued.offset)
                self._reports(Report.STARTED)
                following = self._block()
        return heard

    def leaves(self) -> None:
        """Without a word; their speaker tells so."""
        self._turn(e.Closed())

    # What there is to do, and what was done

    def ahead(self) -> Much:
        """All that is to come from where they are, in the plan as they wish it."""
        place = self.place.rep_only
        whole = EDITION.plan(place, self.kept.wishes)
        pieces = whole.pieces[whole.index(place) :]
        lasting = sum(self._lasts(piece) for piece in pieces)
        if not self.streams and place.rep > pieces[0].first:
            lasting += EDITION.score(place, self.kept.wishes).lasts - self._lasts(pieces[0])
        return Much(lasting, sum(map(whole.ends_set, pieces)))

    def did(self, much: Much) -> None:
        """This day, besides what they did before."""
        self.done[self.today] = self.done.get(self.today, Much()).and_also(*much)

    @property
    def kept(self) -> Progress:
        progress = self.conversation.store.load(ME).progress
        assert progress
        return progress

    @property
    def place(self) -> Bookmark:
        place = self.reply.asks.place if self.reply.asks else self.kept.place
        assert place
        return place

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.now / 1000, self.zone).date()

    def evening(self, plan: str, days: str) -> None:
        """At nine: what their plan is; on which days of this week they practised; and how much, as it was reckoned."""
        today = self.today
        self.comes(today, "21:00")
        assert self.says("what's my plan").startswith(f"Your plan. {plan} "), today
        week = {
            day: much for day, much in self.done.items() if timedelta() <= today - day < timedelta(days=7)
        }
        ms, sets = (sum(amount) for amount in zip(*week.values(), strict=True))
        count = f"{_number(len(week))} days" if len(week) > 1 else "one day"
        expected = f"You've practised on {count} this week. {days}"
        much = f"In all, {_number(sets)} sets, and about {_number(round(ms / MINUTE))} minutes of moving."
        assert self.says("what did i do this week").startswith(f"{expected} {much} ")
        newest = max(self.done)
        assert self.kept.days[-1] == Day(newest, *self.done[newest])
        ago = (today - newest).days
        assert f"You last practised {'yesterday' if ago else 'today'}." in self.says(
            "when did i last do them"
        )
        self.says("stop")

    def _lasts(self, piece: Piece) -> int:
        # Surprising: set by set, the words after a set ("That's set one.") count as moving; in a stream they do not, though
        # the stream's own last words ("You moved for about …") count them. It is some 2 s a piece.
        laid = EDITION.laid(piece)
        return laid.opening.lasts + laid.work.lasts + (0 if self.streams else laid.closing.lasts)

    def _block(self) -> str:
        assert self.head
        track = EDITION.stream(self.head.stream)
        self.waits(track.lasts - self.head.offset)
        return told(track.score)

    def _reports(self, what: Report) -> None:
        assert self.head
        self._turn(e.Reported(what, self.head))

    def _turn(self, event: e.Event) -> None:
        mute = isinstance(event, e.Reported)
        carried = Carried() if mute else self.carried
        device = Device(self.streams, mute, position=self.head if self.streams else None)
        turn = self.conversation.turn(
            ME, event, carried, now=self.now, locale="en-US", device=device, zone=self.zone
        )
        self.reply = turn.turn.reply
        if not mute:
            self.carried = turn.carried if self.reply.asks else Carried()
        match self.reply.player:
            case Play(after=None) as play:
                self.head = Position(play.stream, play.offset)
            case Halt() if self.head:
                self.head = replace(self.head, activity=Activity.STOPPED)


def _number(amount: int) -> str:
    return CONTENT.words.number(amount)


def somebody(folder: Path, zone: str) -> Somebody:
    return Somebody(Conversation(Editions((EDITION,)), SqliteStore(folder / "db")), ZoneInfo(zone))


def mornings(first: date) -> Iterator[date]:
    while True:
        yield first
        first += timedelta(days=1)


# What a plan says
TILT_5 = "Pelvic tilt, three sets of five."
SLOW = "I count slower than usual."
FOUR = f"{TILT_5} Knee to chest stretch, ten rounds. Hamstring stretch, ten on each side. Exaggerated walk, two sets of sixty. {SLOW}"
LOWER = f"Knee rolls, five rounds. Knee to chest stretch, three rounds. Pelvic tilt, five lifts. Cat camel, {{}}. Hamstring stretch, five on each side. {SLOW}"
KNEELING, NOT_KNEELING = (
    LOWER.format("eight cycles. Bird dog, six rounds"),
    LOWER.format("four cycles"),
)
SPARED = f"{TILT_5} Knee to chest stretch, three rounds. Hamstring stretch, ten on {{}} side. Exaggerated walk, thirty steps. {SLOW}"
EVENING = f"Knee rolls, five rounds. Cat camel, four cycles. Hamstring stretch, ten on each side. {SLOW}"


def test_a_fortnight(tmp_path):
    me, morning = somebody(tmp_path, "America/New_York"), mornings(date(2026, 10, 25))

    # Sunday. They are new; a little slower, and five of the first.
    me.comes(next(morning))
    assert me.says("open my back routine").endswith("Shall we begin?")
    assert me.says("yes").endswith(
        "We'll do three sets of eight. Say go when you're there, or take your time. Ready?"
    )
    assert me.says("slower") == "A little slower. Ready?"
    assert me.says("five reps") == "Five lifts, then. Ready?"
    me.did(much := me.ahead())
    assert much.sets == 3 + 1 + 1 + 2
    assert "That was seven sets today. You moved for about sixteen minutes." in me.is_led()
    me.evening(FOUR, "Today.")

    # Monday. They cannot kneel, for today; and in the middle of a set they have to go.
    me.comes(next(morning))
    me.says("start the lower back routine")
    assert "For today I'll leave out the bird dog." in me.says("my knees are bad i can't kneel")
    before = me.ahead()
    me.says("ready")
    assert me.says("ready").endswith(
        "We'll do five lifts. Say go when you're there, or take your time. Ready?"
    )
    tilts = me.ahead()
    assert me.says("ready").startswith("Five lifts.")
    me.waits(45 * SECOND)
    me.leaves()
    me.did(Much(before.ms - tilts.ms + 45 * SECOND, before.sets - tilts.sets))
    me.evening(NOT_KNEELING, "Yesterday and today.")

    # Tuesday. The bird dog is back; until they say it again, and that it is to be remembered.
    me.comes(next(morning))
    assert me.says("open my back routine").startswith(
        "Welcome back. You were on lift four of the pelvic tilt."
    )
    assert me.says("what's my plan") == f"Your plan. {KNEELING} Go on from there?"
    assert "For today I'll leave out the bird dog." in me.says("my knees are bad i can't kneel")
    assert me.says("remember that").startswith("All right, I'll keep it so.")
    me.did(me.ahead())
    assert "That was three sets today." in me.is_led()
    me.evening(SPARED.format("each"), "On Sunday, yesterday and today.")

    # Wednesday, at the speaker that streams. A routine of their own, and straight through.
    me.comes(next(morning), streams=True)
    assert me.says("do knee rolls then cat camel then hamstring stretch").endswith("Straight through?")
    assert me.says("save it as evening").startswith("Saved as evening.")
    assert me.says("what's my plan").startswith(f"Your plan. {EVENING}")
    me.did(me.ahead())
    assert me.says("yes") == "All right. Say, Alexa, pause, at any time. Here we go."
    heard = me.hears_it_out()
    assert "That was three sets today. You moved for about six minutes." in heard
    assert "You've practised on four days this week." in heard
    me.evening(SPARED.format("each"), "On Sunday, on Monday, yesterday and today.")

    # Thursday. The same by its name, with a pause.
    me.comes(next(morning), streams=True)
    assert me.says("start my evening routine").startswith("Go gently.")
    me.did(me.ahead().and_also(MOMENT))
    me.hears_to("cat_camel", 3)
    assert me.says("pause", after=0) == "Paused at cycle three of four: shall we go on?"
    assert me.says("go on", after=10 * MINUTE) == ""
    assert "You've practised on five days this week." in me.hears_it_out()
    me.evening(SPARED.format("each"), "On Sunday, on Monday, on Tuesday, yesterday and today.")

    # Friday. They only ask: that is no practice.
    me.comes(next(morning))
    assert me.says("when did i last do them").startswith("You last practised yesterday.")
    assert me.says("stop") == "All right. See you next time."
    me.evening(SPARED.format("each"), "On Sunday, on Monday, on Tuesday, on Wednesday and yesterday.")

    # Saturday. In the middle of the bends: only the right side.
    me.comes(next(morning), streams=True)
    me.says("start my evening routine")
    both = me.ahead()
    me.hears_to("hamstring_stretch", 3, "right")
    assert me.says("only the right side", after=0).startswith("Only the right side, then.")
    place = replace(me.place.rep_only, rep=1, side="left")
    left = EDITION.laid(
        EDITION.plan(Bookmark("", place.exercise), replace(me.kept.wishes, changes=())).pieces[1]
    )
    me.did(both.and_also(MOMENT - left.opening.lasts - left.work.lasts))
    me.hears_it_out()
    me.evening(
        SPARED.format("the right"), "On Sunday, on Monday, on Tuesday, on Wednesday, on Thursday and today."
    )

    # Sunday, the first of November: the clocks went back, and a week ago is no longer of this week.
    me.comes(next(morning))
    assert "It takes about ten minutes." in me.says("ten minutes please")
    me.says("next")
    me.says("next")
    assert me.says("both sides again") == "All sides again. Ready?"
    me.did(me.ahead())
    assert "We left out two of them." in me.is_led()
    me.evening(
        SPARED.format("each"), "On Monday, on Tuesday, on Wednesday, on Thursday, yesterday and today."
    )

    # Monday. Their speaker loses its power in the middle of a set: nobody can say how much of it was done.
    me.comes(next(morning))
    me.says("start my evening routine")
    before = me.ahead()
    me.says("ready")
    after = me.ahead()
    assert "Cat camel" not in me.says("ready")
    me.did(Much(before.ms - after.ms, before.sets - after.sets))
    me.waits(20 * SECOND)
    me.evening(EVENING, "On Tuesday, on Wednesday, on Thursday, on Saturday, yesterday and today.")

    # Tuesday, on from there, on the other one.
    me.comes(next(morning), streams=True)
    assert me.says("open my back routine").startswith("Welcome back. You were on the cat camel.")
    me.did(me.ahead())
    me.says("yes")
    me.hears_it_out()
    me.evening(
        SPARED.format("each"), "On Wednesday, on Thursday, on Saturday, on Sunday, yesterday and today."
    )

    # Wednesday. It hurts, half a minute into a set.
    me.comes(next(morning))
    me.says("open my back routine")
    me.says("ready")
    assert me.says("it hurts", after=30 * SECOND).startswith("Stop there.")
    assert me.says("finish").startswith("All right. I've kept your place.")
    me.did(Much(30 * SECOND))
    me.evening(SPARED.format("each"), "On Thursday, on Saturday, on Sunday, on Monday, yesterday and today.")

    # Thursday, a minute less than a day later. Surprising: that they stopped holds for 24 hours, not until their day ends.
    me.comes(next(morning))
    assert me.says("open my back routine").startswith("You stopped earlier for a good reason.")
    assert me.says("easier").endswith("We'll do five tilts. Ready?")
    me.did(me.ahead())
    me.is_led()
    me.evening(SPARED.format("each"), "On Saturday, on Sunday, on Monday, on Tuesday, yesterday and today.")

    # Friday. All there is, straight through: the bird dog is still left out.
    me.comes(next(morning), streams=True)
    me.says("start the full back routine")
    me.did(me.ahead())
    heard = me.hears_it_out()
    assert "nine exercises" in heard
    assert "bird dog" not in heard.lower()
    me.evening(
        SPARED.format("each"),
        "On Saturday, on Sunday, on Monday, on Tuesday, on Wednesday, yesterday and today.",
    )

    # Saturday. Their own routine is still there; and at last, everything at the usual pace.
    me.comes(next(morning))
    assert me.says("what are my routines").startswith("You have evening.")
    me.says("start my evening routine")
    assert me.says("what's my plan") == f"Your plan. {EVENING} Ready?"
    assert me.says("back to normal") == "Back to the usual. Ready?"
    assert SLOW not in me.says("what's my plan")
