"""Where a turn stands, and how a turn ends: `ask` and `end` are the only ways to say something.

Every reply keeps progress in step with what was asked, and asks if and only if it listens.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, tzinfo
from typing import Any

from skill.coach.dialogue import lines
from skill.coach.dialogue.days import day_of, ends_of
from skill.coach.dialogue.questions import GoOn, Hurt, Menu, Question, Welcome
from skill.coach.dialogue.reply import Device, Halt, Passage, Reply, Turn
from skill.coach.dialogue.run import Activity
from skill.coach.dialogue.state import Led, Mode, Progress, Session, State
from skill.coach.exercise import Catalogue, Ms
from skill.coach.timeline import telling
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark, Plan
from skill.coach.timeline.score import Score, sequence
from skill.coach.timeline.wishes import Wishes
from skill.coach.words import Words

Speech = str | Score
"""Something to say: sentences, or a score."""


@dataclass(frozen=True, slots=True)
class World:
    """What a step may know of the world."""

    edition: Edition
    """The content as the voice speaks it, in the person's language."""
    now: Ms
    """ms since 1970."""
    locale: str = ""
    """The language and region of whoever speaks: the numbers to call follow it. Empty for the content's own."""
    lag: Ms = 0
    """From a reply to its first sound and from a person's word to our hearing of it, together."""
    keeping: bool = True
    """Whether progress can be kept at the moment."""
    whose: str = ""
    """Whose streams are, where one voice of a household was recognised: a keyed hash."""
    device: Device = field(default_factory=Device)
    zone: tzinfo = UTC
    """Where they are: a day begins and ends with theirs."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where a turn stands: what is remembered as it goes on, and the world."""

    before: State
    """What the turn began with."""
    session: Session
    progress: Progress
    world: World
    streaming: bool = False
    """Whether a stream was playing when they spoke: whatever is answered stops it."""
    closing: bool = False
    """Whether they spoke in the closing words of a piece, before anything was told of the next."""

    @property
    def edition(self) -> Edition:
        """The content as the voice speaks it."""
        return self.world.edition

    @property
    def catalogue(self) -> Catalogue:
        """All the content."""
        return self.world.edition.catalogue

    @property
    def words(self) -> Words:
        """The language spoken."""
        return self.catalogue.words

    @property
    def asked(self) -> Question | None:
        """What was asked last."""
        return self.session.asked

    @property
    def place(self) -> Bookmark | None:
        """What a "yes" will play: where the question is about, else where they are."""
        return self.asked.place if self.asked else self.progress.place

    @property
    def tonight(self) -> Ms:
        """When their day ends, ms since 1970."""
        return ends_of(self.today, self.world.zone)

    @property
    def today(self) -> date:
        """The day it is where they are."""
        return day_of(self.world.now, self.world.zone)

    @property
    def locale(self) -> str:
        """The language and region of whoever speaks."""
        return self.world.locale or self.catalogue.locale

    @property
    def through(self) -> bool:
        """Whether they are led straight through: they like it, their speaker can, and the place can be kept."""
        return self.can_stream and self.progress.mode is Mode.THROUGH

    @property
    def can_stream(self) -> bool:
        """Whether they could be led straight through."""
        return self.world.device.streams and self.world.keeping and self.in_our_voice

    @property
    def in_our_voice(self) -> bool:
        """Whether it is worth a try to play it."""
        return self.progress.plays(self.world.now)

    def plan(self, place: Bookmark) -> Plan:
        """The plan a place is in, as this person does it."""
        return self.edition.plan(place, self.progress.wishes)

    def minutes(self, whole: Plan) -> int:
        """How many minutes a plan takes this person, as it will be told them."""
        return self.edition.minutes(whole, self.progress.untold(whole.exercises))

    def where(self, place: Bookmark) -> str:
        """A place as it is said: "lift five, set two of the pelvic tilt"."""
        return telling.where(place.rep_only, self.plan(place).piece(place), self.catalogue)

    def score(self, place: Bookmark) -> Score:
        """What is heard of the piece a place is in."""
        return self.edition.score(place, self.progress.wishes)

    def asking(self, asked: Question | None) -> "Context":
        """The same, having asked."""
        return self if asked is self.asked else self.now(replace(self.session, asked=asked))

    def now(self, session: Session) -> "Context":
        """The same with another session."""
        return Context(self.before, session, self.progress, self.world, self.streaming, self.closing)

    def known(self, progress: Progress) -> "Context":
        """The same with other progress."""
        if progress is self.progress:
            return self
        return Context(self.before, self.session, progress, self.world, self.streaming, self.closing)

    def wishing(self, wishes: Wishes) -> "Context":
        """The same with other wishes."""
        return self.known(replace(self.progress, wishes=wishes))

    def misheard(self) -> "Context":
        """The same, having not understood once more."""
        return self.now(replace(self.session, unheard=self.session.unheard + 1))

    def line(self, name: str, /, **values: str) -> str:
        """A line of the language spoken."""
        return self.words.line(name, **values)

    def unchanged(self, speech: Score | None = None) -> Turn:
        """A turn that leaves everything as it was."""
        return Turn(self.before, Reply(speech, title=self.line("title")) if speech else Reply())


