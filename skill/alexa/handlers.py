"""The skill as ask-sdk-core dispatches it: a thin handler a request type and intent, made from a table.

Handlers translate, they do not decide. What no handler knows gets an empty answer; what goes wrong in one is logged
for the operator, and the person hears one kind sentence.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from ask_sdk_core.dispatch_components import AbstractExceptionHandler, AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model import IntentRequest, Response
from ask_sdk_model.ui import SsmlOutputSpeech

from skill.alexa import inbound
from skill.alexa.directives import Directives
from skill.alexa.outbound import response
from skill.coach.dialogue import events as e
from skill.coach.dialogue.questions import name_of
from skill.coach.dialogue.reply import Device
from skill.coach.exercise import Ms
from skill.conversation import Conversation
from skill.kept.carried import written
from skill.render.ssml import ssml_text

log = structlog.get_logger()

LAG_MS: Ms = 3000
"""From our response to its first sound, and from "Alexa, …" to the request's timestamp, together. An estimate
(platform facts, section 3) that errs early: rather a rep done twice than one missed."""


@dataclass(frozen=True, slots=True)
class AlexaDoor:
    """From an event to Alexa's response: what every handler needs for a turn."""

    conversation: Conversation
    directives: Directives | None = None
    """Our own voice, if there is one."""
    streams: bool = False
    """Whether it can be streamed."""
    pause_speaks: bool = True

    def answer(self, handler_input: HandlerInput, event: e.Event) -> Response:
        """The coach's answer to an event."""
        envelope, who = handler_input.request_envelope, handler_input.context
        device = Device(
            streams=self.streams and who.has_player,
            mute=_is_mute(handler_input),
            pause_speaks=self.pause_speaks and envelope.session is not None,
            position=self.directives.position(who.player) if self.directives else None,
        )
        answer = self.conversation.turn(
            who.person, event, who.carried, now=who.now, locale=who.locale, device=device
        )
        if envelope.session is not None:
            handler_input.attributes_manager.session_attributes = written(answer.carried)
        reply = answer.turn.reply
        clip = self.directives.clip(reply.passage) if self.directives and reply.passage else None
        directive = self.directives.directive(reply.player) if self.directives and reply.player else None
        log.info(
            "turn",
            heard=event.what.value if isinstance(event, e.Reported) else type(event).__name__,
            asks=reply.asks and name_of(type(reply.asks)),
            speech_ms=reply.speech.lasts,
            voice="clip" if clip else "speaker",
            player=type(reply.player).__name__ if reply.player else None,
        )
        return response(reply, clip, directive, mute=device.mute)


@dataclass(frozen=True, slots=True)
class TurnHandler(AbstractRequestHandler):
    """Answers one kind of request: request to event, a turn, reply to response."""

    kind: str
    """A request type, or the name of an intent."""
    event: Callable[[Any], e.Event]
    """From the request."""
    door: AlexaDoor

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Whether the request is of this kind."""
        return self.kind == kind_of(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        """The coach's answer."""
        return self.door.answer(handler_input, self.event(handler_input.request_envelope.request))


@dataclass(frozen=True, slots=True)
class ReportHandler(AbstractRequestHandler):
    """Answers what a player reports of a stream of ours; what is none of ours gets an empty answer."""

    kind: str
    what: e.Report
    door: AlexaDoor

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Whether the request is of this kind."""
        return self.kind == kind_of(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        """The coach's answer: directives, or nothing."""
        directives, reported = self.door.directives, handler_input.context.reported
        position = directives.position(reported) if directives else None
        if self.what is e.Report.FAILED:
            log.warning("a stream failed", ours=position is not None)
        if position is None:
            return Response()
        return self.door.answer(handler_input, e.Reported(self.what, position))


@dataclass(frozen=True, slots=True)
class ForgetHandler(AbstractRequestHandler):
    """Somebody has disabled the skill: everything about them is deleted."""

    door: AlexaDoor

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Whether that is what it says."""
        return kind_of(handler_input) == DISABLED

    def handle(self, handler_input: HandlerInput) -> Response:
        """An empty answer."""
        self.door.conversation.forget(handler_input.context.person)
        return Response()


class QuietHandler(AbstractRequestHandler):
    """Everything else Alexa may send: nothing may be said, so nothing is."""

    def can_handle(self, handler_input: HandlerInput) -> bool:  # noqa: ARG002  # the SDK calls by this name
        """Always."""
        return True

    def handle(self, handler_input: HandlerInput) -> Response:
        """An empty response; a fault that Alexa reports is logged, since this is its only sign."""
        request = handler_input.request_envelope.request
        error = getattr(request, "error", None)
        log.info(
            "not answered", request=kind_of(handler_input), error=str(error.object_type) if error else None
        )
        return Response()


@dataclass(frozen=True, slots=True)
class FaultHandler(AbstractExceptionHandler):
    """Our own mistakes: never a stack trace on the floor, and never silence where anything may be said."""

    sorry: str

    def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:  # noqa: ARG002  # the SDK's names
        """Always."""
        return True

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        """A kind sentence; for the operator, where it went wrong, without what was said."""
        log.error("fault", request=kind_of(handler_input), kind=type(exception).__name__, exc_info=exception)
        if _is_mute(handler_input):
            return Response()
        speech = SsmlOutputSpeech(ssml=ssml_text(self.sorry))
        return Response(output_speech=speech, should_end_session=True)


def kind_of(handler_input: HandlerInput) -> str:
    """The type of a request, or the name of its intent where it has one that we know."""
    request = handler_input.request_envelope.request
    if isinstance(request, IntentRequest):
        name = (request.intent and request.intent.name) or ""
        return name if name in inbound.EVENTS else UNKNOWN_INTENT
    return str(request.object_type) if request else ""


def _is_mute(handler_input: HandlerInput) -> bool:
    """Whether nothing may be said in answer: to a button, and to whatever a player reports."""
    return kind_of(handler_input) in MUTE


MUTE = inbound.BUTTONS.keys() | inbound.REPORTS.keys()

UNKNOWN_INTENT = "IntentRequest"
"""The kind of an intent that is not in the table."""


DISABLED = "AlexaSkillEvent.SkillDisabled"
"""Alexa's word that somebody no longer wants us."""


def skill(door: AlexaDoor) -> CustomSkill:
    """The skill: a handler for each intent and type of request in the tables of `inbound`. Its context is an `Inbound`."""
    table: dict[str, Callable[[Any], e.Event]] = {
        "LaunchRequest": lambda _: e.Opened(),
        "SessionEndedRequest": inbound.ended_event,
        UNKNOWN_INTENT: lambda _: e.Unheard(),
        **dict.fromkeys(inbound.EVENTS, inbound.spoken_event),
        **{kind: _pressed(event) for kind, event in inbound.BUTTONS.items()},
    }
    builder = SkillBuilder()
    for kind, event in table.items():
        builder.add_request_handler(TurnHandler(kind, event, door))
    for kind, what in inbound.REPORTS.items():
        builder.add_request_handler(ReportHandler(kind, what, door))
    builder.add_request_handler(ForgetHandler(door))
    builder.add_request_handler(QuietHandler())
    builder.add_exception_handler(FaultHandler(door.conversation.edition.catalogue.words.line("our_fault")))
    return builder.create()


def _pressed(event: e.Event) -> Callable[[Any], e.Event]:
    return lambda _: event
