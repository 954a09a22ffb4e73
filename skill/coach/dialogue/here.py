"""Where a turn stands, and how a turn ends: `ask` and `end` are the only ways to make a reply.

Every reply keeps progress in step with the session, and asks if and only if it listens.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from skill.coach.dialogue import tell
from skill.coach.dialogue.reply import Halt, Led, Reply, Turn, World
from skill.coach.dialogue.state import DAYS_KEPT, Activity, Progress, Question, Session, State
from skill.coach.exercise import Catalogue
from skill.coach.timeline.arrange import arrange, spoken
from skill.coach.timeline.plan import Bookmark, Piece, Plan, beginning
from skill.coach.timeline.score import Score, joined
from skill.coach.words import Words

Part = str | Score
"""Something to say: sentences, or a score."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where a turn stands: the state it starts from, and the world."""

    session: Session
    progress: Progress
    world: World
    breaks_in: bool = False
    """Whether a stream was playing when they spoke: whatever is answered stops it."""

    @property
    def catalogue(self) -> Catalogue:
        """All the content."""
        return self.world.catalogue

    @property
    def words(self) -> Words:
        """The language spoken."""
        return self.world.catalogue.words

    def now(self, **changes: object) -> "Here":
        """The same with a session so changed."""
        return replace(self, session=replace(self.session, **changes))  # type: ignore[arg-type]  # names are checked by replace

    def known(self, **changes: object) -> "Here":
        """The same with progress so changed."""
        return replace(self, progress=replace(self.progress, **changes))  # type: ignore[arg-type]  # as above

    def line(self, name: str, /, **values: str) -> str:
        """A line of the language spoken."""
        return self.words.line(name, **values)


def piece_score(here: Here, mark: Bookmark) -> Score:
    """The score of the piece a bookmark is in, joined at its rep."""
    piece, joins = _joined(here, mark)
    return arrange(Plan(mark.routine, (piece,)), here.catalogue, here.world.measure, joins)


def _joined(here: Here, mark: Bookmark) -> tuple[Piece, int | None]:
    piece = tell.piece_at(mark, here.catalogue)
    return piece, mark.rep if mark.rep > piece.first else None


def _led(here: Here) -> Led | None:
    """The piece that this turn leads."""
    playing = here.session.playing
    if playing is None:
        return None
    piece, joins = _joined(here, playing.mark)
    return Led(piece, joins, playing.began - here.world.now, playing.lasts)


def after(here: Here) -> State:
    """The state that follows: progress keeps the place."""
    at = max(here.world.now, here.progress.at)
    session = here.session
    kept = replace(here.progress, place=kept_place(here), playing=session.playing, later=session.later, at=at)
    return State(here.session, kept)


def today(here: Here) -> date:
    """The day it is (UTC)."""
    return datetime.fromtimestamp(here.world.now / 1000, UTC).date()


def kept_place(here: Here) -> Bookmark | None:
    """The session's place; but a plan only told of does not take the place of one that was begun."""
    mark = here.session.place
    if mark is None or here.session.begun or mark != beginning(mark, here.catalogue):
        return mark
    return here.progress.place


def days(here: Here) -> tuple[date, ...]:
    """The days of practice in the week that ends today, today among them."""
    now = today(here)
    recent = {day for day in here.progress.days if timedelta() <= now - day < timedelta(days=DAYS_KEPT)}
    return tuple(sorted(recent | {now}))


def compose(here: Here, parts: tuple[Part, ...]) -> Score:
    """What is to be said, laid out in time."""
    return joined(spoken(part, here.world.measure) if isinstance(part, str) else part for part in parts)


def _warn(here: Here) -> tuple[Here, Score]:
    """The warning that progress may not be kept, once a session; a piece led after it begins so much later."""
    if here.world.keeping or here.session.warned:
        return here, Score()
    warning, playing = compose(here, (here.line("not_kept"),)), here.session.playing
    later = playing and replace(playing, began=playing.began + warning.lasts)
    return here.now(warned=True, playing=later), warning


def title(here: Here) -> str:
    """What a turn is about."""
    mark = here.session.place
    return here.catalogue.exercises[mark.exercise].name.capitalize() if mark else here.line("title")


def halt(here: Here) -> Halt | None:
    """Whatever stream of ours is heard here stops, while something else is said; even one that no longer counts."""
    device = here.world.device
    head = device.playhead
    if head is None:
        return Halt() if here.breaks_in and device.streams else None
    return Halt() if here.breaks_in or head.activity in {Activity.PLAYING, Activity.WAITING} else None


def ask(here: Here, asked: Question, *parts: Part) -> Turn:
    """Say ``parts``, then ask."""
    here, warning = _warn(here.now(asked=asked))
    question = tell.question(asked, here.session, here.catalogue)
    again = tell.reprompt(asked, here.session, here.catalogue)
    speech = compose(here, (warning, *parts, question))
    return Turn(after(here), Reply(speech, asked, again, title(here), _led(here), halt(here)))


def end(here: Here, *parts: Part) -> Turn:
    """Say ``parts``, and that is all for now."""
    here, warning = _warn(here.now(asked=None))
    speech = compose(here, (warning, *parts))
    return Turn(after(here), Reply(speech, None, "", title(here), _led(here), halt(here)))


def ask_again(here: Here, *parts: Part) -> Turn:
    """Say ``parts``, then ask what was being asked; or what they would like, if nothing was."""
    asked = here.session.asked
    if asked is None:
        asked = Question.WELCOME if here.session.place else Question.MENU
    return ask(here, asked, *parts)
