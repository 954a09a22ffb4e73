"""A strict pretend Echo with an AudioPlayer, on a pretend clock: no time passes, no sound is made, nothing is signed.

    device = Device(skill, Clock(), length=lambda url: 60_000)
    device.launch(); device.intend("AMAZON.YesIntent"); device.wait(30); device.intend("AMAZON.PauseIntent")
    assert device.heard == [Stretch("token", 0, 29_000)]

It talks to anything that takes an envelope and gives a response, and holds every response to the rules: `legal` (platform
facts, sections 2, 3, 5, 6 and 10). What the player tells goes through an outbox, ``pending``. A ``prompt`` device empties
it by itself at each moment; with ``prompt=False`` the caller delivers, doubles, shuffles or loses. A ``patient`` person
hears every reply out; with ``patient=False`` time is the caller's, and who speaks while Alexa does interrupts her.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

from tests.alexa.signing import SKILL_ID
from tests.echo import Clock
from tests.player import DOT, SESSIONLESS, Json, Ms, Player, Track, in_words, legal, minute, opens, timed

Skill = Callable[[Json], Json]  # from an envelope to the whole response
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROPHONE_MS: Ms = 8000
UNKNOWN = "MEDIA_ERROR_UNKNOWN"
ROUTED = {
    f"AMAZON.{name}Intent": f"AMAZON.{'Pause' if name == 'Stop' else name}Intent"
    for name in "Cancel Pause Stop Resume Next Previous Repeat StartOver LoopOn LoopOff ShuffleOn ShuffleOff".split()  # noqa: SIM905
}
"""What needs no name of a skill while the latest audio is ours, and how it arrives."""


class Event(NamedTuple):
    """Something that happened to the player, not yet told to the skill."""

    kind: str
    at: Ms
    envelope: Json


@dataclass
class Speaking:
    """A turn of Alexa's: until when she speaks or listens, and what comes after."""

    until: Ms
    directives: list[Json]
    listens: bool
    reprompt: Json | None
    microphone: bool = False  # whether it is open now


def wait(seconds: float, *devices: "Device") -> None:
    """Let time pass for devices with one clock, each thing happening in its turn."""
    clock, due = devices[0].clock, [0]
    end = clock.now + timedelta(seconds=seconds)
    while due:
        due = [at for device in devices if (at := device.moment()) is not None and at <= millis(end)]
        clock.now = max(clock.now, EPOCH + timedelta(milliseconds=min(due))) if due else end
        for device in devices:
            device.catch_up()


