"""A fortnight of one person: what they say each morning at half past six, to a speaker that asks after each set or to one
that streams; what they are told; and what is known of it in the evening, to the millisecond.

All of it is real but the clock and the speakers. How much they have done is reckoned here from the plan alone.
In a transcript "…" is whatever else is said; and what happens is

    *                    they go on to the end: set by set, or as the stream plays
    +                    they do a set; or so many seconds of it
    to cat_camel 3       the stream plays to that rep
    ! pause              they say so at once, and hear nobody out
    gone                 the session ends, without a word
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from audio.estimate import estimate
from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.days import Day
from skill.coach.dialogue.events import Report
from skill.coach.dialogue.reply import Device, Halt, Play, Reply
from skill.coach.dialogue.run import Activity, Position
from skill.coach.dialogue.state import Progress
from skill.coach.timeline.edition import Edition, Editions
from skill.coach.timeline.plan import Bookmark
from skill.content.reader import catalogue
from skill.conversation import Conversation
from skill.kept.carried import Carried
from skill.kept.sqlite import SqliteStore
from skill.render.transcript import told
from tests.dialogue import EARS

CONTENT = catalogue()
EDITION = Edition(CONTENT, estimate)
ME = "0" * 64
SECOND, MINUTE = 1000, 60_000
MOMENT = 300  # ms into a rep: so much of it is done twice, if it is gone on from there


@dataclass
class Somebody:
    """A person at home, and the speaker they speak to."""

    conversation: Conversation
    zone: ZoneInfo
    now: int = 0
    streams: bool = False
    head: Position | None = None
    carried: Carried = field(default_factory=Carried)
    reply: Reply = field(default_factory=Reply)
    done: dict[date, Day] = field(default_factory=dict)  # as it is reckoned from the plan

    def comes(self, day: date, at: str, *, streams: bool = False) -> None:
        """At that time by their clock, to the speaker that streams or to the other."""
        self.now = round(datetime.combine(day, time.fromisoformat(at), self.zone).timestamp() * SECOND)
        self.streams, self.head, self.carried, self.reply = streams, None, Carried(), Reply()

    def talks(self, transcript: str) -> None:
        """Line by line: what they say, and what they are told."""
        for line in filter(str.strip, transcript.splitlines()):
            words, _, expected = map(str.strip, line.partition("→"))
            said = self.happens(words)
            assert re.fullmatch(".*".join(map(re.escape, expected.split("…"))), said), (line, said)

    def happens(self, words: str) -> str:
        match words.split():
            case ["*"]:
                return self.goes_on_to_the_end()
            case ["+", *seconds]:
                return self.does_a_set(*(int(one) * SECOND for one in seconds))
            case ["to", exercise, rep, *side]:
                return self.hears_to(exercise, int(rep), *side)
            case ["gone"]:
                return self.turn(e.Closed())
            case ["!", *_]:
                return self.says(words[2:])
        self.waits(self.reply.speech.lasts + 2 * SECOND)
        return self.says(words)

    def says(self, words: str) -> str:
        said = self.turn(EARS.hear(words, self.carried.session.asked))
        return said + self.begins_to_play() if isinstance(self.reply.player, Play) else said

    def waits(self, ms: int) -> None:
        self.now += ms
        if self.head and self.head.activity is Activity.PLAYING:
            self.head = replace(self.head, offset=self.head.offset + ms)

    def goes_on_to_the_end(self) -> str:
        if self.head and self.head.activity is Activity.PLAYING:
            self.did(*self.ahead(self.place))
            return self.hears_it_out()
        said = self.does_a_set()
        return f"{said} {self.goes_on_to_the_end()}" if self.reply.asks else said

    def does_a_set(self, ms: int | None = None) -> str:
        """ "Ready": the piece at hand to its end, or only so much of it."""
        told_first, place, wishes = isinstance(self.reply.asks, q.Tell), self.place, self.kept.wishes
        whole = EDITION.plan(place, wishes)
        piece = whole.piece(place)
        lasts = EDITION.laid(piece, place.rep if place.rep > piece.first else None).lasts
        said = self.happens("ready")
        if not told_first:
            self.did(ms or lasts, int(ms is None and whole.ends_set(whole.piece(place))))
            self.waits(ms or 0)
        return said

    def hears_to(self, exercise: str, rep: int, side: str = "") -> str:
        """A moment into a rep of the stream, silently."""
        whole = EDITION.plan(self.place, self.kept.wishes)
        there = replace(whole.start_of(exercise), rep=rep, side=side)
        (before, sets), (after, left) = self.ahead(self.place), self.ahead(there)
        self.did(before - after + MOMENT, sets - left)
        self.waits(EDITION.stream(self.head.stream).block.find(there) + MOMENT - self.head.offset)
        return ""

    def hears_it_out(self) -> str:
        """Block after block, as their speaker tells of it."""
        track = EDITION.stream(self.head.stream)
        self.waits(track.lasts - self.head.offset)
        self.turn(e.Reported(Report.NEARLY_FINISHED, self.head))
        following = self.reply.player
        self.head = replace(self.head, activity=Activity.FINISHED)
        self.turn(e.Reported(Report.FINISHED, self.head))
        if not isinstance(following, Play):
            return told(track.score)
        self.head = Position(following.stream, following.offset)
        return told(track.score) + self.begins_to_play() + self.hears_it_out()

    def ahead(self, place: Bookmark) -> tuple[int, int]:
        """What is to come of a stream from there on: how long they move, ms, and how many sets end."""
        whole = EDITION.plan(place, self.kept.wishes)
        pieces = whole.pieces[whole.index(place) :]
        laid = [EDITION.laid(piece) for piece in pieces]
        span = laid[0].score.find(place.exercise, place.set, place.side, place.rep)
        behind = span.start if span and (place.rep > 1 or self.head.stream.counted) else 0
        ms = sum(one.opening.lasts + one.work.lasts for one in laid) - behind
        return ms, sum(map(whole.ends_set, pieces))

    def did(self, ms: int, sets: int) -> None:
        day = self.done.get(self.today, Day(self.today))
        self.done[self.today] = replace(day, ms=day.ms + ms, sets=day.sets + sets)

    def asks_in_the_evening(self, plan: str, days: str) -> None:
        """What their plan is; on which days of this week they practised, and how much: as it was reckoned."""
        self.comes(self.today, "21:00")
        week = [day for day in self.done.values() if self.today - day.on < timedelta(days=7)]
        number, sets = CONTENT.words.number, sum(day.sets for day in week)
        count = f"{number(len(week))} days" if len(week) > 1 else "one day"
        minutes = number(round(sum(day.ms for day in week) / MINUTE))
        self.talks(f"""
            what's my plan → Your plan. {plan} …?
            what did i do this week → You've practised on {count} this week. {days} In all, {number(sets)} sets, and about {minutes} minutes of moving. …?
            when did i last do them → You last practised {"today" if "today" in days.lower() else "yesterday"}. …?
            stop → …See you next time.""")
        kept = self.kept.days
        assert [replace(day, exercises=()) for day in kept] == [self.done[on] for on in sorted(self.done)]
        assert all(day.exercises for day in kept if day.sets)

    @property
    def kept(self) -> Progress:
        return self.conversation.store.load(ME).progress or Progress()

    @property
    def place(self) -> Bookmark:
        return (self.reply.asks.place if self.reply.asks else self.kept.place).rep_only

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.now / SECOND, self.zone).date()

    def begins_to_play(self) -> str:
        self.now += self.reply.speech.lasts + SECOND
        return self.turn(e.Reported(Report.STARTED, self.head))

    def turn(self, event: e.Event) -> str:
        mute, before = isinstance(event, e.Reported), self.carried
        device = Device(self.streams, mute, position=self.head if self.streams else None)
        carried = Carried() if mute else before
        answer = self.conversation.turn(ME, event, carried, now=self.now, device=device, zone=self.zone)
        self.reply = answer.turn.reply
        self.carried = before if mute else answer.carried if self.reply.asks else Carried()
        match self.reply.player:
            case Play(after=None) as play:
                self.head = Position(play.stream, play.offset)
            case Halt() if self.head:
                self.head = replace(self.head, activity=Activity.STOPPED)
        return told(self.reply.speech).strip()

    @classmethod
    def new(cls, folder: Path, zone: str) -> "Somebody":
        return cls(Conversation(Editions((EDITION,)), SqliteStore(folder / "db")), ZoneInfo(zone))


USUAL = "Pelvic tilt, three sets of eight. Knee to chest stretch, ten rounds. Hamstring stretch, ten on each side. Exaggerated walk, two sets of sixty."
SLOW = "I count slower than usual."
FOUR = f"{USUAL.replace('of eight', 'of five')} {SLOW}"
SPARED = FOUR.replace("ten rounds", "three rounds").replace("two sets of sixty", "thirty steps")
LOWER = f"Knee rolls, five rounds. Knee to chest stretch, three rounds. Pelvic tilt, five lifts. Cat camel, four cycles. Hamstring stretch, five on each side. {SLOW}"
KNEELING = LOWER.replace("four cycles.", "eight cycles. Bird dog, six rounds.")
EVENING = f"Knee rolls, five rounds. Cat camel, four cycles. Hamstring stretch, ten on each side. {SLOW}"

WAITS, STREAMS = False, True  # the two speakers

FORTNIGHT = [  # At which one, and what happens; in the evening, what their plan is, and when they practised
    (WAITS, """open my back routine → Hello. …Shall we begin?
        yes → …We'll do three sets of eight. …Ready?
        slower → A little slower. Ready?
        five reps → Five lifts, then. Ready?
        * → …That was seven sets today. You moved for about sixteen minutes. …See you next time.""", FOUR, "Today."),
    (WAITS, """start the lower back routine → …We'll do five rounds of right and left. …Ready?
        my knees are bad i can't kneel → …For today I'll leave out the bird dog. …Ready?
        + → …
        + → …We'll do five lifts. …Ready?
        + 45 → Five lifts. …
        gone →""", LOWER, "Yesterday and today."),
    (WAITS, f"""open my back routine → Welcome back. You were on lift four of the pelvic tilt. …Go on from there?
        what's my plan → Your plan. {KNEELING} Go on from there?
        my knees are bad i can't kneel → …For today I'll leave out the bird dog. …Go on from there?
        remember that → All right, I'll keep it so. …Go on from there?
        * → From lift four. …That was three sets today. …You've practised on three days this week. …""", SPARED, "On Sunday, yesterday and today."),
    (STREAMS, f"""do knee rolls then cat camel then hamstring stretch → …Straight through?
        save it as evening → Saved as evening. …Straight through?
        what's my plan → Your plan. {EVENING} …Straight through?
        yes → All right. Say, Alexa, pause, at any time. Here we go.
        * → …three exercises. …You've practised on four days this week. See you next time.""", SPARED, "On Sunday, on Monday, yesterday and today."),
    (STREAMS, """start my evening routine → Go gently. …Here we go.
        to cat_camel 3 →
        ! pause → Paused at cycle three of four: shall we go on?
        go on →
        * → …three exercises. …You've practised on five days this week. See you next time.""", SPARED, "On Sunday, on Monday, on Tuesday, yesterday and today."),
    (WAITS, """when did i last do them → You last practised yesterday. …
        stop → All right. See you next time.""", SPARED, "On Sunday, on Monday, on Tuesday, on Wednesday and yesterday."),
    (STREAMS, """start my evening routine → Go gently. …Here we go.
        to hamstring_stretch 3 right →
        ! only the right side → Only the right side, then.
        * → …three exercises. …See you next time.""", SPARED.replace("each side", "the right side"), "On Sunday, on Monday, on Tuesday, on Wednesday, on Thursday and today."),
    (WAITS, """ten minutes please → …It takes about ten minutes. …Ready?
        next → …Ready?
        next → …on the right side. …Ready?
        both sides again → All sides again. Ready?
        * → Right side. …Left side. …We left out two of them. …You've practised on six days this week. …""", SPARED, "On Monday, on Tuesday, on Wednesday, on Thursday, yesterday and today."),
    # Their speaker loses its power in mid-set, so nobody can say how much of it was done: none, then.
    (WAITS, """start my evening routine → …Ready?
        + → …Ready?
        ready → Four cycles. …""", EVENING, "On Tuesday, on Wednesday, on Thursday, on Saturday, yesterday and today."),
    (STREAMS, """open my back routine → Welcome back. You were on the cat camel. …Go on from there?
        yes →
        * → …That's it, well done: three exercises. …""", SPARED, "On Wednesday, on Thursday, on Saturday, on Sunday, yesterday and today."),
    (WAITS, """open my back routine → …Ready?
        + 30 → Set one. …
        ! it hurts → Stop there. Ease out slowly and rest. You can say easier, skip, or finish. …
        finish → All right. I've kept your place. See you next time.""", SPARED, "On Thursday, on Saturday, on Sunday, on Monday, yesterday and today."),
    # Surprising: that they stopped holds for 24 hours, not until their midnight; this is a minute or so less.
    (WAITS, """open my back routine → You stopped earlier for a good reason. …You can say easier, skip, or finish. …
        easier → Just the tilt; your hips stay on the floor. We'll do five tilts. Ready?
        * → …See you next time.""", SPARED, "On Saturday, on Sunday, on Monday, on Tuesday, yesterday and today."),
    (STREAMS, """start the full back routine → Go gently. …Here we go.
        * → …nine exercises. …You've practised on seven days this week. See you next time.""", SPARED, "On Saturday, on Sunday, on Monday, on Tuesday, on Wednesday, yesterday and today."),
    (WAITS, f"""what are my routines → You have evening. …
        start my evening routine → …Ready?
        what's my plan → Your plan. {EVENING} Ready?
        * → …That was three sets today. …See you next time.
        back to normal → Back to the usual. What would you like?
        what are my routines → You have evening. …""", "Pelvic tilt, three sets of eight. Knee to chest stretch, three rounds.", "On Sunday, on Monday, on Tuesday, on Wednesday, on Thursday, yesterday and today."),
]  # fmt: skip


