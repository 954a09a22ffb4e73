"""A turn is made from what is kept, and again if that has changed; where the store fails, the coach goes on from what the
session carries; and who is forgotten stays forgotten.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from structlog.testing import capture_logs

from audio.estimate import estimate
from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.reply import Device, Turn
from skill.coach.dialogue.run import Position
from skill.coach.dialogue.state import DAYS_KEPT, Progress, Session, State
from skill.coach.timeline.edition import Edition, Editions
from skill.coach.timeline.plan import Bookmark
from skill.coach.timeline.stream import Stream
from skill.coach.timeline.wishes import USUAL
from skill.content.reader import catalogue
from skill.conversation import ATTEMPTS, Conversation
from skill.kept.carried import Blind, Carried, Known
from skill.kept.saved import dump
from skill.kept.sqlite import SqliteStore
from skill.kept.store import Kept, Store
from skill.render.transcript import told
from tests.fakes import BrokenStore, MemoryStore, at_once
from tests.test_saved import progresses

EDITIONS = Editions((Edition(catalogue(), estimate),))
ME = "0" * 64
NOW = 1_793_604_600_000
MINUTE = 60_000
WARNING = "I may not be able to keep your place today."
KNOWN = Progress(met=True, tellings={"pelvic_tilt": 2}, at=NOW - MINUTE)
"""Someone who has been here before."""


class Person:
    """Someone with a speaker: what it carries from turn to turn, and the time between the turns, a minute."""

    def __init__(
        self, store: Store, carried: Carried | None = None, now: int = NOW, *, name: str = ME
    ) -> None:
        self.name = name
        self.conversation = Conversation(EDITIONS, store)
        self.carried, self.now = carried or Carried(), now
        self.state = State()

    def says(self, event: e.Event) -> Turn:
        answer = self.conversation.turn(self.name, event, self.carried, now=self.now)
        self.carried, self.state = answer.carried, answer.turn.state
        self.now += MINUTE
        return answer.turn

    def leaves(self) -> None:
        """Their session is over; what it carried of progress a next one would not."""
        self.carried = replace(self.carried, session=Session())


def begins(store: Store) -> Person:
    """Someone who has just been told of the pelvic tilt, and asked whether they are ready."""
    person = Person(store)
    person.says(e.Opened())
    person.says(e.Yes())
    assert isinstance(person.state.session.asked, q.Ready)
    return person


BREAKS = {"at load": ["load"], "at save": ["save"], "always": ["load", "save"]}


@pytest.mark.parametrize("at", BREAKS.values(), ids=BREAKS)
def test_without_a_store_the_coach_goes_on_from_what_the_session_carries(at):
    with_store, without = begins(MemoryStore()), begins(BrokenStore(*at))
    for event in (e.Yes(), e.Yes(), e.Paused(), e.Next(), e.Hurts(), e.Easier(), e.Yes()):
        expected, found = with_store.says(event), without.says(event)
        assert told(found.reply.speech) == told(expected.reply.speech)
        assert replace(found.state.progress, at=0) == replace(expected.state.progress, at=0)
        assert found.state.session == replace(expected.state.session, warned=True)


@pytest.mark.parametrize("at", BREAKS.values(), ids=BREAKS)
def test_they_are_told_once_a_session_that_their_place_may_not_be_kept(at):
    person = Person(BrokenStore(*at))
    said = [
        told(person.says(event).reply.speech)
        for event in (e.Opened(), e.Yes(), e.Yes(), e.Paused(), e.Stopped())
    ]
    assert [WARNING in text for text in said] == [True, False, False, False, False]
    person.leaves()  # tomorrow
    assert WARNING in told(person.says(e.Opened()).reply.speech)


def test_nobody_is_warned_while_the_store_works():
    person = Person(MemoryStore())
    said = [told(person.says(event).reply.speech) for event in (e.Opened(), e.Yes(), e.Yes(), e.Stopped())]
    assert [text for text in said if WARNING in text] == []


def test_a_store_that_breaks_on_the_way_loses_nothing_once_it_is_mended():
    store = BrokenStore()
    person = begins(store)
    person.says(e.Yes())
    store.at = {"load", "save"}
    person.says(e.Yes())
    store.at = set()
    person.says(e.Yes())
    assert store.kept[ME] == person.state.progress
    assert store.kept[ME].place == Bookmark("back_routine", "knee_to_chest")


@pytest.mark.parametrize("event", [e.Yes(), e.No(), e.Stopped(), e.Closed(), e.Unheard()])
def test_what_could_not_be_read_in_time_is_not_overwritten_by_a_stranger(event):
    """The store fails at the first turn of a session: what it holds must still be there after the second."""
    store = BrokenStore("load")
    store.kept[ME] = replace(KNOWN, place=Bookmark("upper_back", "cat_camel", rep=4))
    before = store.kept[ME]
    person = Person(store)
    person.says(e.Opened())
    store.at = set()
    person.says(event)
    assert store.kept[ME].tellings == before.tellings
    assert store.kept[ME].place == before.place


def test_a_set_that_was_done_without_the_store_still_counts():
    store = BrokenStore("load")
    store.kept[ME] = replace(KNOWN, place=Bookmark("upper_back", "cat_camel", rep=4))
    person = begins(store)
    person.says(e.Yes())  # the first set
    person.now += 2 * MINUTE
    store.at = set()
    person.says(e.Stopped())
    assert store.kept[ME].place == Bookmark("back_routine", "pelvic_tilt", set=2)
    assert store.kept[ME].tellings == {"pelvic_tilt": 2}


@pytest.mark.parametrize(
    "event", [e.Opened(), e.Chose("bird_dog"), e.Concerned("pregnant"), e.Concerned("self_harm")]
)
def test_a_failure_is_logged_with_what_to_do_and_nothing_of_the_person(tmp_path, event):
    (tmp_path / "db").write_bytes(b"This is not a database. " * 1000)
    person = Person(SqliteStore(tmp_path / "db"), Carried(Session(q.Which("hug")), Known(dump(KNOWN))))
    with capture_logs() as logs:
        person.says(event)
    (line,) = logs
    assert (line["event"], line["log_level"]) == ("progress not kept", "warning")
    assert "see that the disk has room" in line["why"]
    assert "set BACKBEAT_DATA_DIR to another" in line["why"]
    private = [ME, "hug", "bird", "pregnan", "harm", "pelvic"]
    assert [word for word in private if word in str(line)] == []


def test_a_mistake_of_ours_is_not_taken_for_the_stores():
    store = MemoryStore()
    store.kept[ME] = KNOWN
    with pytest.raises(KeyError):
        Person(store).says("not an event")
    assert store.kept[ME] == KNOWN


# --- Two copies of progress: together they know more, and of two places the newer counts ------------------------

HERE, THERE = Bookmark("back_routine", "knee_to_chest", rep=6), Bookmark("upper_back", "cat_camel", rep=4)

COPIES = {  # how much later the kept copy was changed than the carried one, and where they are welcomed back to
    "kept is newer": (+MINUTE, THERE),
    "kept is as old": (0, THERE),
    "carried is newer": (-MINUTE, HERE),
}


@pytest.mark.parametrize(("later", "place"), COPIES.values(), ids=COPIES)
def test_the_newer_copy_counts(later, place):
    store = MemoryStore()
    store.kept[ME] = replace(KNOWN, place=THERE, at=KNOWN.at + later)
    person = Person(store, Carried(Session(), Known(dump(replace(KNOWN, place=HERE)))))
    turn = person.says(e.Opened())
    assert isinstance(turn.reply.asks, q.Welcome)
    assert turn.reply.asks.place == place
    assert store.kept[ME].place == place


@given(progresses, progresses)
def test_two_copies_together_lose_nothing(one, other):
    both, newer = one.merged(other), max(one, other, key=lambda copy: copy.at)
    assert (both.at, both.place, both.led) == (newer.at, newer.place, newer.led)
    assert both.met is (one.met or other.met)
    assert all(both.tellings[slug] >= times for copy in (one, other) for slug, times in copy.tellings.items())
    days = {day.on for day in (*one.days, *other.days)}
    assert [day.on for day in both.days] == sorted(days)[-DAYS_KEPT:]
    for day in (*one.days, *other.days):
        assert all(kept.ms >= day.ms and kept.sets >= day.sets for kept in both.days if kept.on == day.on)
    assert both.merged(one) == both.merged(other) == both.merged(both) == both


@pytest.mark.parametrize("damaged", [{}, {"v": 9}, {"v": 2, "place": 3}, {"v": 1, "playing": 3}], ids=str)
@pytest.mark.parametrize("memory", [Known, Blind])
def test_a_damaged_copy_counts_for_nothing_and_is_told_of(damaged, memory):
    store = MemoryStore()
    store.kept[ME] = replace(KNOWN, place=THERE)
    with capture_logs() as logs:
        Person(store, Carried(Session(), memory(damaged))).says(e.Opened())
    assert store.kept[ME].place == THERE
    assert [line["event"] for line in logs] == ["session attributes not used"]


def test_a_copy_that_is_what_is_kept_is_not_read_again():
    store = MemoryStore()
    store.kept[ME] = replace(KNOWN, place=THERE)
    carried = Carried(Session(), Known(store.load(ME).saved))
    with capture_logs() as logs:
        turn = Person(store, carried).says(e.Opened())
    assert turn.reply.asks == q.Welcome(THERE)
    assert logs == []


def test_what_is_kept_counts_in_a_new_session():
    store = MemoryStore()
    person = begins(store)
    for event in (e.Yes(), e.Yes(), e.Stopped()):  # stopped in the middle of the second set
        person.says(event)
    turn = Person(store, now=NOW + 60 * MINUTE).says(e.Opened())
    assert isinstance(turn.reply.asks, q.Welcome)
    assert turn.reply.asks.place == person.state.progress.place
    assert turn.reply.asks.place.set == 2


# --- Two speakers at once -------------------------------------------------------------------------------------


def tells(exercise: str, store: Store, now: int = NOW) -> Callable[[], object]:
    """On a speaker of their own, they ask for an exercise, twice."""
    person = Person(store, now=now)
    return lambda: [person.says(e.Chose(exercise)) for _ in range(2)]


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_two_speakers_at_once_lose_nothing(tmp_path, kind):
    for i in range(20):
        store = MemoryStore() if kind == "memory" else SqliteStore(tmp_path / f"{i}.db")
        store.save(ME, dump(KNOWN), 0)
        assert at_once(*(tells(name, store) for name in ("bird_dog", "cat_camel"))) == []
        assert store.load(ME).progress.tellings == {"pelvic_tilt": 2, "bird_dog": 2, "cat_camel": 2}


def test_a_turn_that_comes_late_is_not_lost():
    """Speaker B's request was made a moment before A's, and comes after it: A's next turn must not undo it."""
    store = MemoryStore()
    store.kept[ME] = KNOWN
    a, b = Person(store), Person(store, now=NOW - 1000)
    a.says(e.Chose("bird_dog"))
    b.says(e.Chose("cat_camel"))
    a.says(e.Chose("knee_rolls"))
    assert store.kept[ME].tellings == {"pelvic_tilt": 2, "bird_dog": 1, "cat_camel": 1, "knee_rolls": 1}


