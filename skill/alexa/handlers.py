"""The skill as ask-sdk-core dispatches it: one handler, and a table of what to do by the type of request.

Handlers translate, they do not decide. What no handler knows gets an empty answer; what goes wrong in one is logged
for the operator, and the person hears one kind sentence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from ask_sdk_core.dispatch_components import AbstractExceptionHandler, AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model import Response
from ask_sdk_model.interfaces.audioplayer import PlayDirective, StopDirective
from ask_sdk_model.ui import SsmlOutputSpeech

from skill.alexa import inbound
from skill.alexa.directives import Directives
from skill.alexa.outbound import Seen, response
from skill.alexa.screen import Screens
from skill.alexa.services import Daily, Services
from skill.alexa.zones import zone_of
from skill.coach.dialogue import events as e
from skill.coach.dialogue.reply import Device, Halt, Play
from skill.coach.dialogue.run import Activity
from skill.coach.exercise import Language, Ms
from skill.coach.timeline.edition import Editions
from skill.conversation import Conversation
from skill.errors import StoreError
from skill.hearing import Hearing
from skill.kept.carried import Carried, written
from skill.metrics import FAULTS, STREAMS
from skill.render.ssml import ssml_text

log = structlog.get_logger()

LAG_MS: Ms = 3000
"""From our response to its first sound, and from "Alexa, …" to the request's timestamp, together. An estimate
(platform facts, section 3) that errs early: rather a rep done twice than one missed."""


@dataclass(frozen=True, slots=True)
class AlexaDoor:
    """From a request to an event, and from the coach's answer to Alexa's response. Its session rides in the attributes."""

    conversation: Conversation
    directives: Directives | None = None
    """Our own voice, if there is one."""
    streams: frozenset[Language] = frozenset()
    """The languages in which it can be streamed."""
    pause_speaks: bool = True
    screens: Screens | None = None
    """What is shown where there is a screen."""
    services: Services | None = None
    """What Alexa does for us when it is called: time zones, and reminders."""
    here: tzinfo | None = None
    """Where everybody is, if that is known; else Alexa is asked, or it is the zone of their locale."""

    def answer(self, handler_input: HandlerInput, event: e.Event, *, mute: bool = False) -> Response:
        """The coach's answer to an event; ``mute`` where nothing may be said."""
        envelope, who = handler_input.request_envelope, handler_input.context
        language = self.conversation.editions.of(who.locale).catalogue.language
        position = self.directives.position(who.player) if self.directives else None
        plays = who.player is not None and who.player.activity in {Activity.PLAYING, Activity.WAITING}
        device = Device(
            streams=language in self.streams and who.has_player,
            mute=mute,
            pause_speaks=self.pause_speaks and envelope.session is not None,
            position=position,
            plays_unknown=plays and position is None,
            reminds=self.services is not None and who.speaker is not None and envelope.session is not None,
        )
        whose = who.person if who.recognised else ""
        if envelope.session is None:  # which names no voice: whose stream it is, its token says
            about = event.position if isinstance(event, e.Reported) else position
            whose = about.stream.whose if about else ""
        told = who.zone or (self.services.zone(who.speaker) if self.services and who.speaker else None)
        zone = zone_of(told, who.locale)
        turn = partial(
            self.conversation.turn,
            whose or who.person,
            now=who.now,
            locale=who.locale,
            device=device,
            whose=whose,
            zone=self.here or zone,
        )
        answer = turn(event, who.carried)
        if at := answer.turn.reply.remind:
            answer = turn(e.Reminded(at, self._remind(at, who, zone)), answer.carried)
        if envelope.session is not None:
            handler_input.attributes_manager.session_attributes = _attributes(answer.carried, told)
        reply = answer.turn.reply
        clip = self.directives.clip(reply.passage, language) if self.directives and reply.passage else None
        directive = self._directive(reply.player, language)
        if isinstance(directive, PlayDirective):
            STREAMS.inc()
        if isinstance(event, e.Closed) and clip:
            self._unplayed(clip.url, who.failure)
        log.info(
            "turn",
            heard=heard(event),
            asks=reply.asks is not None,
            speech_ms=reply.speech.lasts,
            voice="clip" if clip else "speaker",
            player=type(reply.player).__name__ if reply.player else None,
        )
        screen = None
        if self.screens and who.has_screen and envelope.session is not None and not mute:
            screen = self.screens.directive(reply, answer.turn.state.progress.wishes, answer.edition)
        picture = self.directives.picture(reply.passage.place) if self.directives and reply.passage else ""
        return response(reply, clip, directive, seen=Seen(screen, picture), mute=mute)

    def _remind(self, at: str, who: inbound.Inbound, zone: ZoneInfo) -> e.Outcome:
        if self.services is None or who.speaker is None:
            return e.Outcome.NOT_HERE
        words = self.conversation.editions.of(who.locale).catalogue.words
        return self.services.remind(who.speaker, Daily(at, zone.key, who.locale, words.line("remind_text")))

    def _directive(
        self, player: Play | Halt | None, language: Language
    ) -> PlayDirective | StopDirective | None:
        if isinstance(player, Halt):  # also where our voice is gone
            return StopDirective()
        return self.directives.directive(player, language) if self.directives and player else None

    def report(self, handler_input: HandlerInput, what: e.Report) -> Response:
        """The answer to what a player reports of a stream of ours; to what is none of ours, an empty one."""
        reported = handler_input.context.reported
        position = self.directives.position(reported) if self.directives else None
        if position is None or reported is None or self.directives is None:
            return Response()
        if what is e.Report.FAILED:
            self._unplayed(self.directives.address(reported.token), handler_input.context.failure)
        return self.answer(handler_input, e.Reported(what, position), mute=True)

    def touched(self, handler_input: HandlerInput) -> Response:
        """The answer to a touch: as to the word on the key. To anything else that a screen tells, none, and the session goes on as it was."""
        who = handler_input.context
        if handler_input.request_envelope.session is None:
            return ignore(handler_input)
        if who.touched:
            return self.answer(handler_input, who.touched)
        if who.failure:
            log.warning("a screen could not show ours", why=who.failure)
        handler_input.attributes_manager.session_attributes = _attributes(who.carried, who.zone)
        return ignore(handler_input)

    def _unplayed(self, address: str, why: str) -> None:
        log.warning(
            "Alexa could not play our voice",
            address=address,
            why=why,
            what_now="see that this address can be had from outside your network, with a certificate that the world trusts",
        )

    def forget(self, handler_input: HandlerInput) -> Response:
        """Somebody has disabled the skill: everything about them is deleted. Raises StoreError: it is not; let Alexa say so again."""
        self.conversation.forget(handler_input.context.person, handler_input.context.now)
        return Response()


