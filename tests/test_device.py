"""The pretend Echo itself: that each rule bites, and that its player's time is right. The skills here are stand-ins."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.device import Device, wait
from tests.echo import Clock
from tests.player import DOT, FIRST_GENERATION, RENDER, SHOW, Stretch, legal

Json = dict[str, Any]

NOTHING: Json = {"version": "1.0", "response": {}}
LENGTHS = {"a": 60_000, "b": 30_000, "c": 30_000}


def length(url: str) -> int:
    return LENGTHS[url.removeprefix("https://s.example/")]


def play(token: str = "a", offset: int = 0, after: str | None = None, behavior: str = "REPLACE_ALL") -> Json:
    stream = {"url": f"https://s.example/{token}", "token": token, "offsetInMilliseconds": offset}
    if after is not None:
        stream["expectedPreviousToken"], behavior = after, "ENQUEUE"
    item = {"stream": stream, "metadata": {"title": "Back"}}
    return {"type": "AudioPlayer.Play", "playBehavior": behavior, "audioItem": item}


STOP: Json = {"type": "AudioPlayer.Stop"}


def clear(behavior: str) -> Json:
    return {"type": "AudioPlayer.ClearQueue", "clearBehavior": behavior}


def ssml(inside: str) -> Json:
    return {"type": "SSML", "ssml": f"<speak>{inside}</speak>"}


def reply(*directives: Json, say: str = "", **more: Any) -> Json:
    """Directives alone, or with words; words that end in a question leave the microphone open."""
    response: Json = {"directives": list(directives)} if directives else {}
    if say:
        response |= {"outputSpeech": ssml(say), "shouldEndSession": not say.endswith("?")}
    return {"version": "1.0", "response": {**response, **more}}


def done(*directives: Json, say: str = "", **more: Any) -> Json:
    return reply(*directives, say=say, **{"shouldEndSession": True, **more})


class Script:
    """A skill that has an answer to a request's type, or to an intent; to all else it says nothing."""

    def __init__(self, **answers: Json | Callable[[Json], Json]) -> None:
        self.answers, self.got = answers, list[Json]()

    def __call__(self, envelope: Json) -> Json:
        self.got.append(envelope)
        answer = self.answers.get(name(envelope), NOTHING)
        return answer(envelope) if callable(answer) else answer

    @property
    def names(self) -> list[str]:
        return [name(envelope) for envelope in self.got]

    def told(self) -> list[tuple[str, str, int]]:
        """Of the stream: what, which, where."""
        return [
            (name(each), each["request"]["token"], each["request"].get("offsetInMilliseconds", -1))
            for each in self.got
            if each["request"]["type"].startswith("AudioPlayer.")
        ]


def name(envelope: Json) -> str:
    request = envelope["request"]
    said: str = request["intent"]["name"] if request["type"] == "IntentRequest" else request["type"]
    return (
        said.removeprefix("AudioPlayer.Playback")
        .removeprefix("AMAZON.")
        .removesuffix("Intent")
        .split(".")[-1]
    )


def a_device(skill: Script, **more: Any) -> Device:
    return Device(skill, more.pop("clock", None) or Clock(), **{"length": length, "lag": 0, **more})


# The rules, one row each: what must be accepted, and what must not.

LAUNCH, STARTED, STOPPED = "LaunchRequest", "AudioPlayer.PlaybackStarted", "AudioPlayer.PlaybackStopped"
FINISHED, NEARLY, FAILED = (f"AudioPlayer.Playback{k}" for k in ("Finished", "NearlyFinished", "Failed"))
BUTTON = "PlaybackController.NextCommandIssued"
CARD = {"type": "Simple", "title": "Back", "content": "Lift."}
PICTURE = {
    "type": "Standard",
    "title": "Back",
    "text": "Lift.",
    "image": {"smallImageUrl": "https://i.example/s.png"},
}
ART = {"sources": [{"url": "https://i.example/a.png", "size": "SMALL"}]}
CLIP = '<audio src="https://s.example/c"/>'


