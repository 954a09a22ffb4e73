"""Lays out a plan as a score: every count on its beat, the words around it in the room they have.

A voice is a font: `measure` says how long a phrase lasts, and layout follows. One move of the pelvic tilt, in
counts from its first beat (``in`` 3, ``hold`` 4, ``out`` 3, ``pause`` 2); at the usual beat a count is a second:

    0   in      "Tilt, and lift… and hold"     the cue, on the beat; short from the fourth rep
    3   hold    "one"  4 "two"  5 "three"  6 "four"
    7   out     "Lower slowly"
    10  pause   "Halfway."                     where it belongs
    11          "two"                          the next rep's number, one count ahead of its beat

Times of beats come from the tempo and the beat alone, so they cannot drift. What does not fit its room is found by
`crowded` when content is checked, for the voice it is checked with.

Nothing here is remembered: `skill.coach.timeline.edition` owns what has been laid out once.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from skill.coach.exercise import Catalogue, Exercise, Form, Move, Ms, Order
from skill.coach.timeline.plan import Piece
from skill.coach.timeline.score import Cue, Phase, Say, Score, Section, Sound, Tone, sequence, silence
from skill.coach.words import Words, capital

Measure = Callable[[str], Ms]
"""How long a voice takes to say a phrase, in ms."""

GAP_MS: Ms = 500
"""Between two sentences: 0.4 to 0.8 s (content facts, section 9, "Our text")."""

GRID_MS: Ms = 200
"""Free-standing speech is rounded up to this; a multiple of 8 ms, the finest step of the audio."""

COUNTED_HOLD = 6
"""The longest hold that is counted up, in counts; longer ones are quiet but for three calls."""

WARN_FROM_MS, WARNING_MS = 20_000, 10_000
"""From so long a rest on, its last ten seconds are called."""

_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")

SHORT_FROM_REP = 4
"""From this rep the cue is the short one."""

LEAD = 3
"""Ticks before a set's first beat, one a count."""

COUNT_IN = (3, 2, 1)
"""What one is counted in by, going on in the middle."""

TICK_MS: Ms = 100
"""How long a tick lasts."""

HALFWAY_FROM_REPS = 6
"""A set of fewer reps needs no "halfway"."""

MIDDLE_FROM_REPS = 6
"""From so many reps, breathing is cued in the middle too, three times a set."""

NAMED_STEPS = 4
"""Steps that are named, "left, right, left, right", before the ticks take over."""

CALLS_S = (30, 10)
"""When the time left of a paced stretch is called, in seconds before its end."""