def _attributes(carried: Carried, zone: str | None) -> dict[str, Any]:
    """What rides in the session's attributes."""
    return written(carried) | ({inbound.ZONE: zone} if zone else {})


def ignore(handler_input: HandlerInput) -> Response:
    """Everything else Alexa may send: nothing may be said; a fault that it reports is logged, as its only sign."""
    error = getattr(handler_input.request_envelope.request, "error", None)
    log.info("not answered", request=kind_of(handler_input), error=str(error.object_type) if error else None)
    return Response()


def heard(event: e.Event) -> str:
    """What a log may say of it: what a speaker reported, or that somebody spoke; in a house of one, their words are nobody's."""
    return event.what.value if isinstance(event, e.Reported) else "a turn"


Handle = Callable[[HandlerInput], Response]


@dataclass(frozen=True, slots=True)
class Dispatch(AbstractRequestHandler):
    """The one handler there is. What to do is looked up by the kind of request, rather than asked of each in line."""

    table: Mapping[str, Handle]
    """By the type of a request."""

    def can_handle(self, handler_input: HandlerInput) -> bool:  # noqa: ARG002  # the SDK calls by this name
        """Always."""
        return True

    def handle(self, handler_input: HandlerInput) -> Response:
        """The response."""
        return self.table.get(kind_of(handler_input), ignore)(handler_input)


@dataclass(frozen=True, slots=True)
class FaultHandler(AbstractExceptionHandler):
    """Our own mistakes: never a stack trace on the floor, and never silence where anything may be said."""

    editions: Editions

    def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:  # noqa: ARG002  # the SDK's names
        """Always."""
        return True

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        """A kind sentence; for the operator, where it went wrong, without what was said."""
        if isinstance(exception, StoreError):  # of a turn it is none: that goes on without
            raise exception
        FAULTS.labels("alexa").inc()
        log.error("fault", request=kind_of(handler_input), kind=type(exception).__name__, exc_info=exception)
        if kind_of(handler_input) in MUTE:
            return Response()
        words = self.editions.of(handler_input.context.locale).catalogue.words
        speech = SsmlOutputSpeech(ssml=ssml_text(words.line("our_fault")))
        return Response(output_speech=speech, should_end_session=True)


def kind_of(handler_input: HandlerInput) -> str:
    """The type of a request."""
    request = handler_input.request_envelope.request
    return str(request.object_type) if request else ""


MUTE = inbound.BUTTONS.keys() | inbound.REPORTS.keys()
"""The requests to which nothing may be said: a button, and whatever a player reports."""


def skill(door: AlexaDoor) -> CustomSkill:
    """The skill, by the tables of `inbound`. Its context is an `Inbound`."""
    builder = SkillBuilder()
    builder.add_request_handler(Dispatch(_table(door)))
    builder.add_exception_handler(FaultHandler(door.conversation.editions))
    return builder.create()


def _table(door: AlexaDoor) -> dict[str, Handle]:
    hearing = Hearing(door.conversation.editions.every[0].catalogue)  # intents are the same in every language

    def said(event: Callable[[Any], e.Event]) -> Handle:
        return lambda asked: door.answer(asked, event(asked.request_envelope.request))

    def pressed(event: e.Event) -> Handle:
        return lambda asked: door.answer(asked, event, mute=True)

    def reported(what: e.Report) -> Handle:
        return lambda asked: door.report(asked, what)

    return {
        "LaunchRequest": said(lambda _: e.Opened()),
        "SessionEndedRequest": said(inbound.ended_event),
        "Connections.Response": said(inbound.allowed_event),
        "IntentRequest": said(partial(inbound.spoken_event, hearing=hearing)),
        **{kind: pressed(event) for kind, event in inbound.BUTTONS.items()},
        **{kind: reported(what) for kind, what in inbound.REPORTS.items()},
        inbound.TOUCHED: door.touched,
        inbound.NOT_SHOWN: door.touched,
        inbound.DISABLED: door.forget,
    }