def altered(**stream: Any) -> Json:
    """A Play whose stream has other values, or lacks those that are None."""
    directive = play()
    whole = {**directive["audioItem"]["stream"], **stream}
    directive["audioItem"]["stream"] = {key: value for key, value in whole.items() if value is not None}
    return directive


def about(**metadata: Any) -> Json:
    directive = play()
    directive["audioItem"]["metadata"] = metadata
    return directive


def shown(**fields: Any) -> Json:
    """A directive that shows a document of these fields."""
    document = {"type": "APL", "version": "1.4", "mainTemplate": {}, **fields}
    return {"type": RENDER, "token": "t", "document": document, "datasources": {}}


GOOD = [
    (LAUNCH, NOTHING),
    (LAUNCH, reply(shown(graphics={}), say="Ready?")),
    (LAUNCH, done(STOP, shown(), say="Bye.")),
    (LAUNCH, {**reply(say="Ready?"), "sessionAttributes": {"a": 1}}),
    (LAUNCH, reply(say="Ready?", reprompt={"outputSpeech": ssml("Say yes.")}, card=CARD)),
    (LAUNCH, reply(say="Ready?", shouldEndSession=None)),
    (LAUNCH, reply(outputSpeech=ssml("Bye."))),
    (LAUNCH, done(play(), say='Here.<break time="10s"/>', card=PICTURE)),
    (LAUNCH, done(about(title="Back", subtitle="Tilt", art=ART, backgroundImage=ART))),
    (LAUNCH, done(altered(offsetInMilliseconds=59_999, token="t" * 1024))),
    (LAUNCH, done(say=CLIP * 5 + "Bye.")),
    ("IntentRequest", done(STOP)),
    (STARTED, reply(STOP, clear("CLEAR_ALL"))),
    (FINISHED, reply(clear("CLEAR_ENQUEUED"))),
    (NEARLY, reply(play("b", after="a"))),
    (NEARLY, done(play("b", behavior="REPLACE_ENQUEUED"))),
    (FAILED, reply(play("a", 10))),
    (BUTTON, reply(play("b"))),
    ("SessionEndedRequest", {**NOTHING, "sessionAttributes": {"a": 1}}),
    ("AlexaSkillEvent.SkillDisabled", NOTHING),
]

