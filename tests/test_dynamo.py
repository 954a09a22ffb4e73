"""A table of DynamoDB: when it forgets by itself, what else may be in it, and what it says of every refusal."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from skill.coach.dialogue.state import Progress
from skill.errors import Conflict, StoreError
from skill.kept.dynamo import DynamoStore
from skill.kept.saved import dump
from skill.kept.store import Kept
from tests import aws
from tests.kept import ME, SOME, YOU
from tests.test_saved import SAMPLES

DAY_S = 24 * 60 * 60


@pytest.fixture(scope="module")
def everyones() -> Iterator[aws.Dynamo]:
    with aws.serving() as made:
        yield made


@pytest.fixture
def dynamo(everyones: aws.Dynamo, monkeypatch: pytest.MonkeyPatch) -> aws.Dynamo:
    everyones.at_hand(monkeypatch)
    return everyones


@pytest.fixture
def table(dynamo: aws.Dynamo) -> str:
    return dynamo.table()


@pytest.fixture
def store(table: str) -> Iterator[DynamoStore]:
    made = DynamoStore(table)
    yield made
    made.close()


# --- What is in it --------------------------------------------------------------------------------------------


def test_an_item_is_the_progress_and_nothing_more(dynamo, table, store):
    store.save(ME, dump(Progress(met=True)), 0)
    revision = str(store.load(ME).revision)
    assert dynamo.items(table) == {
        ME: {"person": {"S": ME}, "saved": {"S": '{"v":4,"met":true}'}, "revision": {"N": revision}}
    }


def test_an_item_of_the_first_backbeat_is_read(dynamo, table, store):
    """Frozen, as the sample it holds: somebody's progress is written like this."""
    dynamo.put(table, person={"S": ME}, saved={"S": SAMPLES[1][0][0]}, revision={"N": "77"})
    kept = store.load(ME)
    assert kept.revision == 77
    assert kept.progress.tellings == {"pelvic_tilt": 2, "knee_to_chest": 1}


def test_a_check_leaves_nothing_behind(dynamo, table, store):
    store.check()
    assert dynamo.items(table) == {}


DAMAGED = {
    "not JSON": {"saved": {"S": "{"}, "revision": {"N": "1"}},
    "not a record": {"saved": {"S": "[]"}, "revision": {"N": "1"}},
    "nested without end": {"saved": {"S": "[" * 99999}, "revision": {"N": "1"}},
    "nothing saved": {"revision": {"N": "1"}},
    "saved as a number": {"saved": {"N": "1"}, "revision": {"N": "1"}},
    "no revision": {"saved": {"S": '{"v":1}'}},
    "a revision in words": {"saved": {"S": '{"v":1}'}, "revision": {"S": "1"}},
    "a revision and a half": {"saved": {"S": '{"v":1}'}, "revision": {"N": "1.5"}},
    "revision 0": {"saved": {"S": '{"v":1}'}, "revision": {"N": "0"}},
}


