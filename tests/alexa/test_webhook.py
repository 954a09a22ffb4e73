"""The skill as Alexa meets it: signed envelopes over the webhook, from launch to goodbye."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from skill.alexa.verify import RequestVerifier
from skill.app import create_app
from skill.settings import Settings
from tests.alexa.signing import NOW, SKILL_ID, Amazon
from tests.echo import Clock, Echo


@pytest.fixture
def echo(tmp_path: Path) -> Echo:
    return an_echo(tmp_path, Clock())


def an_echo(folder: Path, clock: Clock) -> Echo:
    amazon = Amazon()
    verifier = RequestVerifier(skill_id=SKILL_ID, roots=amazon.roots, fetch=amazon.fetch, clock=clock)
    app = create_app(Settings(folder, SKILL_ID), verify=verifier.verify)
    return Echo(app.test_client(), amazon, clock)


def holds(phrases: list[str], count: int) -> int:
    """How often it is counted from one to ``count``, and no further."""
    numbers = ["one", "two", "three", "four", "five", "six"]
    return sum(
        phrases[i : i + count] == numbers[:count] and phrases[i + count] != numbers[count]
        for i in range(len(phrases) - count)
    )


def routine(echo: Echo) -> Iterator[tuple[str, list[str]]]:
    """Say yes until goodbye: each answer with the exercise it was about."""
    about = ""
    for _ in range(40):
        phrases = echo.intend("AMAZON.YesIntent")
        yield about, phrases
        told = [phrase for phrase in phrases if phrase.startswith(("First, ", "Next, "))]
        about = told[0].partition(", ")[2] if told else about
        if echo.attributes is None:
            return
    raise AssertionError("it never ends")


def test_a_whole_routine_from_launch_to_goodbye(echo: Echo) -> None:
    echo.launch()
    answers = list(routine(echo))
    order = list(dict.fromkeys(about for about, _ in answers if about))
    assert [title.split(",")[0].rstrip(".") for title in order] == [
        "the pelvic tilt",
        "the knee to chest stretch",
        "the standing hamstring stretch",
        "the exaggerated walk",
    ]
    by_exercise = {title: [phrases for about, phrases in answers if about == title] for title in order}
    tilt, knee, bend, walk = by_exercise.values()
    assert [holds(phrases, 4) for phrases in tilt] == [8, 8, 8]  # three sets of eight, a hold of four
    assert sum(holds(phrases, 5) for phrases in knee) == 30  # ten rounds of right, left, both
    bend = [phrases for phrases in bend if "Ten bends." in phrases]
    assert [holds(phrases, 2) for phrases in bend] == [10, 10]  # ten a side
    assert len(walk) == 2
    assert all("Thirty seconds to go." in phrases for phrases in walk)
    for phrases, reps in (
        (tilt[0], "two three four five six seven"),
        (bend[0], "two three four five six seven eight nine"),
    ):
        announced = [
            p
            for i, p in enumerate(phrases)
            if p in reps.split() and phrases[i - 1] not in {"one", "two", "three"}
        ]
        assert announced == reps.split()
        assert "Last one." in phrases
    goodbye = answers[-1][1]
    assert "That's it, well done: four exercises." in goodbye
    assert goodbye[-1] == "See you next time."


def test_knee_to_chest_goes_right_left_both_and_its_rounds_are_numbered(echo: Echo) -> None:
    echo.launch()
    phrases = [phrase for about, answer in routine(echo) if "knee" in about for phrase in answer]
    sides = [
        side for phrase in phrases for side in ("right", "left", "both") if f"{side} knee" in phrase.lower()
    ]
    assert [side for side in sides if side][: 3 * 10] == ["right", "left", "both"] * 10


def test_the_answer_is_json_that_nobody_may_mistake(echo: Echo) -> None:
    echo.launch()
    assert echo.answers[0]["response"]["outputSpeech"]["type"] == "SSML"
    assert echo.answers[0]["response"]["card"]["title"] == "Pelvic tilt"
    assert "doctor" in echo.answers[0]["response"]["card"]["content"]


def test_another_speaker_of_the_same_person_goes_on_where_they_were(tmp_path: Path) -> None:
    clock = Clock()
    kitchen = an_echo(tmp_path, clock)
    kitchen.launch()
    for _ in range(3):
        kitchen.intend("AMAZON.YesIntent")
    kitchen.end("EXCEEDED_MAX_REPROMPTS")
    bedroom = an_echo(tmp_path, clock)
    assert bedroom.launch()[:2] == ["Welcome back.", "You were on set three of the pelvic tilt."]


def test_somebody_else_starts_from_the_beginning(tmp_path: Path) -> None:
    clock = Clock()
    one, other = an_echo(tmp_path, clock), an_echo(tmp_path, clock)
    one.launch()
    one.intend("AMAZON.YesIntent")
    other.user = "amzn1.ask.account.ANOTHER"
    assert other.launch()[0] == "Hello."


def test_an_exit_in_the_middle_of_a_set_is_found_again_at_the_rep(echo: Echo) -> None:
    echo.launch()
    echo.intend("AMAZON.YesIntent")
    began = echo.clock.now
    echo.intend("AMAZON.YesIntent")
    echo.clock.now = began + timedelta(
        seconds=3 + 5.4 + 4 * 12 + 2
    )  # the lag, the opening, four lifts and a bit
    assert echo.end() == []
    assert echo.launch()[:2] == ["Welcome back.", "You were on lift five, set one of the pelvic tilt."]
    assert echo.intend("AMAZON.YesIntent")[:5] == [
        "From lift five.",
        "three",
        "two",
        "one",
        "Breathe out, and lift",
    ]


# --- A name that is not ours: a page in a browser must not reach a local server by a name of its own ------------

OURS = ["localhost", "localhost:5005", "127.0.0.1", "127.0.0.1:5005", "[::1]", "[::1]:5005"]
FOREIGN = [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil.example:5005",
    "192.168.0.7",
    "0.0.0.0",
]


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return create_app(Settings(tmp_path_factory.mktemp("local"), local=True)).test_client()


@pytest.mark.parametrize("host", OURS)
def test_a_local_server_answers_to_its_own_names(local: FlaskClient, host: str) -> None:
    assert local.get("/healthz", headers={"Host": host}).status_code == 200
    assert local.post("/alexa", json=Amazon.envelope(NOW), headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", FOREIGN)
def test_a_local_server_refuses_any_other(local: FlaskClient, host: str) -> None:
    got = local.post("/alexa", json=Amazon.envelope(NOW), headers={"Host": host})
    assert (got.status_code, b"outputSpeech" in got.data) == (400, False)
    assert local.get("/healthz", headers={"Host": host}).status_code == 400
