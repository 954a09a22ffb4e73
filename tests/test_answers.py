"""What was answered is known to every process of a store, for as long as a request is valid; and to nobody who has not the request."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from skill.alexa.answered import Answered, Seal
from skill.errors import StoreError
from skill.kept.answers import KEPT_S, Answers, FileAnswers
from skill.kept.dynamo import DynamoAnswers, DynamoStore
from tests import aws

KEY = bytes(range(32))
ROOT = Path(__file__).parent.parent
BODY = b'{"request": "next"}'


class Clock:
    """Seconds since 1970."""

    def __init__(self) -> None:
        self.now = 1_793_604_600.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def dynamo() -> Iterator[aws.Dynamo]:
    with aws.serving() as made:
        yield made


@pytest.fixture(params=["file", "dynamodb"])
def process(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Clock], Answers]:
    """What gives another process of the same store its answers."""
    if request.param == "file":
        return lambda clock: FileAnswers(tmp_path / "db", clock)
    made = request.getfixturevalue("dynamo")
    made.at_hand(monkeypatch)
    table = made.table()
    return lambda clock: DynamoAnswers(DynamoStore(table), clock=clock)


def test_the_second_process_gives_the_answer_of_the_first(process):
    clock = Clock()
    one, other = (Answered(process(clock), KEY) for _ in range(2))
    assert one.once(BODY, lambda: b"said") == b"said"
    assert other.once(BODY, lambda: b"another") == b"said"
    assert other.once(BODY + b" ", lambda: b"another") == b"another"


def test_while_the_first_is_at_it_the_second_waits(process):
    """As long as it must, and then answers itself: the first was killed."""
    clock = Clock()
    first, waits = process(clock), []
    name = Seal.of(BODY, KEY).name
    assert first.begin(name) is None
    second = Answered(process(clock), KEY, wait=waits.append)
    assert second.once(BODY, lambda: b"second") == b"second"
    assert 2 < sum(waits) < 4

    def done(_: float) -> None:
        first.keep(name, Seal.of(BODY, KEY).close(b"first"))

    third = Answered(process(clock), KEY, wait=done)
    assert first.keep(name, b"") is None
    assert first.begin(name) is None
    assert third.once(BODY, lambda: b"third") == b"first"


def test_what_went_wrong_in_one_is_done_by_the_next(process):
    def wrong() -> bytes:
        raise ZeroDivisionError

    clock = Clock()
    with pytest.raises(ZeroDivisionError):
        Answered(process(clock), KEY).once(BODY, wrong)
    assert Answered(process(clock), KEY).once(BODY, lambda: b"said") == b"said"


def test_it_is_kept_as_long_as_a_timestamp_is_valid_and_not_twice_as_long_again(process):
    clock = Clock()
    answered = Answered(process(clock), KEY)
    assert answered.once(BODY, lambda: b"first") == b"first"
    clock.now += KEPT_S - 1
    assert answered.once(BODY, lambda: b"second") == b"first"
    clock.now += KEPT_S + 1
    assert answered.once(BODY, lambda: b"second") == b"second"


# --- In files -------------------------------------------------------------------------------------------------


def test_no_more_than_two_files_are_kept_and_nobody_else_may_read_them(tmp_path):
    clock = Clock()
    answers = FileAnswers(tmp_path / "db", clock)
    for _ in range(5):
        Answered(answers, KEY).once(os.urandom(8), lambda: b"said")
        clock.now += KEPT_S
    files = sorted(tmp_path.iterdir())
    assert len(files) == 2
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_what_is_on_the_disk_tells_nothing(tmp_path):
    answered = Answered(FileAnswers(tmp_path / "db"), KEY)
    answered.once(BODY, lambda: b"take it easy today" * 50)
    raw = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert len(raw) > 900
    assert b"easy" not in raw


def test_of_ten_processes_that_are_asked_at_once_one_answers(tmp_path):
    script = (
        "import sys\nfrom pathlib import Path\nfrom skill.alexa.answered import Answered\n"
        "from skill.kept.answers import FileAnswers\n"
        "answered = Answered(FileAnswers(Path(sys.argv[1]) / 'db'), bytes(range(32)))\n"
        "print('ready', flush=True)\n"
        "for line in sys.stdin:\n"
        "    said = []\n"
        "    def answer():\n        said.append(1)\n        return sys.argv[2].encode() + line.encode()\n"
        "    print(answered.once(line.encode(), answer).decode().strip(), len(said), flush=True)\n"
    )
    several = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path), f"process {number}: "],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )
        for number in range(4)
    ]  # fmt: skip
    assert [process.stdout.readline() for process in several] == ["ready\n"] * 4
    for round_ in range(100):
        for process in several:
            process.stdin.write(f"request {round_}\n")
        for process in several:
            process.stdin.flush()
        said = [process.stdout.readline().rsplit(" ", 1) for process in several]
        assert len({answer for answer, _ in said}) == 1
        assert sorted(times for _, times in said) == ["0\n"] * 3 + ["1\n"]
    for process in several:
        process.communicate()


def test_a_record_that_was_torn_ends_what_is_known_and_stops_nobody(tmp_path):
    clock = Clock()
    one = FileAnswers(tmp_path / "db", clock)
    assert Answered(one, KEY).once(b"1", lambda: b"one") == b"one"
    (newest,) = [file for file in tmp_path.iterdir() if file.stat().st_size]
    with newest.open("ab") as torn:
        torn.write(b"bbA1 and then the disk was full" * 9)
    for answers in (one, FileAnswers(tmp_path / "db", clock)):
        assert Answered(answers, KEY).once(b"1", lambda: b"anew") == b"one"
        assert Answered(answers, KEY).once(b"2", lambda: b"two") == b"two"


def test_where_answers_cannot_be_kept_people_are_answered(tmp_path):
    answers = FileAnswers(tmp_path / "gone" / "db")
    with pytest.raises(StoreError, match="a request that is sent twice may be answered twice"):
        answers.begin("00" * 32)
    assert Answered(answers, KEY).once(BODY, lambda: b"said") == b"said"