BAD: dict[str, tuple[str, Json]] = {
    "no screen": (LAUNCH, reply(shown(), say="Ready?")),
    "more than one document": (LAUNCH, reply(shown(), shown(), say="Ready?")),
    "may not be answered with a document": (BUTTON, reply(shown())),
    "Now Playing covers": (LAUNCH, done(play(), shown(), say="Bye.")),
    "not of APL 1.4": (LAUNCH, reply(shown(version="1.9"), say="Ready?")),
    "the document may not have": (LAUNCH, reply(shown(onMount=[]), say="Ready?")),
    "of 40 KB": (LAUNCH, reply(shown(graphics={"figure": "x" * 40_000}), say="Ready?")),
    "version": (LAUNCH, {"version": "2.0", "response": {}}),
    "lacks .'response'": (LAUNCH, {"version": "1.0"}),
    "the answer may not have": (LAUNCH, {**NOTHING, "attributes": {}}),
    "the response may not have": (LAUNCH, reply(speech="Hello")),
    "120 KB": (LAUNCH, {**reply(say="Ready?"), "sessionAttributes": {"a": "x" * 120_000}}),
    "the response is not an object": (LAUNCH, {"version": "1.0", "response": []}),
    "token is not a string": (LAUNCH, done(altered(token=1))),
    "the card is not an object": (LAUNCH, done(say="Bye.", card="Lift.")),
    "attributes are not an object": (LAUNCH, {**NOTHING, "sessionAttributes": []}),
    "is not SSML": (LAUNCH, done(outputSpeech={"type": "PlainText", "ssml": "<speak>Hi.</speak>"})),
    "speech lacks": (LAUNCH, done(outputSpeech={"type": "SSML", "text": "Hi."})),
    "not XML": (LAUNCH, done(say="You & I.")),
    "not in speak": (LAUNCH, done(outputSpeech={"type": "SSML", "ssml": "<say>Hi.</say>"})),
    "no tag of ours": (LAUNCH, done(say="<marquee/>Hi.")),
    "is not empty": (LAUNCH, done(say='<break time="1s">Hi.</break>')),
    "of 8000": (LAUNCH, done(say="x" * 8000)),
    "of 240000": (LAUNCH, done(say='<break time="10s"/>' * 24 + "Bye.")),
    "speech lasts": (LAUNCH, done(say=CLIP * 4 + '<break time="10s"/>' * 12 + "Bye.")),
    "of 10 s": (LAUNCH, done(say='<break time="10001ms"/>Bye.')),
    "break has 0": (LAUNCH, done(say='<break time="0s"/>Bye.')),
    "no time": (LAUNCH, done(say='<break strength="strong"/>Bye.')),
    "6 clips": (LAUNCH, done(say=CLIP * 6 + "Bye.")),
    "clip's source": (LAUNCH, done(say='<audio src="http://s.example/a"/>Bye.')),
    "without a question": (LAUNCH, reply(say="Ready.", shouldEndSession=False)),
    "microphone opens without": (LAUNCH, reply(shouldEndSession=None)),
    "question, and no open": (LAUNCH, done(say="Ready?")),
    "a question, and no": (LAUNCH, reply(outputSpeech=ssml("Ready?"))),
    "not a boolean": (LAUNCH, reply(say="Ready?", shouldEndSession="no")),
    "reprompt, and no open": (LAUNCH, done(say="Bye.", reprompt={"outputSpeech": ssml("Say yes.")})),
    "reprompt says nothing": (LAUNCH, reply(say="Ready?", reprompt={"outputSpeech": ssml("")})),
    "reprompt lacks": (LAUNCH, reply(say="Ready?", reprompt={})),
    "the reprompt has": (LAUNCH, reply(say="Ready?", reprompt={"outputSpeech": ssml("x" * 8000)})),
    "of 90000": (
        LAUNCH,
        reply(say="Ready?", reprompt={"outputSpeech": ssml('<break time="10s"/>' * 9 + "Yes?")}),
    ),
    "no AudioPlayer": (LAUNCH, done(play())),
    "directives are not": (LAUNCH, done(directives={})),
    "None is not a directive": (LAUNCH, done({})),
    "not a directive": (LAUNCH, done({"type": "AudioPlayer.Pause"})),
    "Stop may not have": (LAUNCH, done({**STOP, "token": "a"})),
    "no such clearBehavior": (LAUNCH, done(clear("ALL"))),
    "more than one Play": (LAUNCH, done(play(), play("b"))),
    "shouldEndSession true": (LAUNCH, reply(play(), say="Ready?")),
    "Play needs": (LAUNCH, reply(play(), outputSpeech=ssml("Here."))),
    "no such playBehavior": (LAUNCH, done(play(behavior="REPLACE"))),
    "ENQUEUE needs": (NEARLY, reply(play("b", behavior="ENQUEUE"))),
    "REPLACE_ALL may not": (LAUNCH, done(altered(expectedPreviousToken="z"))),
    "of 1024": (LAUNCH, done(altered(token="t" * 1025))),
    "token is empty": (LAUNCH, done(altered(token=""))),
    "stream lacks": (LAUNCH, done(altered(offsetInMilliseconds=None))),
    "stream may not have": (LAUNCH, done(altered(progressReport={}))),
    "not an https": (LAUNCH, done(altered(url="http://s.example/a"))),
    "url is not": (LAUNCH, done(altered(url="https:///a"))),
    "url has": (LAUNCH, done(altered(url="https://s.example/" + "a" * 8000))),
    "offset -1": (LAUNCH, done(altered(offsetInMilliseconds=-1))),
    "offset 60000": (LAUNCH, done(altered(offsetInMilliseconds=60_000))),
    "not a whole number": (LAUNCH, done(altered(offsetInMilliseconds=0.0))),
    "not WEBVTT": (LAUNCH, done(altered(captionData={"content": "", "type": "SRT"}))),
    "audioItem lacks": (LAUNCH, done({**play(), "audioItem": {"stream": play()["audioItem"]["stream"]}})),
    "metadata lacks": (LAUNCH, done(about(subtitle="Tilt"))),
    "title is empty": (LAUNCH, done(about(title=" "))),
    "has no sources": (LAUNCH, done(about(title="Back", art={"sources": []}))),
    "source of art is not": (
        LAUNCH,
        done(about(title="Back", art={"sources": [{"url": "http://i.example/a"}]})),
    ),
    "source of backgroundImage": (
        LAUNCH,
        done(about(title="B", backgroundImage={"sources": [{"url": "x"}]})),
    ),
    "'outputSpeech'": (NEARLY, done(say="Next.")),
    "'card'": (BUTTON, reply(card=CARD)),
    "'reprompt'": (FAILED, reply(reprompt={"outputSpeech": ssml("Say yes.")})),
    "shouldEndSession false": (BUTTON, reply(play(), shouldEndSession=False)),
    "no session": (STARTED, {**NOTHING, "sessionAttributes": {"a": 1}}),
    "Started may not": (STARTED, reply(play("b", after="a"))),
    "Finished may not": (FINISHED, reply(play("b"))),
    "Stopped must": (STOPPED, reply(STOP)),
    "Ended.* must": ("SessionEndedRequest", done(say="Bye.")),
    "Encountered must": ("System.ExceptionEncountered", reply(STOP)),
    "Disabled must": ("AlexaSkillEvent.SkillDisabled", reply(shouldEndSession=True)),
    "neither Simple": (LAUNCH, done(say="Bye.", card={**CARD, "type": "LinkAccount"})),
    "card lacks": (LAUNCH, done(say="Bye.", card={"type": "Simple", "title": "Back"})),
    "card may not have": (LAUNCH, done(say="Bye.", card={**CARD, "image": {}})),
    "card's title": (LAUNCH, done(say="Bye.", card={**CARD, "title": ""})),
    "a tag in it": (LAUNCH, done(say="Bye.", card={**CARD, "content": "<speak>Lift.</speak>"})),
    "more than 8000": (LAUNCH, done(say="Bye.", card={**CARD, "content": "x" * 7999})),
    "card's smallImageUrl": (LAUNCH, done(card={**PICTURE, "image": {"smallImageUrl": "http://i.example"}})),
    "card's image may not": (LAUNCH, done(card={**PICTURE, "image": {"url": "https://i.example"}})),
}
"""By what is said of it."""


