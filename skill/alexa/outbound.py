"""Reply out: the coach's reply becomes Alexa's response, and the state its session attributes.

The microphone opens if and only if the reply asks. Limits are the renderers'; the attributes are a few hundred bytes
of the 120 KB a response may have (platform facts, section 2).
"""

from collections.abc import Callable

from ask_sdk_model import Response
from ask_sdk_model.ui import Reprompt, SimpleCard, SsmlOutputSpeech

from skill.coach.reply import Led, Reply
from skill.coach.state import State
from skill.render.clip import Clip, ssml_with_clip
from skill.render.ssml import ssml, ssml_text
from skill.render.transcript import told
from skill.saved import Saved, dump

CARD_CHARS = 8000
"""Title and content together (platform facts, section 2)."""


Clips = Callable[[Led], Clip | None]
"""From a led piece to the clip that plays it; None if it has to be spoken."""


def response(reply: Reply, clip: Clip | None = None) -> Response:
    """The response that says it, with the set in it played from ``clip`` if there is one.

    A reply without words is an empty response, as a closed session demands.

    Raises:
        OverLimit: it would break a limit of the platform.
    """
    if not reply.speech.cues:
        return Response()
    asks = reply.asks is not None
    return Response(
        output_speech=SsmlOutputSpeech(
            ssml=ssml_with_clip(reply.speech, clip) if clip else ssml(reply.speech)
        ),
        card=SimpleCard(title=reply.title, content=told(reply.speech)[: CARD_CHARS - len(reply.title)]),
        reprompt=Reprompt(output_speech=SsmlOutputSpeech(ssml=ssml_text(reply.reprompt))) if asks else None,
        should_end_session=not asks,
    )


def attributes(state: State) -> Saved:
    """The state as session attributes; `skill.alexa.inbound.sender` reads them."""
    return {"session": dump(state.session), "progress": dump(state.progress)}