def spoken(text: str, measure: Measure) -> Score:
    """A text, its sentences one after another and a breath after each."""
    cues, at = [], 0
    for sentence in _SENTENCE_END.split(text.strip()) if text.strip() else ():
        lasts = measure(sentence)
        cues.append(Cue(at, lasts, Say(sentence)))
        at += -(-(lasts + GAP_MS) // GRID_MS) * GRID_MS
    return Score(tuple(cues), at)


def rest(piece: Piece, following: Piece, words: Words, measure: Measure) -> Score:
    """The quiet between two pieces of an exercise: a rest, a change of sides, or a breath within a long set."""
    if following.set == piece.set and following.side == piece.side:
        return silence(2 * piece.beat)
    if following.side != piece.side:
        told = spoken(words.line("change_sides", side=words.sides[following.side]), measure)
        return told.then(silence(piece.rest))
    told = spoken(words.line("rest"), measure)
    quiet = silence(max(piece.rest, told.lasts))
    if piece.rest >= WARN_FROM_MS:
        warning = words.line("ten_seconds")
        told = told.over(Score((Cue(0, measure(warning), Say(warning)),)).shift(piece.rest - WARNING_MS))
    return told.over(quiet)


def crowded(score: Score) -> Iterator[tuple[Cue, Ms]]:
    """The phrases that do not fit: each cue that runs into the next sound, and by how many ms."""
    heard = [cue for cue in score.cues if not isinstance(cue.what, Section)]
    for cue, following in pairwise(heard):
        if (over := cue.at + cue.lasts - following.at) > 0:
            yield cue, over


def breath_reps(first: int, last: int) -> frozenset[int]:
    """The reps whose cue has the breath in it: near the start and the end, and in the middle of a longer set."""
    count = last - first + 1
    middle = first + count // 2 if count >= MIDDLE_FROM_REPS else first + 1
    return frozenset({first + 1, middle, last - 1} & set(range(first, last + 1)))


def lead_in(piece: Piece, words: Words, measure: Measure, place: str = "") -> Score:
    """Before going on in the middle: the place, if it has a name, for whole beats; then three, two, one, each on a beat.

    The name comes first: after the count it would be an order, and a second row of numbers.
    """
    named = -(-(measure(place) + GAP_MS) // piece.beat) * piece.beat if place else 0
    name = (Cue(0, measure(place), Say(place)),) if place else ()
    counts = [words.number(n) for n in COUNT_IN]
    cues = tuple(Cue(named + i * piece.beat, measure(text), Say(text)) for i, text in enumerate(counts))
    return Score(
        (*name, *cues),
        named + -(-max(cues[-1].ends - named, len(COUNT_IN) * piece.beat) // piece.beat) * piece.beat,
    )


BOTH = "both"
"""The side that is none: its cue says enough."""


def rep_name(piece: Piece, rep: int, catalogue: Catalogue, turn: str = "") -> str:
    """What is said before a rep is gone on with: "From bend five, right side."; steps have no name.

    ``turn`` is the side at which a rep of several sides is gone on with; its first needs no name.
    """
    form, words = catalogue.exercises[piece.exercise].form(piece.form), catalogue.words
    if form.order is Order.PACED:
        return ""
    said = {"unit": form.unit[0], "rep": words.number(rep)}
    side = piece.side or (turn if turn in piece.turns[1:] and turn != BOTH else "")
    return words.line("rejoin_side", **said, side=words.sides[side]) if side else words.line("rejoin", **said)


@dataclass(frozen=True, slots=True)
class Laid:
    """A piece laid out: what is said and ticked before its first beat, its reps, and what is said after."""

    opening: Score
    work: Score
    closing: Score

    @property
    def lasts(self) -> Ms:
        """How long one is led through it, up to the end of its last rep."""
        return self.opening.lasts + self.work.lasts

    @property
    def score(self) -> Score:
        """All three, one after another."""
        return sequence((self.opening, self.work, self.closing))


def lay_out(piece: Piece, catalogue: Catalogue, measure: Measure, first_rep: int | None = None) -> Laid:
    """A piece laid out: opening, work and closing words; or led in by a count of three, and the work from ``first_rep``."""
    exercise = catalogue.exercises[piece.exercise]
    return _Layout(piece, exercise, piece.form_in(catalogue), catalogue, measure).laid(first_rep)


def around(piece: Piece, catalogue: Catalogue) -> tuple[str, str]:
    """The sentences before a piece's ticks, and after its last rep."""
    exercise = catalogue.exercises[piece.exercise]
    layout = _Layout(piece, exercise, piece.form_in(catalogue), catalogue, len)
    return layout.announcement(), layout.closing()


@dataclass(frozen=True, slots=True)
class _Layout:
    """One piece being laid out."""

    piece: Piece
    exercise: Exercise
    form: Form
    catalogue: Catalogue
    measure: Measure

    @property
    def words(self) -> Words:
        return self.catalogue.words

    @property
    def beat(self) -> Ms:
        return self.piece.beat

    @property
    def move_ms(self) -> Ms:
        return self.form.tempo.counts * self.beat

    def laid(self, first_rep: int | None) -> Laid:
        """Opening, work and closing words; or a lead-in, and the work from ``first_rep``."""
        piece = self.piece
        first = piece.first if first_rep is None else min(max(first_rep, piece.first), piece.last)
        opening = self._opening() if first_rep is None else self._rejoining(first)
        work = self._steps(first) if self.form.order is Order.PACED else self._reps(first)
        return Laid(opening, work, self._ending().then(spoken(self.closing(), self.measure)))

    def _ending(self) -> Score:
        """The tone on the beat after the last step; after a rep there is no need of one."""
        if self.form.order is not Order.PACED:
            return Score()
        return Score((Cue(0, TICK_MS, Tone(Sound.END)),), self.form.tempo.into * self.beat)

    def _say(self, at: Ms, text: str) -> Cue:
        return Cue(at, self.measure(text), Say(text))

    def _opening(self) -> Score:
        """What is about to be done, then two ticks and a start."""
        tones = (*[Sound.TICK] * (LEAD - 1), Sound.START)
        ticks = tuple(Cue(i * self.beat, TICK_MS, Tone(tone)) for i, tone in enumerate(tones))
        return spoken(self.announcement(), self.measure).then(Score(ticks, LEAD * self.beat))

    def announcement(self) -> str:
        """What is about to be done."""
        piece, words = self.piece, self.words
        paced = self.form.order is Order.PACED
        count = piece.last - piece.first + 1 if paced else piece.reps
        unit = self.form.unit[count != 1]
        reps = capital(words.number(count, unit.gender))
        if piece.side:
            return capital(words.line("side_start", side=words.sides[piece.side], reps=reps, unit=unit))
        if piece.first > 1 and not paced:
            if piece.first == piece.last:
                return rep_name(piece, piece.first, self.catalogue)
            first, last = words.number(piece.first), words.number(piece.last)
            return capital(words.line("rounds_start", first=first, last=last, unit=unit))
        if piece.sets > 1 and piece.first == 1:
            return words.line("set_start", set=words.number(piece.set), reps=reps, unit=unit)
        return words.line("one_set_start", reps=reps, unit=unit)

    def closing(self) -> str:
        """What is done now."""
        piece, words = self.piece, self.words
        if piece.last < piece.reps:
            unit = self.form.unit[piece.last != 1]
            done = words.line("rounds_done", reps=words.number(piece.last, unit.gender), unit=unit)
            return f"{done} {words.line('halfway')}" if piece.last * 2 == piece.reps else done
        side_done = words.line("side_done", side=words.sides[piece.side]) if piece.side else ""
        if piece.side and piece.side != self.form.moves[-1].side:
            return side_done
        if piece.set < piece.sets:
            return side_done or words.line("set_done", set=words.number(piece.set))
        return f"{side_done} {words.line('exercise_done', name=self.exercise.name)}"

    def _rejoining(self, rep: int) -> Score:
        return lead_in(self.piece, self.words, self.measure, rep_name(self.piece, rep, self.catalogue))

    def _reps(self, first: int) -> Score:
        piece = self.piece
        one_side = self.form.order is Order.EACH
        moves = tuple(move for move in self.form.moves if not one_side or move.side == piece.side)
        breaths = breath_reps(piece.first, piece.last)
        cues: list[Cue] = []
        at = 0
        for rep in range(first, piece.last + 1):
            for i, move in enumerate(moves):
                known = rep - piece.first + 1 >= SHORT_FROM_REP
                cue = move.breath if i == 0 and rep in breaths else move.short if known else move.into
                cues += self._move(at, cue, move, rep)
                at += self.move_ms
            if rep < piece.last:
                cues += self._ahead(at, rep, moves[-1])
        length = at - self.form.tempo.pause * self.beat  # the closing words stand in the last pause
        return Score(tuple(sorted(cues, key=lambda cue: cue.at)), at).window(0, length)

    def _move(self, at: Ms, cue: str, move: Move, rep: int) -> Iterator[Cue]:
        """One move: its four sections, the cue, the count and the way back."""
        tempo, start = self.form.tempo, at
        for phase, counts in (
            (Phase.INTO, tempo.into),
            (Phase.HOLD, tempo.hold),
            (Phase.OUT, tempo.out),
            (Phase.PAUSE, tempo.pause),
        ):
            if counts:
                section = Section(self.exercise.slug, self.piece.set, move.side or "", rep, phase)
                yield Cue(start, counts * self.beat, section)
                start += counts * self.beat
        fits = self.measure(cue) <= tempo.into * self.beat
        yield self._say(at, cue if fits else move.short)  # a fast beat leaves room for the short cue only
        for when, text in self._hold():
            yield self._say(at + tempo.into * self.beat + when, text)
        if move.out:
            yield self._say(at + (tempo.into + tempo.hold) * self.beat, move.out)

    def _hold(self) -> Iterator[tuple[Ms, str]]:
        """What is counted in a hold: every count up to six, else halfway and the last three."""
        counts = self.form.tempo.hold
        if counts <= COUNTED_HOLD:
            for count in range(counts):
                yield count * self.beat, self.words.number(count + 1)
            return
        yield counts * self.beat // 4, self.words.line("keep_breathing")
        yield counts * self.beat // 2, self.words.line("halfway")
        for left in (3, 2, 1):
            yield (counts - left) * self.beat, self.words.number(left)

    def _ahead(self, at: Ms, rep: int, move: Move) -> Iterator[Cue]:
        """Before the next rep, whose first beat is at ``at``: its number, and "halfway" where there is room."""
        tempo, words = self.form.tempo, self.words
        number = words.line("last_one") if rep + 1 == self.piece.reps else words.number(rep + 1)
        if rep * 2 == self.piece.reps and self.piece.reps >= HALFWAY_FROM_REPS:
            halfway = words.line("halfway")
            quiet_from = at - (tempo.pause + tempo.out) * self.beat + self.measure(move.out)
            if quiet_from <= at - 2 * self.beat and self.measure(halfway) <= self.beat:
                yield self._say(at - 2 * self.beat, halfway)
            else:
                number = halfway
        yield self._say(at - self.beat, number)

    def _steps(self, first: int) -> Score:
        """A paced stretch: the first four steps named, then a tick a step, and the time called."""
        piece, step, moves = self.piece, self.move_ms, self.form.moves
        begin, total = (first - 1) * step, piece.last * step
        calls = {
            total // 4 // step * step: moves[0].breath,
            **{(total - left * 1000) // step * step: self._to_go(left) for left in CALLS_S},
        }
        calls = {at: text for at, text in calls.items() if at >= NAMED_STEPS * step}
        cues: list[Cue] = []
        quiet_until = 0
        for rep in range(first, piece.last + 1):
            at, move = (rep - first) * step, moves[(rep - 1) % len(moves)]
            cues.append(
                Cue(at, step, Section(self.exercise.slug, piece.set, move.side or "", rep, Phase.INTO))
            )
            if (text := calls.get(at + begin)) and at >= quiet_until:
                cues.append(self._say(at, text))
                quiet_until = cues[-1].ends
            elif at >= quiet_until:
                named = rep - first < NAMED_STEPS
                tone = Sound.HALFWAY if at + begin == total // 2 // step * step else Sound.TICK
                cues.append(self._say(at, move.into) if named else Cue(at, TICK_MS, Tone(tone)))
        return Score(tuple(cues), total - begin)

    def _to_go(self, seconds: int) -> str:
        return capital(self.words.line("seconds_to_go", number=self.words.number(seconds)))