@pytest.mark.parametrize(("kind", "answer"), GOOD)
def test_what_is_lawful_passes(kind: str, answer: Json) -> None:
    legal(kind, answer, length=length, screen=True)


@pytest.mark.parametrize("rule", BAD)
def test_every_rule_bites(rule: str) -> None:
    kind, answer = BAD[rule]
    with pytest.raises(AssertionError, match=rule):
        legal(kind, answer, length=length, audioplayer=rule != "no AudioPlayer", screen=rule != "no screen")


def test_a_device_holds_its_skill_to_them() -> None:
    with pytest.raises(AssertionError, match="without a question"):
        a_device(Script(LaunchRequest=reply(say="Ready.", shouldEndSession=False))).launch()
    with pytest.raises(AssertionError, match="has no AudioPlayer"):
        a_device(Script(LaunchRequest=done(play())), audioplayer=False).launch()


# Sessions.


def test_a_session_is_new_once_and_carries_its_attributes() -> None:
    skill = Script(LaunchRequest={**reply(say="Ready?"), "sessionAttributes": {"n": 1}}, Yes=done(say="Bye."))
    device = a_device(skill)
    assert device.launch() == ["Ready?"]
    assert device.intend("AMAZON.YesIntent") == ["Bye."]
    opened, yes = (each["session"] for each in skill.got)
    assert (opened["new"], opened["attributes"]) == (True, {})
    assert (yes["new"], yes["attributes"], yes["sessionId"]) == (False, {"n": 1}, opened["sessionId"])
    assert device.attributes is None
    device.launch()
    assert skill.got[-1]["session"]["new"]
    assert skill.got[-1]["session"]["sessionId"] != opened["sessionId"]
    assert len({each["request"]["requestId"] for each in skill.got}) == 3