def test_a_fortnight(tmp_path):
    """From the 25th of October, a Sunday. In the night of the next one the clocks go back."""
    me = Somebody.new(tmp_path, "America/New_York")
    for day, (streams, happens, plan, days) in enumerate(FORTNIGHT):
        me.comes(date(2026, 10, 25) + timedelta(day), "06:30", streams=streams)
        me.talks(happens)
        me.asks_in_the_evening(plan, days)


def test_a_year_ends(tmp_path):
    """Where it is still the day before in UTC, each morning."""
    me = Somebody.new(tmp_path, "Pacific/Auckland")
    before = ("On Wednesday", "On Wednesday, on Thursday", "On Wednesday, on Thursday, on Friday")
    which = ("Today.", "Yesterday and today.", *(f"{days}, yesterday and today." for days in before))
    for day, days in enumerate(which):
        me.comes(date(2026, 12, 30) + timedelta(day), "06:30")
        met = "" if day else "yes → …"
        me.talks(f"start the quick ease routine → …\n {met}\n * → …That was three sets today. …")
        me.asks_in_the_evening(USUAL, days)


def test_enough_for_today_is_until_their_midnight(tmp_path):
    """And not until that of UTC, which is at four in the afternoon."""
    me = Somebody.new(tmp_path, "America/Los_Angeles")
    me.comes(date(2026, 12, 30), "15:49")
    me.talks("open my back routine → …\n yes → …\n + 30 → …\n ! it hurts → Stop there. …")
    me.talks("it hurts → That's enough for today. …")
    me.comes(date(2026, 12, 30), "16:10")
    me.talks("open my back routine → We called it a day earlier, and rest is part of it. …")
    me.comes(date(2026, 12, 31), "00:10")
    me.talks("open my back routine → You stopped earlier for a good reason. …")