@pytest.mark.parametrize("item", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_item_is_set_aside_and_not_lost(dynamo, table, store, item):
    store.save(YOU, dump(SOME), 0)
    dynamo.put(table, person={"S": ME}, **item)
    assert store.load(ME) == Kept()
    items = dynamo.items(table)
    assert set(items) == {YOU, f"damaged#{ME}"}
    assert items[f"damaged#{ME}"] == {"person": {"S": f"damaged#{ME}"}, **item}
    store.save(ME, dump(SOME), 0)
    assert store.load(ME).progress == SOME
    assert store.forget(ME)
    assert set(dynamo.items(table)) == {YOU}


def test_a_damaged_item_that_somebody_else_sets_aside_is_looked_at_again(dynamo, table, store):
    dynamo.put(table, person={"S": ME}, **DAMAGED["not JSON"])
    other = DynamoStore(table)
    other.check()  # its client is made: that takes longer, on a busy machine, than ours waits for an answer
    dynamo.before = {"TransactWriteItems": lambda: other.load(ME)}
    with pytest.raises(Conflict):
        store.load(ME)
    assert store.load(ME) == Kept()
    assert set(dynamo.items(table)) == {f"damaged#{ME}"}


def test_somebody_forgotten_while_their_damaged_item_is_set_aside_is_forgotten(dynamo, table, store):
    dynamo.put(table, person={"S": ME}, **DAMAGED["not JSON"])
    other = DynamoStore(table)
    other.check()
    dynamo.before = {"TransactWriteItems": lambda: other.forget(ME)}
    with pytest.raises(Conflict):
        store.load(ME)
    assert dynamo.items(table) == {}


def test_an_item_from_a_newer_version_is_left_alone_and_forgotten_when_asked(dynamo, table, store):
    dynamo.put(table, person={"S": ME}, saved={"S": '{"v":99,"spot":"here"}'}, revision={"N": "5"})
    before = dynamo.items(table)
    with pytest.raises(
        StoreError, match=rf"^progress in dynamodb://{table} was saved as version 99.*: update this"
    ):
        store.load(ME)
    with pytest.raises(Conflict):
        store.save(ME, dump(SOME), 0)
    assert dynamo.items(table) == before
    assert store.forget(ME)
    assert dynamo.items(table) == {}


# --- Keeping for so many days ---------------------------------------------------------------------------------


@dataclass
class Clock:
    now: float = 1_793_604_600.5

    def __call__(self) -> float:
        return self.now


def test_progress_expires_so_many_days_after_the_last_turn(table):
    clock = Clock()
    store = DynamoStore(table, 400, clock=clock)
    store.save(ME, dump(SOME), 0)
    clock.now += 399 * DAY_S
    read = store.load(ME)
    assert read.progress == SOME
    store.save(ME, dump(SOME), read.revision)
    clock.now += 399 * DAY_S
    assert store.load(ME).progress == SOME
    clock.now += DAY_S
    assert store.load(ME) == Kept()
    store.close()


def test_what_has_expired_is_gone_though_the_table_has_it_still(dynamo, table):
    clock = Clock()
    store = DynamoStore(table, 1, clock=clock)
    store.save(ME, dump(SOME), 0)
    store.save(YOU, dump(SOME), 0)
    read = store.load(ME)
    clock.now += DAY_S
    assert set(dynamo.items(table)) == {ME, YOU}
    with pytest.raises(Conflict):
        store.save(ME, dump(Progress(at=8)), read.revision)
    store.save(ME, dump(Progress(at=9)), 0)
    assert store.load(ME).progress == Progress(at=9)
    assert store.forget(YOU) is False
    assert set(dynamo.items(table)) == {ME}
    store.close()


def test_the_time_is_written_as_dynamodb_wants_it(dynamo, table):
    store = DynamoStore(table, 400, clock=Clock())
    store.save(ME, dump(SOME), 0)
    assert dynamo.items(table)[ME]["expires"] == {"N": str(1_793_604_600 + 400 * DAY_S)}
    store.close()


def test_whoever_no_longer_chooses_a_time_keeps_what_is_written_from_then_on(dynamo, table):
    clock = Clock()
    first, second = DynamoStore(table, 1, clock=clock), DynamoStore(table, clock=clock)
    first.save(ME, dump(SOME), 0)
    second.save(ME, dump(SOME), second.load(ME).revision)
    assert "expires" not in dynamo.items(table)[ME]
    first.close()
    second.close()


# --- What may go wrong on the way -----------------------------------------------------------------------------


@pytest.mark.parametrize("again", [False, True], ids=["the first", "a later one"])
def test_a_save_whose_answer_was_lost_is_not_a_conflict_with_itself(dynamo, store, again):
    if again:
        store.save(ME, dump(Progress(at=1)), 0)
    revision = store.load(ME).revision
    dynamo.asked.clear()
    dynamo.lost.add("PutItem")
    store.save(ME, dump(SOME), revision)
    assert dynamo.asked == ["PutItem", "PutItem"]
    assert store.load(ME).progress == SOME


def test_a_failure_is_tried_again_once(dynamo, store):
    dynamo.asked.clear()
    dynamo.refusals += ["ProvisionedThroughputExceededException"]
    assert store.load(ME) == Kept()
    assert dynamo.asked == ["GetItem", "GetItem"]
    dynamo.refusals += ["ProvisionedThroughputExceededException"] * 2
    with pytest.raises(StoreError, match="PAY_PER_REQUEST"):
        store.load(ME)
    assert dynamo.refusals == []


CREATE = (
    "aws dynamodb create-table --table-name {table} --billing-mode PAY_PER_REQUEST --attribute-definitions "
    "AttributeName=person,AttributeType=S --key-schema AttributeName=person,KeyType=HASH"
)

REFUSALS = {
    "AccessDeniedException": "allow them dynamodb:GetItem, PutItem and DeleteItem on the table",
    "UnrecognizedClientException": "AWS does not take these credentials: make new ones, and run aws configure",
    "ExpiredTokenException": "AWS does not take these credentials: make new ones, and run aws configure",
    "ResourceNotFoundException": f"there is no such table in this region: make it with {CREATE}",
    "SomethingNewException": "see that the table is there and active, and try again",
}


@pytest.mark.parametrize(("name", "advice"), REFUSALS.items(), ids=REFUSALS)
def test_a_refusal_says_what_to_do(dynamo, table, store, name, advice):
    uses = (
        lambda: store.load(ME),
        lambda: store.save(ME, dump(SOME), 0),
        lambda: store.save(ME, dump(SOME), 1),
        lambda: store.forget(ME),
        store.check,
    )
    for use in uses:
        dynamo.refusals.append(name)
        with pytest.raises(StoreError) as caught:
            use()
        said = str(caught.value)
        assert not isinstance(caught.value, Conflict)
        assert said.startswith(f"progress cannot be kept in dynamodb://{table}: ")
        assert said.endswith(f"{advice.format(table=table)} ({name})")
        assert ME not in said
    store.check()


@pytest.mark.usefixtures("dynamo")
def test_a_table_that_is_not_there_is_said_so():
    with pytest.raises(StoreError, match="there is no such table in this region: make it with aws dynamodb"):
        DynamoStore("elsewhere").check()


@pytest.mark.parametrize(("key", "kind"), [("user", "S"), ("person", "N")])
def test_a_table_with_another_key_is_said_so(dynamo, key, kind):
    store = DynamoStore(dynamo.table(key, kind))
    with pytest.raises(StoreError, match="its key is not person, a string: make another table with aws"):
        store.check()
    store.close()


def test_no_region_is_said_so(table, monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(StoreError, match="no AWS region is chosen: set AWS_DEFAULT_REGION"):
        DynamoStore(table).check()


def test_no_credentials_are_said_so(table, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(
        StoreError, match="no AWS credentials were found: run aws configure, or give this machine"
    ):
        DynamoStore(table).check()


@pytest.mark.usefixtures("dynamo")
@pytest.mark.parametrize("silent", [False, True], ids=["nobody there", "nobody answers"])
def test_a_dynamodb_that_cannot_be_reached_is_said_so(monkeypatch, silent):
    monkeypatch.setattr("skill.kept.dynamo.READ_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{listener.getsockname()[1]}")
        if not silent:
            listener.close()
        store = DynamoStore("progress")
        with pytest.raises(
            StoreError, match="DynamoDB cannot be reached: see that this machine can open https"
        ):
            store.load(ME)
        store.close()


def test_it_works_again_when_whatever_was_wrong_is_mended(dynamo, table, monkeypatch):
    store = DynamoStore(table)
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(StoreError):
        store.check()
    dynamo.at_hand(monkeypatch)
    store.check()
    store.close()