@pytest.mark.parametrize(
    ("again", "after"), [({}, 8.4), ({"reprompt": {"outputSpeech": ssml("Say yes.")}}, 17.2)]
)
def test_silence_is_asked_once_more_and_then_ends_it(again: Json, after: float) -> None:
    skill = Script(LaunchRequest=reply(say="Ready?", **again))
    device = a_device(skill)
    began = device.clock.now
    device.launch()
    device.silence()
    assert skill.got[-1]["request"]["reason"] == "EXCEEDED_MAX_REPROMPTS"
    assert (device.clock.now - began).total_seconds() == after
    assert [phrase for _, phrase in device.spoken] == ["Ready?", *(["Say yes."] if again else [])]
    device.silence()
    assert skill.names == ["LaunchRequest", "SessionEndedRequest"]


def test_a_show_may_not_tell_of_silence_but_of_an_exit() -> None:
    skill = Script(LaunchRequest=reply(say="Ready?"))
    device = a_device(skill, tells_silence=False)
    device.launch()
    device.silence()
    assert (skill.names, device.attributes) == (["LaunchRequest"], None)
    device.launch()
    device.exit()
    assert skill.got[-1]["request"]["reason"] == "USER_INITIATED"
    device.exit()
    assert len(skill.got) == 3


def test_who_speaks_while_alexa_does_hears_no_more_of_it() -> None:
    skill = Script(LaunchRequest=reply(say='One.<break time="2s"/>Two.<break time="2s"/>Three?'))
    device = a_device(skill, patient=False)
    device.launch()
    device.wait(3)
    device.intend("AMAZON.NoIntent")
    assert [phrase for _, phrase in device.spoken] == ["One.", "Two."]
    assert not skill.got[-1]["session"]["new"]


def test_a_play_that_waits_for_a_reply_to_be_spoken_is_lost_if_it_is_interrupted() -> None:
    skill = Script(LaunchRequest=done(play(), say="Off we go."))
    device = a_device(skill, patient=False)
    device.launch()
    device.wait(1)
    device.intend("AMAZON.StopIntent")
    device.wait(5)
    assert (skill.names, device.heard) == (["LaunchRequest"], [])


def test_or_is_done_at_once_on_another_device() -> None:
    skill = Script(LaunchRequest=done(play(), say="Off we go."))
    device = a_device(skill, patient=False, drops=False)
    device.launch()
    device.wait(1)
    device.intend("AMAZON.YesIntent")
    device.wait(5)
    assert device.heard == [Stretch("a", 0, 5000)]


def test_requests_without_a_session_have_none() -> None:
    skill = Script(LaunchRequest=done(play()))
    device = a_device(skill)
    device.launch()
    device.press("Next")
    device.tell("AlexaSkillEvent.SkillDisabled")
    device.exception("r")
    assert ["session" in each for each in skill.got] == [True, False, False, False, False]
    launch, started, _, disabled, exception = skill.got
    assert launch["context"]["AudioPlayer"] == {"playerActivity": "IDLE"}
    playing = {"playerActivity": "PLAYING", "token": "a", "offsetInMilliseconds": 0}
    assert started["context"]["AudioPlayer"] == playing
    assert launch["context"]["System"]["device"]["supportedInterfaces"] == {"AudioPlayer": {}}
    assert "AudioPlayer" not in disabled["context"]
    assert exception["request"]["cause"] == {"requestId": "r"}
    assert "AudioPlayer" not in a_device(skill, audioplayer=False).envelope({"type": LAUNCH})["context"]


# The player.


def streaming(device: Device, seconds: float) -> Device:
    device.launch()
    device.wait(seconds)
    return device


