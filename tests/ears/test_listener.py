"""The state machine, with a recogniser that tells how long it was given and a detector that hears whatever is not silent."""

from hypothesis import given, settings
from hypothesis import strategies as st

from skill.ears import RATE, Guess
from skill.ears.endpoint import ABOVE_DB, END_MS, FRAME_BYTES, FRAME_MS, LEAD_MS, LONGEST_MS, TAIL_MS
from skill.ears.listener import Begun, Listener, Nothing, Report, Said

LOUD, COACH, QUIET = 8_000, 2_000, 0


class Fake:
    """A recogniser that hears how long something was; or, where it lasted a second at most, a word."""

    def __init__(self, word: str = "") -> None:
        self.given: list[bytes] = []
        self._word = word

    def recognise(self, pcm: bytes) -> Guess:
        self.given.append(pcm)
        return Guess(self._word or f"{len(pcm) // 2 * 1000 // RATE} ms", 1.0)


def sound(level: int, ms: int) -> bytes:
    return (level.to_bytes(2, "little", signed=True) + (-level).to_bytes(2, "little", signed=True)) * (
        RATE * ms // 2000
    )


def loud(frame: bytes) -> bool:
    return any(frame)


def listener(fake: Fake | None = None, **more: object) -> Listener:
    return Listener(fake or Fake(), loud, **more)


WORD = sound(QUIET, 500) + sound(LOUD, 400) + sound(QUIET, 1000)


def test_a_word_begins_and_is_said_when_it_is_over() -> None:
    begun, said = listener().feed(WORD)
    assert begun == Begun(580)
    assert isinstance(said, Said)
    assert (said.began_ms, said.ended_ms) == (500, 900)
    assert said.guess.text == f"{LEAD_MS - 80 + 400 + TAIL_MS} ms", (
        "with what was before it, and little of what came after"
    )


def test_it_ends_by_silence() -> None:
    ears = listener()
    assert ears.feed(sound(LOUD, 400)) == (Begun(80),)
    assert ears.feed(sound(QUIET, END_MS - FRAME_MS)) == ()
    (said,) = ears.feed(sound(QUIET, FRAME_MS))
    assert isinstance(said, Said)


def test_a_breath_between_two_words_ends_nothing() -> None:
    heard = listener().feed(sound(LOUD, 300) + sound(QUIET, 400) + sound(LOUD, 300) + sound(QUIET, 700))
    assert [type(one) for one in heard] == [Begun, Said]


def test_what_is_urgent_does_not_wait() -> None:
    ears = listener(Fake("stop"), urgent=lambda guess: guess.text == "stop")
    _, said = ears.feed(sound(LOUD, 400) + sound(QUIET, 320))
    assert isinstance(said, Said)
    assert said.early
    assert ears.feed(sound(QUIET, 2_000)) == ()


def test_silence_is_nothing() -> None:
    assert listener().feed(sound(QUIET, 60_000)) == ()


def test_a_click_is_nothing() -> None:
    fake = Fake()
    heard = listener(fake).feed(sound(QUIET, 500) + sound(LOUD, 100) + sound(QUIET, 1_000))
    assert [type(one) for one in heard] == [Begun, Nothing]
    assert fake.given == []


def test_who_never_stops_is_heard_in_pieces_and_remembered_no_longer() -> None:
    fake = Fake()
    ears = listener(fake)
    for _ in range(60):
        ears.feed(sound(LOUD, 1_000))
        assert len(ears._ends._frames) * FRAME_MS <= LONGEST_MS
        assert len(ears._rest) < FRAME_BYTES
        assert len(ears._ends._levels) * FRAME_MS <= LONGEST_MS
    assert len(fake.given) == 7
    assert max(map(len, fake.given)) <= RATE * 2 * LONGEST_MS // 1000


def test_the_coach_is_not_heard_once_it_is_known_and_who_is_louder_is() -> None:
    ears = listener()
    counted = sound(COACH, 400) + sound(QUIET, 700)
    begun, said = ears.feed(counted, playing=True)
    assert isinstance(begun, Begun)
    assert isinstance(said, Said)
    ears.ours(said)
    assert ears.feed(counted * 20, playing=True) == ()
    assert [
        type(one) for one in ears.feed(sound(COACH, 500) + sound(LOUD, 400) + sound(COACH, 900), playing=True)
    ] == [
        Begun,
        Said,
    ]


def test_who_is_hardly_louder_than_the_coach_is_heard_once_it_is_quiet() -> None:
    ears = listener()
    (_, said) = ears.feed(sound(COACH, 400) + sound(QUIET, 700), playing=True)
    ears.ours(said)
    murmur = sound(round(COACH * 10 ** ((ABOVE_DB - 1) / 20)), 400) + sound(QUIET, 700)
    assert ears.feed(murmur, playing=True) == ()
    assert [type(one) for one in ears.feed(murmur)] == [Begun, Said]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from([QUIET, COACH, LOUD]), st.integers(1, 900)), max_size=8),
    st.lists(st.integers(1, 9_000), min_size=1, max_size=30),
    st.booleans(),
)
def test_however_it_is_cut_the_same_is_heard(
    parts: list[tuple[int, int]],
    cuts: list[int],
    playing: bool,  # noqa: FBT001
) -> None:
    pcm = b"".join(sound(level, ms) for level, ms in parts) + sound(QUIET, 700)
    whole, pieces = listener(), listener()
    heard: list[Report] = []
    at = turn = 0
    while at < len(pcm):
        size = cuts[turn % len(cuts)]
        heard += pieces.feed(pcm[at : at + size], playing=playing)
        at, turn = at + size, turn + 1
    assert tuple(heard) == whole.feed(pcm, playing=playing)