class ContestedStore(MemoryStore):
    """A `MemoryStore` where somebody else keeps something between each of the next ``times`` loads and its save."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times
        self.loads = 0

    def load(self, person: str) -> Kept:
        kept = super().load(person)
        self.loads += 1
        if self.loads <= self.times:
            before = kept.progress or KNOWN
            told = {**before.tellings, f"other_{self.loads}": 1}
            super().save(person, dump(replace(before, tellings=told)), kept.revision)
        return kept


def test_a_turn_that_others_were_faster_than_is_made_again_from_what_they_kept():
    store = ContestedStore(times=ATTEMPTS - 1)
    with capture_logs() as logs:
        Person(store).says(e.Chose("bird_dog"))
    others = {f"other_{i}": 1 for i in range(1, ATTEMPTS)}
    assert store.kept[ME].tellings == {**KNOWN.tellings, **others, "bird_dog": 1}
    assert store.loads == ATTEMPTS
    assert logs == []


def test_a_turn_that_others_are_always_faster_than_is_answered_and_not_kept():
    store = ContestedStore(times=ATTEMPTS)
    person = Person(store)
    with capture_logs() as logs:
        turn = person.says(e.Chose("bird_dog"))
    assert WARNING in told(turn.reply.speech)
    assert store.loads == ATTEMPTS
    assert "bird_dog" not in store.kept[ME].tellings
    (line,) = logs
    assert (line["event"], line["log_level"]) == ("progress not kept", "warning")
    person.says(e.Chose("cat_camel"))
    assert store.kept[ME].tellings == {**store.kept[ME].tellings, "bird_dog": 1, "cat_camel": 1, "other_5": 1}


def test_a_turn_that_changes_nothing_writes_nothing():
    store = MemoryStore()
    person = begins(store)
    person.says(e.Unheard())
    person.now -= MINUTE  # at the same moment
    before = store.load(ME)
    person.says(e.Unheard())
    assert store.load(ME) == before


def test_of_a_stranger_of_whom_there_is_nothing_to_know_no_record_is_made():
    store = MemoryStore()
    person = Person(store)
    person.says(e.Closed())
    assert store.kept == {}
    person.says(e.Helped())
    person.says(e.Opened())
    assert store.kept[ME].met


# --- Being forgotten ------------------------------------------------------------------------------------------


def knows(store: Store) -> Person:
    """Somebody in the middle of a set, of whom a good deal is kept."""
    person = begins(store)
    person.says(e.Yes())
    assert store.load(ME).progress.place is not None
    return person


def test_whoever_asks_to_be_forgotten_is_forgotten():
    store = MemoryStore()
    person = knows(store)
    assert person.says(e.ForgetMe()).reply.asks == q.Forget(person.state.progress.place)
    assert store.kept != {}
    turn = person.says(e.Yes())
    assert turn.reply.asks is None
    assert store.kept == {}
    assert turn.state == State()


def test_what_could_not_be_deleted_is_not_called_forgotten():
    store = BrokenStore("forget")
    person = knows(store)
    person.says(e.ForgetMe())
    before = store.kept[ME]
    with capture_logs() as logs:
        turn = person.says(e.Yes())
    assert not turn.forget
    assert catalogue().words.line("not_forgotten") in told(turn.reply.speech)
    assert store.kept == {ME: before}
    assert [line["why"] for line in logs] == ["the forget broke: mend it"]


@pytest.mark.parametrize("event", [e.Yes(), e.Next(), e.Closed(), e.Stopped(), e.Hurts(), e.Opened()])
def test_a_session_on_another_speaker_does_not_bring_them_back(event):
    store = MemoryStore()
    one = knows(store)
    other = Person(store, now=one.now)
    other.says(e.Opened())
    other.says(e.ForgetMe())
    other.says(e.Yes())
    assert store.kept == {}
    turn = one.says(event)
    as_a_stranger = Person(MemoryStore(), now=one.now - MINUTE).says(event)
    assert told(turn.reply.speech) == told(as_a_stranger.reply.speech)
    assert turn.state == as_a_stranger.state
    kept, expected = store.kept.get(ME, Progress()), as_a_stranger.state.progress
    assert replace(kept, at=0) == replace(expected, at=0)


def test_a_set_that_is_led_at_one_speaker_is_not_settled_by_a_question_at_another():
    store = MemoryStore()
    kitchen = begins(store)
    bedroom = Person(store, now=kitchen.now)
    asked = bedroom.says(e.Opened()).reply.asks
    kitchen.says(e.Yes())
    led = store.load(ME).progress.led
    assert led is not None
    bedroom.now = kitchen.now - MINUTE + 20_000  # in the middle of the set
    assert bedroom.says(e.Listed()).reply.asks == asked
    assert store.load(ME).progress.led == led
    kitchen.now = bedroom.now - MINUTE + 1000
    question = kitchen.says(e.HowMany()).reply.asks
    assert isinstance(question, q.GoOn)
    assert question.place.rep == 2


def test_a_turn_that_was_being_made_when_they_were_forgotten_does_not_bring_them_back():
    class Forgetful(MemoryStore):
        """They are forgotten between the next load and its save."""

        at_next_load = False

        def load(self, person: str) -> Kept:
            kept = super().load(person)
            if self.at_next_load:
                self.at_next_load = False
                self.forget(person)
            return kept

    store = Forgetful()
    person = knows(store)
    store.at_next_load = True
    turn = person.says(e.Chose("bird_dog"))
    as_a_stranger = Person(MemoryStore(), now=person.now - MINUTE).says(e.Chose("bird_dog"))
    assert turn == as_a_stranger
    assert store.kept == {ME: as_a_stranger.state.progress}


@pytest.mark.parametrize("what", list(e.Report))
def test_a_stream_that_plays_on_elsewhere_does_not_bring_them_back(what):
    store = MemoryStore()
    knows(store)
    store.forget(ME)
    stream = Stream(
        NOW,
        0,
        Bookmark("back_routine", "pelvic_tilt"),
        counted=False,
        long=(),
        left=(),
        wishes=USUAL,
        days=1,
    )
    event = e.Reported(what, Position(stream, offset=60_000))
    Conversation(EDITIONS, store).turn(
        ME, event, Carried(), now=NOW + MINUTE, device=Device(streams=True, mute=True)
    )
    assert store.kept == {}


def test_whoever_is_forgotten_and_comes_back_is_a_stranger_and_is_kept_again():
    store = MemoryStore()
    person = knows(store)
    store.forget(ME)
    person.says(e.Opened())
    person.says(e.Yes())
    assert store.kept[ME] == person.state.progress
    assert store.kept[ME].tellings == {"pelvic_tilt": 1}


def test_requests_that_name_nobody_share_nothing():
    """Neither with one another, nor with anybody who is named."""
    store = MemoryStore()
    one, other = Person(store, name=""), Person(store, name="")
    for event in (e.Opened(), e.Yes(), e.Yes()):
        one.says(event)
    assert one.state.progress.place
    assert store.kept == {}
    other.says(e.Opened())
    assert not other.state.progress.place
    one.conversation.forget("", NOW)


def test_somebody_who_disables_the_skill_is_forgotten_unless_they_have_been_here_since():
    store = MemoryStore()
    person = knows(store)
    person.conversation.forget(ME, store.kept[ME].at - 1)
    assert ME in store.kept
    person.conversation.forget(ME, store.kept[ME].at)
    assert store.kept == {}
