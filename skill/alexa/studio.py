"""Our own voice as Alexa plays it: a clip within a reply, or a stream by its AudioPlayer.

A stream's token is its reel's, and names all that it is (`skill.coach.dialogue.state.Stream`), so that whatever comes back with
it is understood by any process, after any restart.
"""

from dataclasses import dataclass

import structlog
from ask_sdk_model.interfaces.audioplayer import (
    AudioItem,
    AudioItemMetadata,
    PlayBehavior,
    PlayDirective,
    StopDirective,
)
from ask_sdk_model.interfaces.audioplayer import Stream as AudioStream
from ask_sdk_model.interfaces.display import Image, ImageInstance

from audio.frames import LEAD_MS
from skill.alexa.inbound import Player
from skill.coach.dialogue.reply import Halt, Led, Play
from skill.coach.dialogue.state import Playhead, Stream
from skill.coach.exercise import FormName
from skill.coach.timeline.block import blocks
from skill.coach.timeline.plan import Bookmark, plan, start
from skill.errors import VoiceUnusable
from skill.render.clip import Clip
from skill.voice.reels import Forged, Joined, Reels

log = structlog.get_logger()

CLIP_MS = 240_000
"""The longest clip Alexa plays within a reply (platform facts, section 2)."""

ICON, BACKGROUND = (512, 512), (1200, 800)
"""Pixels, as Amazon's own sample has them (platform facts, section 6.4)."""


@dataclass(frozen=True, slots=True)
class Studio:
    """An installation's own voice, where Alexa finds it."""

    reels: Reels
    public_url: str
    """https, no slash at the end."""

    def clip(self, led: Led) -> Clip | None:
        """The clip that plays a led piece; None if it has to be spoken."""
        token = self.reels.token(Joined(led.piece, led.first_rep))
        if token is None or led.lasts > CLIP_MS:
            return None
        return Clip(self._audio(token), led.at, led.lasts)

    def directive(self, player: Play | Halt) -> PlayDirective | StopDirective:
        """What the AudioPlayer is told.

        Raises:
            VoiceUnusable: the stream cannot be made; never, where all is `ready`.
        """
        if isinstance(player, Halt):
            return StopDirective()
        return PlayDirective(
            play_behavior=PlayBehavior.ENQUEUE if player.after else PlayBehavior.REPLACE_ALL,
            audio_item=AudioItem(
                stream=AudioStream(
                    url=self._audio(self._token(player.stream)),
                    token=self._token(player.stream),
                    expected_previous_token=self._token(player.after) if player.after else None,
                    offset_in_milliseconds=player.offset,
                ),
                metadata=AudioItemMetadata(
                    title=player.title,
                    subtitle=player.subtitle,
                    art=self._image("icon", ICON),
                    background_image=self._image("background", BACKGROUND),
                ),
            ),
        )

    def playhead(self, player: Player | None) -> Playhead | None:
        """Where a player is, in the score of a stream of ours; None if what it plays is none."""
        if player is None:
            return None
        try:
            named = self.reels.named(player.token)
        except Forged:
            log.info("a stream that is not ours")
            return None
        if not isinstance(named, Stream):
            return None
        early = LEAD_MS + self.reels.drift(player.token)  # rather a rep done twice than one missed
        return Playhead(named, max(player.offset - early, 0), player.activity)

    def ready(self) -> bool:
        """Whether all there is can be streamed. It lays it all out, which the first streams then need not."""
        content, measure = self.reels.catalogue, self.reels.measure
        marks = [start(slug, content) for slug in content.routines]
        marks += [Bookmark("", slug, form) for slug in content.exercises for form in FormName]
        return all(
            self.reels.token(Stream(0, 0, whole.first_of(some[0]).starts(whole.routine), False, long))  # noqa: FBT003
            for whole in (plan(mark, content) for mark in marks)
            for some in blocks(whole, content, measure)
            for long in ((), whole.exercises)
        )

    def _token(self, stream: Stream) -> str:
        token = self.reels.token(stream)
        if token is None:
            raise VoiceUnusable("a stream has no room for a phrase: run backbeat voice build")
        return token

    def _audio(self, token: str) -> str:
        return f"{self.public_url}/audio/{token}.mp3"

    def _image(self, name: str, size: tuple[int, int]) -> Image:
        source = ImageInstance(
            url=f"{self.public_url}/art/{name}.png", width_pixels=size[0], height_pixels=size[1]
        )
        return Image(content_description="Backbeat", sources=[source])
