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
from skill.alexa.outbound import Clips, attributes, response
from skill.coach import events as e
from skill.coach.exercise import Ms
from skill.conversation import Conversation
from skill.render.ssml import ssml_text

log = structlog.get_logger()

LAG_MS: Ms = 3000
"""From our response to its first sound, and from "Alexa, …" to the request's timestamp, together. An estimate
(platform facts, section 3) that errs early: rather a rep done twice than one missed."""


@dataclass(frozen=True, slots=True)
class TurnHandler(AbstractRequestHandler):
    """Answers one kind of request: request to event, a turn, reply to response."""

    kind: str
    """A request type, or the name of an intent."""
    event: Callable[[Any], e.Event]
    """From the request."""
    conversation: Conversation
    clips: Clips

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Whether the request is of this kind."""
        return self.kind == kind_of(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        """The coach's answer."""
        envelope, who = handler_input.request_envelope, handler_input.context
        event = self.event(envelope.request)
        turn = self.conversation.turn(who.person, event, who.state, now=who.now, locale=who.locale)
        if envelope.session is not None:
            handler_input.attributes_manager.session_attributes = attributes(turn.state)
        reply = turn.reply
        clip = self.clips(reply.led) if reply.led else None
        log.info(
            "turn",
            heard=type(event).__name__,
            asks=reply.asks and reply.asks.value,
            speech_ms=reply.speech.lasts,
            voice="clip" if clip else "speaker",
        )
        return response(reply, clip)


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
    """Our own mistakes: never a stack trace on the floor, and never silence."""

    sorry: str

    def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:  # noqa: ARG002  # the SDK's names
        """Always."""
        return True

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        """A kind sentence; for the operator, where it went wrong, without what was said."""
        log.error("fault", request=kind_of(handler_input), kind=type(exception).__name__, exc_info=exception)
        speech = SsmlOutputSpeech(ssml=ssml_text(self.sorry))
        return Response(output_speech=speech, should_end_session=True)


def kind_of(handler_input: HandlerInput) -> str:
    """The type of a request, or the name of its intent where it has one that we know."""
    request = handler_input.request_envelope.request
    if isinstance(request, IntentRequest):
        name = (request.intent and request.intent.name) or ""
        return name if name in inbound.EVENTS else UNKNOWN_INTENT
    return str(request.object_type) if request else ""


UNKNOWN_INTENT = "IntentRequest"
"""The kind of an intent that is not in the table."""


def skill(conversation: Conversation, clips: Clips = lambda _: None) -> CustomSkill:
    """The skill: `TurnHandler` for a launch, an end and each intent of `inbound.EVENTS`. Its context is a `Sender`."""
    table: dict[str, Callable[[Any], e.Event]] = {
        "LaunchRequest": lambda _: e.Opened(),
        "SessionEndedRequest": inbound.ended_event,
        UNKNOWN_INTENT: lambda _: e.Unheard(),
        **dict.fromkeys(inbound.EVENTS, inbound.spoken_event),
    }
    builder = SkillBuilder()
    for kind, event in table.items():
        builder.add_request_handler(TurnHandler(kind, event, conversation, clips))
    builder.add_request_handler(QuietHandler())
    builder.add_exception_handler(FaultHandler(conversation.catalogue.words.line("our_fault")))
    return builder.create()