@pytest.mark.parametrize(
    ("nearly", "at"), [(SHOW, 500), (FIRST_GENERATION, 130), (DOT, 59_880), (10**9, 60_000)]
)
def test_a_stream_from_start_to_finish(nearly: int, at: int) -> None:
    skill = Script(LaunchRequest=done(play(), say="Off we go."))
    device = streaming(a_device(skill, nearly=nearly), 100)
    assert skill.told() == [("Started", "a", 0), ("NearlyFinished", "a", at), ("Finished", "a", 60_000)]
    assert [each["request"]["timestamp"] for each in skill.got][
        1
    ] == "2026-11-02T07:30:01Z"  # after the words
    assert skill.got[-1]["request"]["timestamp"] == "2026-11-02T07:31:01Z"
    assert device.heard == [Stretch("a", 0, 60_000)]
    assert device.player.activity == "FINISHED"


def test_what_is_enqueued_follows_and_only_once_if_told_twice() -> None:
    skill = Script(
        LaunchRequest=done(play()),
        NearlyFinished=lambda e: reply(play("b", after="a")) if e["request"]["token"] == "a" else NOTHING,
    )
    device = a_device(skill, nearly=SHOW, prompt=False)
    streaming(device, 1)
    nearly = device.pending[-1]
    device.flush()
    device.deliver(nearly)
    device.wait(100)
    device.flush()
    assert device.heard == [Stretch("a", 0, 60_000), Stretch("b", 0, 30_000)]
    assert skill.names == [
        "LaunchRequest", "Started", "NearlyFinished", "NearlyFinished", "Finished", "Started", "NearlyFinished", "Finished",
    ]  # fmt: skip


def test_an_enqueue_must_name_the_last_of_the_queue() -> None:
    answers = iter([reply(play("b", after="a")), reply(play("c", after="a")), reply(play("c", after="b"))])
    device = streaming(
        a_device(Script(LaunchRequest=done(play()), NextCommandIssued=lambda _: next(answers))), 1
    )
    for queued in (["b"], ["b"], ["b", "c"]):
        device.press("Next")
        assert [track.token for track in device.player.queue] == queued
    device.skill = Script(NextCommandIssued=reply(play("c", behavior="REPLACE_ENQUEUED")))
    device.press("Next")
    assert [track.token for track in device.player.queue] == ["c"]
    assert device.player.current is not None
    assert (device.player.current.token, device.player.playing) == ("a", True)


@pytest.mark.parametrize(("seconds", "heard"), [(5, ("a", 0, 5000)), (60, ("b", 0, 1000))])
def test_an_enqueue_plays_at_once_after_the_end_and_never_after_a_stop(
    seconds: float, heard: Stretch
) -> None:
    skill = Script(LaunchRequest=done(play()), NextCommandIssued=reply(play("b", after="a")))
    device = streaming(a_device(skill), seconds)
    device.pause_here()
    device.press("Next")
    device.wait(1)
    assert device.heard[-1] == heard


def test_clearing_the_queue_leaves_the_stream_and_clearing_all_stops_it() -> None:
    skill = Script(LaunchRequest=done(play()), Pause=done(clear("CLEAR_ALL")))
    skill.answers["PreviousCommandIssued"] = reply(clear("CLEAR_ENQUEUED"))
    skill.answers["NextCommandIssued"] = reply(play("b", after="a"))
    device = streaming(a_device(skill), 1)
    device.press("Next")
    device.press("Previous")
    assert (device.player.queue, device.player.playing) == ([], True)
    device.intend("AMAZON.PauseIntent")
    assert skill.told()[-1] == ("Stopped", "a", 1000)


def test_replace_all_stops_the_old_and_starts_the_new() -> None:
    skill = Script(LaunchRequest=done(play()), Next=done(play("b", 5000), say="Next one."))
    device = streaming(a_device(skill), 10)
    device.intend("AMAZON.NextIntent")
    device.wait(2)
    assert skill.told() == [("Started", "a", 0), ("Stopped", "a", 10_000), ("Started", "b", 5000)]
    assert device.heard == [Stretch("a", 0, 10_000), Stretch("b", 5000, 7000)]
    assert skill.got[3]["context"]["AudioPlayer"]["playerActivity"] == "STOPPED"


