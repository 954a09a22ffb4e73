"""An edition: one language's content as one voice speaks it.

Whatever is laid out in time needs both, the words and how long each takes to say, so they travel as one value. It is
the same for everyone, so what has been laid out once is remembered here, and nowhere else: an edition owns its caches,
and they go when it goes. It answers four things:

    plan      a place and wishes → its routine or exercise, cut to pieces
    score     a place → what is heard of its piece, from its beginning or led in at its rep
    block     a plan → half an hour of it, every moment with its place
    stream    a stream → its track
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from skill.coach.exercise import Catalogue, Exercise, FormName, Item, Ms, Slug
from skill.coach.timeline import arrange, block
from skill.coach.timeline.arrange import Laid, Measure
from skill.coach.timeline.block import BLOCK_MS, Block, Telling, Track
from skill.coach.timeline.plan import Bookmark, Part, Piece, Plan, pieces, plan
from skill.coach.timeline.score import Score
from skill.coach.timeline.stream import Stream
from skill.coach.timeline.wishes import USUAL, Wishes

PIECES, BLOCKS, TEXTS = 1024, 256, 4096
"""How many of each are remembered: more than a routine of every length has."""


@dataclass(frozen=True, eq=False)
class Edition:
    """A catalogue and a voice's measure, and all that was laid out with them. Compared by identity, for its caches."""

    catalogue: Catalogue
    measure: Measure
    """How long its voice takes to say a phrase."""
    longest: Ms = BLOCK_MS
    """The longest block."""

    def plan(self, place: Bookmark, wishes: Wishes = USUAL) -> Plan:
        """The plan a place is in, as one person wishes it; of content that is gone, the default routine."""
        return self._plan(place.routine, place.exercise, place.form, wishes)

    def spoken(self, text: str) -> Score:
        """A text, its sentences one after another and a breath after each."""
        return self._spoken(text)

    def laid(self, piece: Piece, first_rep: int | None = None) -> Laid:
        """The three stretches of a piece; ``first_rep`` leads it in at that rep, by a count of three."""
        return self._laid(piece, first_rep)

    def lead_in(self, piece: Piece, rep: int, side: str = "") -> Score:
        """What is said before a piece is gone on with at a rep; ``side`` where sides take turns in it."""
        name = arrange.rep_name(piece, rep, self.catalogue, side)
        return arrange.lead_in(piece, self.catalogue.words, self.measure, name)

    def score(self, place: Bookmark, wishes: Wishes = USUAL) -> Score:
        """What is heard of the piece a place is in: from its opening words; or, at a later rep, led in there."""
        piece = self.plan(place, wishes).piece(place)
        return self._score(piece, piece.joined(place))

    def blocks(self, whole: Plan) -> tuple[tuple[Slug, ...], ...]:
        """The exercises of each block of a plan."""
        return self._blocks(whole)

    def minutes(self, whole: Plan, long: tuple[Slug, ...]) -> int:
        """How long a plan takes, as it is led, the exercises of ``long`` told at length: whole minutes, at least one."""
        return self._minutes(whole, long)

    def block(self, whole: Plan, number: int, told: Telling) -> Block:
        """The block of that number, from 0."""
        return self._block(whole, number, told)

    def stream(self, stream: Stream) -> Track:
        """A stream laid out."""
        return self._track(stream)

    # What is remembered

    @cached_property
    def _plan(self) -> Callable[[Slug, Slug, FormName, Wishes], Plan]:
        def make(routine: Slug, exercise: Slug, form: FormName, wishes: Wishes) -> Plan:
            return plan(Bookmark(routine, exercise, form), self.catalogue, wishes, self._cut)

        return lru_cache(PIECES)(make)

    def _cut(self, item: Item, exercise: Exercise, wishes: Wishes) -> tuple[Piece, ...]:
        changes = (wishes.of(exercise.slug),) if wishes.changes else ()
        return self._pieces(item, exercise.slug, Wishes(wishes.beat, changes))

    @cached_property
    def _pieces(self) -> Callable[[Item, Slug, Wishes], tuple[Piece, ...]]:
        return lru_cache(PIECES)(
            lambda item, slug, wishes: pieces(item, self.catalogue.exercises[slug], wishes)
        )

    @cached_property
    def _spoken(self) -> Callable[[str], Score]:
        return lru_cache(TEXTS)(lambda text: arrange.spoken(text, self.measure))

    @cached_property
    def _laid(self) -> Callable[[Piece, int | None], Laid]:
        def make(piece: Piece, first_rep: int | None) -> Laid:
            return arrange.lay_out(piece, self.catalogue, self.measure, first_rep)

        return lru_cache(PIECES)(make)

    @cached_property
    def _score(self) -> Callable[[Piece, int | None], Score]:
        return lru_cache(PIECES)(lambda piece, first_rep: self.laid(piece, first_rep).score)

    @cached_property
    def _blocks(self) -> Callable[[Plan], tuple[tuple[Slug, ...], ...]]:
        return lru_cache(BLOCKS)(lambda whole: block.cut(whole, self))

    @cached_property
    def _minutes(self) -> Callable[[Plan, tuple[Slug, ...]], int]:
        return lru_cache(BLOCKS)(lambda whole, long: block.minutes(block.lasting(whole, long, self)))

    @cached_property
    def _block(self) -> Callable[[Plan, int, Telling], Block]:
        def make(whole: Plan, number: int, told: Telling) -> Block:
            return block.lay_out(whole, self.blocks(whole)[number], told, self)

        return lru_cache(BLOCKS)(make)

    @cached_property
    def _track(self) -> Callable[[Stream], Track]:
        return lru_cache(PIECES)(self._lay_out)

    def _lay_out(self, stream: Stream) -> Track:
        whole = self.plan(stream.place, stream.wishes)
        blocks, place = self.blocks(whole), stream.place
        number = next((i for i, some in enumerate(blocks) if place.exercise in some), 0)
        laid = self.block(whole, number, Telling(stream.long, stream.left, stream.entire, stream.days))
        lead = Score()
        if stream.counted:
            piece = whole.piece(place)
            at_rep = place.part is Part.WORK
            lead = (
                self.lead_in(piece, place.rep, place.side)
                if at_rep
                else arrange.lead_in(piece, self.catalogue.words, self.measure)
            )
        return Track(stream, whole, blocks, number, laid, laid.find(place), lead)


@dataclass(frozen=True, slots=True)
class Editions:
    """What an installation speaks: an edition a language."""

    every: tuple[Edition, ...]
    """At least one; the first is for whoever speaks none of these languages."""

    def of(self, locale: str) -> Edition:
        """The edition of a locale ("de-AT"), of its language, or the first."""
        for wanted in (locale, locale.partition("-")[0]):
            for edition in self.every:
                if edition.catalogue.language == wanted:
                    return edition
        return self.every[0]
