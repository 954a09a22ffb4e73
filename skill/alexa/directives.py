"""Our own voice as Alexa plays it: a clip within a reply, or a stream by its AudioPlayer.

A stream's token is its reel's, and names all that it is (`skill.coach.timeline.stream.Stream`), so that whatever comes back with
it is understood by any process, after any restart.
"""

from dataclasses import dataclass

import structlog
from ask_sdk_model.interfaces.audioplayer import (
    AudioItem,
    AudioItemMetadata,
    PlayBehavior,
    PlayDirective,
)
from ask_sdk_model.interfaces.audioplayer import Stream as AudioStream
from ask_sdk_model.interfaces.display import Image, ImageInstance

from audio.frames import LEAD_MS
from skill.alexa.inbound import PlayerState
from skill.alexa.pictures import SIZE, picture_of
from skill.coach.dialogue.reply import Passage, Play
from skill.coach.dialogue.run import Position
from skill.coach.exercise import Language
from skill.coach.timeline.plan import Bookmark
from skill.coach.timeline.stream import Stream
from skill.errors import VoiceUnusable
from skill.render.clip import Clip
from skill.voice.reels import Excerpt, Forged, Reels

log = structlog.get_logger()

CLIP_MS = 240_000
"""The longest clip Alexa plays within a reply (platform facts, section 2)."""

ICON, BACKGROUND = (512, 512), (1200, 800)
"""Pixels, as Amazon's own sample has them (platform facts, section 6.4)."""


@dataclass(frozen=True, slots=True)
class Directives:
    """An installation's own voice, where Alexa finds it."""

    reels: Reels
    public_url: str
    """https, no slash at the end."""

    def clip(self, passage: Passage, language: Language) -> Clip | None:
        """The clip that plays the piece led in a reply; None if it has to be spoken."""
        wishes = passage.wishes.about(passage.place.routine)
        token = self.reels.token(Excerpt(passage.place, wishes), language)
        if token is None or passage.lasts > CLIP_MS:
            return None
        return Clip(self.address(token), passage.at, passage.lasts)

    def directive(self, player: Play, language: Language) -> PlayDirective:
        """How the AudioPlayer is told to play a stream.

        Raises:
            VoiceUnusable: the stream cannot be made; never, where nothing is lacking and all of it fits.
        """
        token = self._token(player.stream, language)
        return PlayDirective(
            play_behavior=PlayBehavior.ENQUEUE if player.after else PlayBehavior.REPLACE_ALL,
            audio_item=AudioItem(
                stream=AudioStream(
                    url=self.address(token),
                    token=token,
                    expected_previous_token=self._token(player.after, language) if player.after else None,
                    offset_in_milliseconds=player.offset,
                ),
                metadata=AudioItemMetadata(
                    title=player.title,
                    subtitle=player.subtitle,
                    art=self._art(player.stream),
                    background_image=self._image("/art/background.png", BACKGROUND),
                ),
            ),
        )

    def position(self, player: PlayerState | None) -> Position | None:
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
        return Position(named, max(player.offset - early, 0), player.activity)

    def _token(self, stream: Stream, language: Language) -> str:
        token = self.reels.token(stream, language)
        if token is None:
            raise VoiceUnusable("a stream has no room for a phrase: run backbeat voice build")
        return token

    def address(self, token: str) -> str:
        """Where Alexa has a reel from."""
        return f"{self.public_url}/audio/{token}.mp3"

    def picture(self, place: Bookmark) -> str:
        """Where the picture of the exercise at a place is had from; empty if there is none, or nobody can have it."""
        path = picture_of(place.exercise, place.form) if self.public_url else ""
        return f"{self.public_url}{path}" if path else ""

    def _art(self, stream: Stream) -> Image:
        """Of an exercise on its own, its figure; a routine goes on to others, and the picture does not."""
        path = "" if stream.place.routine else picture_of(stream.place.exercise, stream.place.form)
        return self._image(path, SIZE) if path else self._image("/art/icon.png", ICON)

    def _image(self, path: str, size: tuple[int, int]) -> Image:
        source = ImageInstance(url=f"{self.public_url}{path}", width_pixels=size[0], height_pixels=size[1])
        return Image(content_description="Backbeat", sources=[source])