def test_pause_and_resume_lose_nothing() -> None:
    skill = Script(LaunchRequest=done(play()), Pause=done(STOP))
    skill.answers["Resume"] = lambda e: done(play("a", e["context"]["AudioPlayer"]["offsetInMilliseconds"]))
    device = streaming(a_device(skill, lag=900), 9.1)
    device.intend("AMAZON.StopIntent")  # arrives as Pause
    assert device.heard == [Stretch("a", 0, 9100)]
    device.wait(500)
    device.intend("AMAZON.ResumeIntent")
    device.wait(1)
    assert skill.names == ["LaunchRequest", "Started", "Pause", "Stopped", "Resume", "Started"]
    assert device.heard == [Stretch("a", 0, 10_100)]
    assert skill.got[2]["session"]["new"]
    assert skill.got[2]["context"]["AudioPlayer"]["playerActivity"] == "PAUSED"


def test_a_stream_waits_while_alexa_speaks_or_listens() -> None:
    skill = Script(LaunchRequest=done(play()), Pause=reply(say="Really?"))
    device = streaming(a_device(skill, ducked_as="PLAYING"), 10)
    device.intend("AMAZON.PauseIntent")
    assert device.player.next_moment() is None
    device.silence()  # nobody stopped it
    device.wait(5)
    assert device.heard == [Stretch("a", 0, 15_000)]
    assert skill.told() == [("Started", "a", 0)]
    assert skill.got[2]["context"]["AudioPlayer"]["playerActivity"] == "PLAYING"


def test_a_button_starts_a_stream_in_the_middle_of_a_question_when_that_is_over() -> None:
    skill = Script(LaunchRequest=done(play()), PlayCommandIssued=reply(play("b")))
    device = streaming(a_device(skill), 2)
    skill.answers["LaunchRequest"] = reply(say="Ready?")
    device.launch()
    device.press("Play")
    assert skill.told()[-1] == ("Stopped", "a", 2000)
    device.silence()
    assert skill.told()[-1] == ("Started", "b", 0)


def test_only_the_transport_is_routed_and_only_while_the_latest_audio_is_ours() -> None:
    skill = Script(LaunchRequest=done(play()))
    device = a_device(skill)
    device.intend("AMAZON.NextIntent")
    device.press("Play")
    assert skill.names == []
    streaming(device, 1)
    for said in ("AMAZON.YesIntent", "HurtsIntent", "AMAZON.HelpIntent"):
        assert device.intend(said) == []
    device.intend("AMAZON.CancelIntent")
    device.ask("HurtsIntent")
    assert skill.names == ["LaunchRequest", "Started", "Cancel", "Hurts"]
    device.other_audio()
    device.intend("AMAZON.NextIntent")
    device.press("Play")
    assert skill.names[4:] == ["Stopped"]
    device.launch()
    assert skill.got[5]["context"]["AudioPlayer"] == {"playerActivity": "IDLE"}
    assert device.player.ours


def test_a_pause_on_the_device_tells_only_that_it_stopped() -> None:
    skill = Script(LaunchRequest=done(play()))
    device = streaming(a_device(skill, pauses_alone=True), 4)
    device.intend("AMAZON.PauseIntent")
    assert skill.names == ["LaunchRequest", "Started", "Stopped"]
    device.intend("AMAZON.PauseIntent")  # nothing is playing: not the device's own any more
    assert skill.names[3:] == ["Pause"]


def test_a_stream_that_fails_says_where_and_plays_no_more() -> None:
    skill = Script(LaunchRequest=done(play()), Failed=reply(play("b", 3)))
    device = streaming(a_device(skill), 4)
    device.fail("MEDIA_ERROR_SERVICE_UNAVAILABLE")
    failed = skill.got[2]["request"]
    assert failed["currentPlaybackState"] == {
        "token": "a",
        "offsetInMilliseconds": 4000,
        "playerActivity": "PLAYING",
    }
    assert failed["error"]["type"] == "MEDIA_ERROR_SERVICE_UNAVAILABLE"
    assert skill.told()[-1] == ("Started", "b", 3)
    device.skill = Script()
    device.fail()
    device.wait(10)
    assert device.heard == [Stretch("a", 0, 4000)]