Rule = Callable[[Context, Any], Turn]
"""From where a turn stands, and what happened, to the turn. The event is of the row of the table that the rule stands in."""


def compose(ctx: Context, speech: tuple[Speech, ...]) -> Score:
    """What is to be said, laid out in time."""
    return sequence(ctx.edition.spoken(one) if isinstance(one, str) else one for one in speech)


def ask(ctx: Context, asked: Question, *speech: Speech) -> Turn:
    """Say ``speech``, then ask."""
    ctx, warning = _warn(ctx)
    score = compose(ctx, (warning, *speech, lines.question(asked, ctx.plan, ctx.catalogue)))
    again = lines.reprompt(asked, ctx.plan, ctx.catalogue)
    passage = _passage(ctx)
    ctx = keep(ctx.asking(asked))
    return Turn(State(ctx.session, ctx.progress), Reply(score, asked, again, title(ctx), passage, halt(ctx)))


def end(ctx: Context, *speech: Speech) -> Turn:
    """Say ``speech``, and that is all for now."""
    ctx, warning = _warn(ctx)
    score = compose(ctx, (warning, *speech))
    passage, about, stop = _passage(ctx), title(ctx), halt(ctx)
    ctx = keep(ctx).asking(None)
    return Turn(State(ctx.session, ctx.progress), Reply(score, None, "", about, passage, stop))


def back(ctx: Context) -> Question:
    """The question after something else: whether to go on; but whoever stopped for a reason is still to choose."""
    place = ctx.place
    if ctx.progress.asks_first(ctx.world.now):
        return Hurt(place)
    return GoOn(place) if place else Menu()


def ask_again(ctx: Context, *speech: Speech) -> Turn:
    """Say ``speech``, then ask what was being asked; or what they would like, if nothing was."""
    place = ctx.progress.place
    return ask(ctx, ctx.asked or (Welcome(place) if place else Menu()), *speech)


def keep(ctx: Context) -> Context:
    """Progress in step with the question; but what is only told of, from its beginning, takes no place until it is led."""
    place, kept = ctx.place, ctx.progress.place
    if place is not None and place != ctx.plan(place).beginning:
        kept = place
    return ctx.known(replace(ctx.progress, place=kept, at=max(ctx.world.now, ctx.progress.at)))


def leading(ctx: Context, place: Bookmark, *before: Speech) -> tuple[Context, Score]:
    """A piece is led after some words: it is what they are doing, until the next event tells how far they got."""
    lead, score = compose(ctx, before), ctx.score(place)
    led = Led(place, ctx.world.now + lead.lasts, score.lasts)
    session = replace(ctx.session, led=led.began, asked=GoOn(place))
    left = tuple(slug for slug in ctx.progress.left if slug != place.exercise)
    progress = replace(ctx.progress, place=place, led=led, left=left)
    return ctx.now(session).known(progress.practising(ctx.today)), lead.then(score)


def _warn(ctx: Context) -> tuple[Context, Score]:
    """The warning that progress may not be kept, once a session; a piece led after it begins so much later."""
    if ctx.world.keeping or ctx.session.warned:
        return ctx, Score()
    warning, led = compose(ctx, (ctx.line("not_kept"),)), led_here(ctx)
    session = replace(ctx.session, warned=True)
    if led is None:
        return ctx.now(session), warning
    led = replace(led, began=led.began + warning.lasts)
    return ctx.now(replace(session, led=led.began)).known(replace(ctx.progress, led=led)), warning


def led_here(ctx: Context) -> Led | None:
    """The piece that this turn leads."""
    led = ctx.progress.led
    return led if led and led.began == ctx.session.led else None


def _passage(ctx: Context) -> Passage | None:
    led = led_here(ctx)
    if led is None or not ctx.in_our_voice:
        return None
    return Passage(led.place, ctx.progress.wishes, led.began - ctx.world.now, led.lasts)


def title(ctx: Context) -> str:
    """What a turn is about."""
    place = ctx.place
    if place is None:
        return ctx.line("title")
    return ctx.catalogue.exercises[place.exercise].name.capitalize()


def halt(ctx: Context) -> Halt | None:
    """Whatever stream of ours is heard here stops, while something else is said; even one that no longer counts."""
    device = ctx.world.device
    if device.plays_unknown:
        return Halt()
    if device.position is None:
        return Halt() if ctx.streaming and device.streams else None
    heard = device.position.activity in {Activity.PLAYING, Activity.WAITING}
    return Halt() if ctx.streaming or heard else None
