"""The page of capacity: what a session takes is counted anew, and the tables are those of its formulas."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from math import ceil
from pathlib import Path
from typing import Any

import pytest
import structlog

from skill.logs import log_to
from tests import aws
from tests.bench.capacity import API, SET_BY_SET, STRAIGHT_THROUGH, Session, tables, tiered
from tests.deploy.test_function import Function, played

pytestmark = pytest.mark.alone

PAGE = (Path(__file__).parents[2] / "docs" / "capacity.md").read_text("utf-8")
NEARLY = 0.05
"""What is counted may differ by, for the length of a token or of a time."""


def test_the_page_has_the_tables_of_the_formulas():
    assert "\n".join(tables()).strip() in PAGE


def test_what_is_more_is_cheaper_from_a_tier_on():
    assert tiered(300e6, API) == pytest.approx(300)
    assert tiered(400e6, API) == pytest.approx(300 + 90)


@pytest.fixture
def function(tmp_path: Path) -> Iterator[Function]:
    before = structlog.get_config()
    with pytest.MonkeyPatch.context() as patch, aws.serving() as dynamo:
        dynamo.at_hand(patch)
        yield Function(dynamo, tmp_path)
    structlog.configure(**before)


def bytes_of(item: dict[str, dict[str, Any]]) -> int:
    """What DynamoDB counts ("Item sizes and formats"): names and values; of a number half its digits, and two."""
    values = ((kind, value) for one in item.values() for kind, value in one.items())
    return sum(map(len, item)) + sum(
        len(value) // 2 + 2 if kind == "N" else len(value.encode() if kind == "S" else value)
        for kind, value in values
    )


@pytest.mark.parametrize("session", [SET_BY_SET, STRAIGHT_THROUGH], ids=lambda session: session.name)
def test_a_session_takes_what_the_page_reckons_with(function: Function, session: Session):
    log = io.StringIO()
    log_to(log)
    function.dynamo.asked.clear()
    device = function.device(audioplayer=session is STRAIGHT_THROUGH, nearly=-20_000)
    device.launch()
    for _ in range(2):
        device.intend("AMAZON.YesIntent")
    while device.attributes is not None:
        device.intend("AMAZON.YesIntent")
    device.wait(40 * 60)
    asked = Counter(function.dynamo.asked)
    kept = {name: ceil(bytes_of(item) / 1024) for name, item in function.dynamo.items(function.table).items()}
    answers = [units for name, units in kept.items() if name.startswith("answer#")]
    (record,) = (units for name, units in kept.items() if not name.startswith("answer#"))
    claims, saves = len(answers), asked["PutItem"] - 2 * len(answers)
    assert asked.keys() == {"GetItem", "PutItem"}
    assert (claims, asked["GetItem"]) == (session.turns, session.reads)
    assert claims + sum(answers) + saves * record == pytest.approx(session.writes, abs=2)
    assert tuple(len(function.get(sound).data) for sound in played(device)) == session.sounds
    told = sum(len(json.dumps(answer)) for _, answer in device.answers)
    assert told == pytest.approx(session.answer_bytes, rel=NEARLY)
    assert len(log.getvalue()) == pytest.approx(session.log_bytes, rel=NEARLY)