# The outbox and the network.


def test_events_wait_and_can_come_late_doubled_shuffled_or_never() -> None:
    skill = Script(LaunchRequest=done(play()))
    device = streaming(a_device(skill, prompt=False), 100)
    started, nearly, finished = device.pending
    assert [event.kind for event in device.pending] == [STARTED, NEARLY, FINISHED]
    device.deliver(finished)
    device.deliver(finished)
    device.deliver(started)
    device.pending.remove(nearly)
    device.flush()
    assert skill.names == ["LaunchRequest", "Finished", "Finished", "Started"]
    assert skill.got[-1]["request"]["timestamp"] == "2026-11-02T07:30:00Z"
    assert skill.got[-1]["context"]["AudioPlayer"]["offsetInMilliseconds"] == 0


@pytest.mark.parametrize("how", ["Failed", "Stopped"])
def test_without_the_network_a_stream_plays_what_it_has_and_then_stops(how: str) -> None:
    skill = Script(LaunchRequest=done(play()))
    device = streaming(a_device(skill, buffer=7000), 5)
    device.player.starves_as = how
    device.offline = True
    assert device.launch() == []
    assert device.intend("AMAZON.NextIntent") == []
    device.press("Next")
    device.wait(30)
    assert device.heard == [Stretch("a", 0, 12_000)]
    assert skill.names == ["LaunchRequest", "Started"]
    assert len(device.pending) == 1
    device.offline = False
    assert skill.names == ["LaunchRequest", "Started", how]
    assert skill.got[-1]["request"]["timestamp"] == "2026-11-02T07:30:12Z"


def test_a_network_that_is_back_in_time_is_not_noticed() -> None:
    device = a_device(Script(LaunchRequest=done(play())))
    streaming(device, 5).offline = True
    device.wait(5)
    device.offline = False
    device.wait(100)
    assert device.heard == [Stretch("a", 0, 60_000)]


def test_a_buffer_may_end_between_two_streams() -> None:
    device = a_device(
        Script(LaunchRequest=done(play("b")), NearlyFinished=reply(play("c", after="b"))), nearly=SHOW
    )
    streaming(device, 25)
    device.buffer = 5000
    device.offline = True
    device.wait(10)
    assert [event.kind for event in device.pending] == [FINISHED, FAILED]
    assert device.pending[1].envelope["request"]["token"] == "c"
    assert device.heard == [Stretch("b", 0, 30_000)]


def test_two_devices_on_one_clock_take_their_turns() -> None:
    skill, clock = Script(LaunchRequest=done(play("b"))), Clock()
    kitchen, bedroom = a_device(skill, clock=clock), a_device(skill, clock=clock, name="BEDROOM")
    kitchen.launch()
    wait(1, kitchen, bedroom)
    bedroom.launch()
    wait(60, kitchen, bedroom)
    assert [
        (each["context"]["System"]["device"]["deviceId"] == "BEDROOM", name(each))
        for each in skill.got
        if "session" not in each
    ] == [
        (False, "Started"), (True, "Started"), (False, "NearlyFinished"), (False, "Finished"), (True, "NearlyFinished"),
        (True, "Finished"),
    ]  # fmt: skip


def test_a_device_catches_up_with_a_clock_that_others_moved() -> None:
    skill = Script(LaunchRequest=reply(say="Ready?"))
    device = a_device(skill)
    device.launch()
    device.clock.wait(1000)
    assert device.intend("AMAZON.YesIntent") == []
    assert skill.names == ["LaunchRequest", "SessionEndedRequest"]
    assert skill.got[1]["request"]["timestamp"] == "2026-11-02T07:30:08Z"
