"""Dialogues as they are written in tests/dialogues/*.txt, and how they are played.

    # a remark
    > what the person says, understood as the terminal and the interaction model understand it
    < what the coach says; [work in brackets], (quiet in seconds), and how a routine is introduced as no more than that
      it is, unless the dialogue begins with "# Every word"
    ~ what becomes of the stream
    * what happens: see `_WORLD`

`python -m tests.dialogue` plays every dialogue again and writes down what the coach says now. Read the difference before
you commit it: the transcripts are what the coach promises.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from audio.estimate import estimate
from interaction_model.listen import listener
from skill.alexa.handlers import LAG_MS
from skill.coach.dialogue import events as e
from skill.coach.dialogue.reply import Device, Halt, Play, Reply
from skill.coach.dialogue.run import Activity, Position
from skill.coach.timeline import telling as tell
from skill.coach.timeline.edition import Edition, Editions
from skill.coach.timeline.plan import start
from skill.coach.timeline.score import Score, Section
from skill.content.reader import catalogue
from skill.conversation import Conversation
from skill.hearing import Ears, Hearing
from skill.kept.carried import Carried
from skill.kept.sqlite import SqliteStore
from skill.render.transcript import brief, lines

FOLDER = Path(__file__).parent / "dialogues"

EARS = Ears(listener(catalogue(), catalogue().locale).hear, Hearing(catalogue()))

DAY_MS = 24 * 60 * 60 * 1000
ANSWER_MS = 2000
"""How long the person takes to answer."""

FIRST = 6
"""How much of a stream is written down: what is heard first."""

OVER = "* the session ends"


@dataclass
class Stage:
    """The pretend world of one dialogue."""

    conversation: Conversation
    now: int = 1_789_000_000_000
    locale: str = "en-US"
    carried: Carried = field(default_factory=Carried)
    reply: Reply = field(default_factory=Reply)
    said_at: int | None = None
    """When the next words are said, if not after the last reply."""
    every_word: bool = False
    """Whether introductions are written out, too."""
    streams: bool = False
    """Whether the speaker can."""
    head: Position | None = None
    """Where its player is, if it plays."""

    def say(self, words: str) -> Iterator[str]:
        """What the coach answers to the words."""
        return self.happens(EARS.hear(words, self.carried.session.asked))

    def happens(self, event: e.Event, *, mute: bool = False) -> Iterator[str]:
        """What the coach says to an event, as lines."""
        over = self.now + LAG_MS + self.reply.speech.lasts + ANSWER_MS
        self.now, self.said_at = self.said_at or over, None
        device = Device(streams=self.streams, mute=mute, position=self.head)
        answer = self.conversation.turn(
            "someone", event, self.carried, now=self.now, locale=self.locale, device=device
        )
        session = not mute and not isinstance(event, e.Reported)
        self.carried, self.reply = answer.carried, answer.turn.reply
        if self.reply.speech.cues:
            yield f"< {self.brief(brief(self.reply.speech))}"
        if session and self.reply.asks is None:
            yield OVER
        if self.reply.asks is None:
            self.leave()
        yield from self.played()

    def played(self) -> Iterator[str]:
        """What the speaker does with its stream, as lines."""
        match self.reply.player:
            case Play(stream, offset, title, subtitle):
                self.head = Position(stream, offset)
                self.now += LAG_MS + self.reply.speech.lasts
                self.reply = Reply()
                heard = [text for at, text in lines(self.score) if at >= offset][:FIRST]
                yield f"~ plays {title}, from {subtitle}: {self.brief(' '.join(heard))} …"
                list(self.happens(e.Reported(e.Report.STARTED, self.head)))
            case Halt():
                if self.head:
                    self.head = replace(self.head, activity=Activity.STOPPED)
                yield "~ stops"

    def brief(self, said: str) -> str:
        """What was said, without the introductions that tell what a routine holds: they change with it."""
        edition = self.conversation.editions.of(self.locale)
        for slug in edition.catalogue.routines if not self.every_word else ():
            whole = edition.plan(start(slug, edition.catalogue))
            for told in (whole.exercises, ()):
                lasts = edition.minutes(whole, told)
                intro = " ".join(filter(None, tell.intro(whole, lasts, edition.catalogue)))
                said = said.replace(intro, f"[{slug} is introduced]")
        return said

    @property
    def score(self) -> Score:
        """What it streams."""
        assert self.head
        return self.conversation.editions.of(self.locale).stream(self.head.stream).score

    def hear(self, offset: int) -> Iterator[str]:
        """It has played to there."""
        assert self.head
        self.said_at = self.now + offset - self.head.offset
        self.head = replace(self.head, offset=offset)
        return iter(())

    def hear_rep(self, rep: str, set_: str, exercise: str) -> Iterator[str]:
        """It has played into that rep."""
        span = self.score.find(exercise.replace(" ", "_"), int(set_), "", int(rep))
        assert span
        return self.hear(span.start + 4000)

    def press(self, button: str) -> Iterator[str]:
        """A button of the speaker."""
        event = {"pause": e.Paused(), "play": e.Resumed(), "next": e.Next(), "previous": e.Previous()}[button]
        return self.happens(event, mute=True)

    def finishes(self) -> Iterator[str]:
        """It plays to its end, and says so."""
        list(self.hear(self.score.lasts))
        assert self.head
        self.head = replace(self.head, activity=Activity.FINISHED)
        return self.happens(e.Reported(e.Report.FINISHED, self.head))

    def may_stream(self) -> Iterator[str]:
        """It has an AudioPlayer, and there is a voice to stream."""
        self.streams = True
        return iter(())

    def may_not_stream(self) -> Iterator[str]:
        """It has no AudioPlayer."""
        self.streams = False
        return iter(())

    def other_speaker(self) -> Iterator[str]:
        """Another of theirs, which never played for us."""
        self.head = None
        return self.leave()

    def world(self, what: str) -> Iterator[str]:
        """What follows from something that happens; nothing is said unless it is."""
        for pattern, action in _WORLD.items():
            if found := re.fullmatch(pattern, what):
                return action(self, *found.groups())
        raise AssertionError(f"nobody knows what happens when {what!r}")

    def leave(self) -> Iterator[str]:
        """No session any more, as after a crash or a lost network."""
        self.carried = Carried()
        return iter(())

    def during(self, rep: str) -> Iterator[str]:
        """The next words fall into that rep of what is being led."""
        start = next(
            cue.at
            for cue in self.reply.speech.cues
            if isinstance(cue.what, Section) and cue.what.rep == int(rep)
        )
        return self.at(start + 1500)

    def at(self, ms: int) -> Iterator[str]:
        """The next words are said that far into the reply."""
        self.said_at = self.now + LAG_MS + ms
        return iter(())

    def later(self, ms: int) -> Iterator[str]:
        """Time passes, and any session with it."""
        self.said_at = (self.said_at or self.now) + ms
        return self.leave()

    def silence(self) -> Iterator[str]:
        """No answer to the question, nor to the reprompt: Alexa closes the session."""
        yield f"< {self.reply.reprompt}"
        yield from self.happens(e.Closed())

    def move(self, locale: str) -> Iterator[str]:
        """The speaker is set to another locale."""
        self.locale = locale
        return iter(())


_WORLD = {
    r"during rep (\d+)": Stage.during,
    r"(\d+) seconds in": lambda stage, s: stage.at(int(s) * 1000),
    r"silence": Stage.silence,
    r"the connection is lost": Stage.leave,
    r"the next day": lambda stage: stage.later(DAY_MS),
    r"an hour later": lambda stage: stage.later(3_600_000),
    r"at once": lambda stage: stage.at(0),
    r"the speaker is in (\S+)": Stage.move,
    r"the speaker can stream": Stage.may_stream,
    r"the speaker cannot stream": Stage.may_not_stream,
    r"in rep (\d+) of set (\d+) of the (.+)": Stage.hear_rep,
    r"(\d+) seconds into the stream": lambda stage, s: stage.hear(stage.head.offset + int(s) * 1000),
    r"the (pause|play|next|previous) button": Stage.press,
    r"it plays to its end": Stage.finishes,
    r"on another speaker": Stage.other_speaker,
    r"exit": lambda stage: stage.happens(e.Closed()),
}
"""What may happen in the world."""


def play(script: str) -> str:
    """The dialogue as it goes now: the script's own lines, and what the coach says to them."""
    with TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "progress.sqlite3")
        conversation = Conversation(Editions((Edition(catalogue(), estimate),)), store, LAG_MS)
        stage = Stage(conversation, every_word=script.startswith("# Every word"))
        lines: list[str] = []
        for line in script.splitlines():
            if line.startswith(("<", "~")) or line == OVER:
                continue
            lines.append(line)
            if line.startswith("> "):
                lines += stage.say(line[2:])
            elif line.startswith("* "):
                lines += stage.world(line[2:])
        store.close()
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for path in sorted(FOLDER.glob("*.txt")):
        path.write_text(play(path.read_text("utf-8")), "utf-8")
        print(path.name)  # noqa: T201  # it is a command
