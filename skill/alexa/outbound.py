"""Reply out: the coach's reply becomes Alexa's response, and the state its session attributes.

The microphone opens if and only if the reply asks. Limits are the renderers'; the attributes are a few hundred bytes
of the 120 KB a response may have (platform facts, section 2).
"""

from dataclasses import dataclass

from ask_sdk_model import Directive, Response
from ask_sdk_model.interfaces.audioplayer import PlayDirective
from ask_sdk_model.interfaces.connections import SendRequestDirective
from ask_sdk_model.ui import Card, Image, Reprompt, SimpleCard, SsmlOutputSpeech, StandardCard

from skill.coach.dialogue.reply import Reply
from skill.render.clip import Clip, ssml_with_clip
from skill.render.ssml import ssml, ssml_text
from skill.render.transcript import told

REMINDERS = "alexa::alerts:reminders:skill:readwrite"
"""The permission to set reminders."""

CARD_CHARS = 8000
"""Title and content together (platform facts, section 2)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What goes with a reply, for whoever looks."""

    screen: Directive | None = None
    """For an Echo Show."""
    picture: str = ""
    """Of the card: https; empty for none."""


NOTHING_SEEN = Seen()


def response(
    reply: Reply,
    clip: Clip | None = None,
    directive: Directive | None = None,
    *,
    seen: Seen = NOTHING_SEEN,
    mute: bool = False,
) -> Response:
    """The response that says it, with the set in it played from ``clip`` if there is one, and then ``directive``; ``seen`` goes with it.

    A reply without words is an empty response, as a closed session demands. A stream begins in a session that closes:
    Alexa would only pause it to listen. ``mute`` is a request without a session, whose answer holds directives
    alone (platform facts, section 6).

    Raises:
        OverLimit: it would break a limit of the platform.
    """
    directives: list[Directive] | None = [directive] if directive else None
    if mute:
        return Response(directives=directives)
    if reply.permission:
        return Response(directives=[asking(reply.permission)], should_end_session=True)
    if not reply.speech.cues:
        return Response(directives=directives, should_end_session=True) if directives else Response()
    if seen.screen and not isinstance(directive, PlayDirective):  # that brings a screen of Alexa's own
        directives = [*(directives or ()), seen.screen]
    asks = reply.asks is not None
    return Response(
        output_speech=SsmlOutputSpeech(
            ssml=ssml_with_clip(reply.speech, clip) if clip else ssml(reply.speech)
        ),
        card=_card(reply.title, told(reply.speech), seen.picture),
        reprompt=Reprompt(output_speech=SsmlOutputSpeech(ssml=ssml_text(reply.reprompt)))
        if reply.reprompt
        else None,
        directives=directives,
        should_end_session=not asks,
    )


def _card(title: str, text: str, picture: str) -> Card:
    text = text[: CARD_CHARS - len(title)]
    if not picture:
        return SimpleCard(title=title, content=text)
    return StandardCard(title=title, text=text, image=Image(small_image_url=picture, large_image_url=picture))


def asking(token: str) -> SendRequestDirective:
    """Lets Alexa ask whether we may set reminders; ``token`` comes back with the answer (Amazon, "Voice Permissions")."""
    scope = {"permissionScope": REMINDERS, "consentLevel": "ACCOUNT"}
    payload: dict[str, object] = {
        "@type": "AskForPermissionsConsentRequest",
        "@version": "2",
        "permissionScopes": [scope],
    }
    return SendRequestDirective(name="AskFor", payload=payload, token=token)