def millis(moment: datetime) -> Ms:
    """ms since 1970."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


@dataclass
class Device:
    """One speaker, and the person before it. What it was given may be changed; ``nearly`` and the like at its player."""

    skill: Skill
    clock: Clock
    user: str = "amzn1.ask.account.SOMEONE"
    name: str = "amzn1.ask.device.KITCHEN"
    audioplayer: bool = True
    screen: bool = False
    """Whether it is an Echo Show, which knows APL."""
    length: Callable[[str], Ms] = minute
    """Of a stream, or of a clip in speech."""
    nearly: Ms = DOT
    """When "nearly finished" is told: ms after the start of a stream, or if negative, before its end."""
    ducked_as: str = "PAUSED"
    """What a stream that waits for Alexa is called: PAUSED or PLAYING."""
    pauses_alone: bool = False
    """Whether "pause" and "stop" are handled on the device, while a stream plays."""
    tells_silence: bool = True
    """Whether the end of a session in silence is told; an Echo Show may not."""
    buffer: Ms = 10_000
    """How long a stream plays on without the network."""
    drops: bool = True
    """Whether what an interrupted reply directs is dropped; else it is done at once."""
    prompt: bool = True
    patient: bool = True
    lag: Ms = 1000
    """From a word to the first sound of its answer."""
    pace: Callable[[str], Ms] = in_words
    locale: str = "en-US"
    voice: str = ""
    """The personId of whoever speaks, where Alexa recognised them; never in what a player or a button tells."""
    attributes: Json | None = None  # of the open session; None where none is open
    turn: Speaking | None = None
    pending: list[Event] = field(default_factory=list)
    spoken: list[tuple[Ms, str]] = field(default_factory=list)  # each phrase, and when it was begun
    answers: list[tuple[str, Json]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ids, self._session, self._offline, self._error = count(1), "", False, UNKNOWN
        self.player = Player(self.length, self._happened, millis(self.clock.now), self.nearly)
        self.heard = self.player.heard

    # What a person does.

    def launch(self) -> list[str]:
        """ "Alexa, open …": the phrases of the answer, and so with all that is said."""
        return self._fresh({"type": "LaunchRequest"})

    def ask(self, name: str, **slots: Json) -> list[str]:
        """ "Alexa, ask … to …": an intent in a session of its own."""
        return self._fresh(_intent(name, slots))

    def intend(self, name: str, **slots: Json) -> list[str]:
        """An intent, without the name of the skill: into the session, to our stream, or else to somebody else."""
        self._listen()
        if self.attributes is not None:
            return self._say(_intent(name, slots))
        to = ROUTED.get(name) if self.player.ours else None
        if to == "AMAZON.PauseIntent" and self.pauses_alone and self.player.playing:
            self.player.stop()
        elif to:
            return self._fresh(_intent(to, slots))
        self._close()
        return []

    def tap(self, *arguments: Any) -> list[str]:
        """Touch what sends these arguments, while the session is open: whatever Alexa says is cut off."""
        self._listen()
        if self.attributes is None:
            return []
        source = {"type": "TouchWrapper", "handler": "Press", "id": "key"}
        touched = {"arguments": list(arguments), "source": source, "components": {}, "token": "backbeat"}
        return self._say({"type": "Alexa.Presentation.APL.UserEvent", **touched})

    def silence(self) -> None:
        """Say nothing until the session is over, and whatever else Alexa has to say."""
        self.hear_out(silently=True)

    def exit(self) -> None:
        """ "Exit": the session ends without a word of ours."""
        self._listen()
        self._end("USER_INITIATED")

    def press(self, button: str) -> None:
        """A button: Play, Pause, Next or Previous. It is ours only if the latest audio was."""
        self.catch_up()
        if self.player.ours and not self._offline:
            self._send(self.envelope({"type": f"PlaybackController.{button}CommandIssued"}))
        self._settle()

    def pause_here(self) -> None:
        """The pause of the screen, or of the device itself: the skill hears of it only by PlaybackStopped."""
        self.catch_up()
        self.player.stop()
        self._settle()

    def wait(self, seconds: float) -> None:
        """Do nothing for a while."""
        wait(seconds, self)

    # What the world does.

    def fail(self, error: str = UNKNOWN) -> None:
        """The stream fails."""
        self.catch_up()
        self._error = error
        self.player.stop("Failed")
        self._error = UNKNOWN
        self._settle()

    def refuse(self) -> None:
        """Alexa makes nothing of the last reply: its audio could not be had, say. It is not spoken, and the session is over."""
        if self.attributes is not None and not self._offline:
            error = {"type": "INVALID_RESPONSE", "message": "Audio response from skill failed to play"}
            self._send(self.envelope({"type": "SessionEndedRequest", "reason": "ERROR", "error": error}))
        self._close()

    def other_audio(self) -> None:
        """Somebody else's audio is played: ours stops, and is no longer the latest."""
        self.pause_here()
        self.player.ours, self.player.activity = False, "STOPPED"

    @property
    def offline(self) -> bool:
        """Whether nothing reaches the skill."""
        return self._offline

    @offline.setter
    def offline(self, offline: bool) -> None:
        self.catch_up()
        self._offline = offline
        self.player.supply = self.buffer if offline else None
        self._settle()

    def tell(self, kind: str, **fields: Any) -> None:
        """A request of Amazon's own, as AlexaSkillEvent.SkillDisabled."""
        self.catch_up()
        if not self._offline:
            self._send(self.envelope({"type": kind, **fields}))

    def exception(self, request_id: str = "") -> None:
        """Our reply to a request was bad, says System.ExceptionEncountered."""
        error = {
            "type": "INVALID_RESPONSE",
            "message": "An exception occurred while dispatching the request.",
        }
        self.tell("System.ExceptionEncountered", error=error, cause={"requestId": request_id})

    def deliver(self, event: Event) -> bool:
        """Send an event, now or again, and do as the skill replies. Not if the network is gone."""
        self.catch_up()
        sent = self._deliver(event)
        self._settle()
        return sent

    def flush(self) -> None:
        """Deliver all there is, in order, and what comes of it."""
        self.catch_up()
        self._settle(now=True)

    def moment(self) -> Ms | None:
        """When something will happen by itself."""
        moments = self.player.next_moment(), self.turn.until if self.turn else None
        return min((at for at in moments if at is not None), default=None)

    def catch_up(self) -> None:
        """Do all that was due by now."""
        now = millis(self.clock.now)
        while (moment := self.moment()) is not None and moment <= now:
            self.player.advance(moment)
            if self.turn is not None and self.turn.until <= moment:
                self._turn_over(self.turn)
            self._settle()
        self.player.advance(now)

    def hear_out(self, *, silently: bool = False) -> None:
        """Wait until Alexa has finished speaking; silently, until she no longer listens either."""
        while self.turn is not None and (silently or not self.turn.microphone):
            wait(max(self.turn.until - millis(self.clock.now), 0) / 1000, self)

    def envelope(self, request: Json) -> Json:
        """A request as it is sent now."""
        kind, now = request["type"], self.player.now
        application, user = {"applicationId": SKILL_ID}, {"userId": self.user}
        context: Json = {"System": {"application": application, "user": user}}
        if not kind.startswith("AlexaSkillEvent."):
            interfaces: Json = {"AudioPlayer": {}} if self.audioplayer else {}
            interfaces |= (
                {"Alexa.Presentation.APL": {"runtime": {"maxVersion": "2024.3"}}} if self.screen else {}
            )
            context["System"]["device"] = {"deviceId": self.name, "supportedInterfaces": interfaces}
            context |= {"AudioPlayer": self._playback()} if self.audioplayer else {}
        timestamp = (EPOCH + timedelta(seconds=now // 1000)).strftime("%Y-%m-%dT%H:%M:%SZ")
        request_id = f"amzn1.echo-api.request.{self.name}.{next(self._ids)}"
        sent = {**request, "requestId": request_id, "timestamp": timestamp, "locale": self.locale}
        whole = {"version": "1.0", "context": context, "request": sent}
        if self.voice and not kind.startswith(SESSIONLESS):
            context["System"]["person"] = {"personId": self.voice}
        if not kind.startswith(SESSIONLESS):
            if new := self.attributes is None:
                self._session = f"amzn1.echo-api.session.{self.name}.{next(self._ids)}"
            session = {"new": new, "sessionId": self._session, "attributes": self.attributes or {}}
            whole["session"] = {**session, "application": application, "user": user}
        return whole

    def _playback(self) -> Json:
        player, track = self.player, self.player.current
        if not player.ours or track is None:
            return {"playerActivity": "IDLE"}
        activity = self.ducked_as if player.playing and player.held else player.activity
        return {"playerActivity": activity, "token": track.token, "offsetInMilliseconds": track.at}

    def _happened(self, kind: str, track: Track, now: Ms) -> None:
        where: Json = {"token": track.token, "offsetInMilliseconds": track.at}
        if kind == "Failed":
            error = {"type": self._error, "message": "Device playback error"}
            state = {**where, "playerActivity": "PLAYING"}
            where = {"token": track.token, "currentPlaybackState": state, "error": error}
        kind = f"AudioPlayer.Playback{kind}"
        self.pending.append(Event(kind, now, self.envelope({"type": kind, **where})))

    def _settle(self, *, now: bool = False) -> None:
        while (now or self.prompt) and self.pending and self._deliver(self.pending[0]):
            pass

    def _deliver(self, event: Event) -> bool:
        if not self._offline:
            self.pending[:] = [each for each in self.pending if each is not event]
            self._send(event.envelope)
        return not self._offline

    def _send(self, envelope: Json) -> Json:
        """The lawful answer to an envelope. What it directs is done at once, unless it is to be spoken first."""
        kind = envelope["request"]["type"]
        answer = self.skill(envelope)
        self.answers.append((kind, answer))
        legal(
            kind,
            answer,
            audioplayer=self.audioplayer,
            screen=self.screen,
            length=self.length,
            pace=self.pace,
        )
        if "session" not in envelope:
            self.player.obey(answer["response"].get("directives", []))
        return answer

    def _listen(self) -> None:
        """The wake word: whatever Alexa says is cut off, with all that was to follow it."""
        self.catch_up()
        while self.turn is not None and self.spoken and self.spoken[-1][0] >= self.player.now:
            self.spoken.pop()
        if self.turn is not None and not self.drops:
            self.player.obey(self.turn.directives)
        self.turn = None
        self.player.hold(held=True)

    def _fresh(self, request: Json) -> list[str]:
        self._listen()
        self.attributes = None
        return self._say(request)

    def _say(self, request: Json) -> list[str]:
        if self._offline:
            self._close()
            return []
        answer, before = self._send(self.envelope(request)), len(self.spoken)
        response, listens = answer["response"], opens(answer["response"])
        self.attributes = answer.get("sessionAttributes", {}) if listens else None
        if self.screen and "shouldEndSession" not in response:  # it is seen, and goes on in silence
            self.attributes, self.turn = answer.get("sessionAttributes", {}), None
            self.player.hold(held=False)
            return []
        until = self._speak(response, self.player.now + self.lag)
        said = [phrase for _, phrase in self.spoken[before:]]
        self.turn = Speaking(until, response.get("directives", []), listens, response.get("reprompt"))
        if self.patient:
            self.hear_out()
        return said

    def _speak(self, holder: Json, at: Ms) -> Ms:
        ssml = holder.get("outputSpeech", {"ssml": "<speak/>"})["ssml"]
        phrases, until = timed(ssml, at, self.length, self.pace)
        self.spoken += phrases
        return until

    def _turn_over(self, turn: Speaking) -> None:
        """She has spoken, or nobody has."""
        if not turn.microphone:
            self.player.obey(turn.directives)
            turn.directives, turn.microphone = [], True
            turn.until += MICROPHONE_MS
            if not turn.listens:
                self._close()
        elif turn.reprompt:
            turn.until = self._speak(turn.reprompt, turn.until)
            turn.reprompt, turn.microphone = None, False
        else:
            self._end("EXCEEDED_MAX_REPROMPTS")

    def _end(self, reason: str) -> None:
        told = self.tells_silence or reason == "USER_INITIATED"
        if self.attributes is not None and told and not self._offline:
            self._send(self.envelope({"type": "SessionEndedRequest", "reason": reason}))
        self._close()

    def _close(self) -> None:
        self.turn = self.attributes = None
        self.player.hold(held=False)
        self._settle()


def _intent(name: str, slots: Json) -> Json:
    intent = {"name": name, "confirmationStatus": "NONE", "slots": slots}
    return {"type": "IntentRequest", "dialogState": "COMPLETED", "intent": intent}
