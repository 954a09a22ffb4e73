"""What can be wrong with sound, in one tree. Every error carries the value that was wrong.

AudioError
├── Unplaceable        a phrase cannot go where it was put
│   ├── OffGrid        ... its time is not a multiple of 8 ms
│   ├── Overlap        ... it would run into the next
│   └── Outside        ... it begins before the reel can, or ends after it
├── Missing            a phrase is not in the bank
├── DamagedBank        a bank cannot be used: what to do
├── Replaced           a bank is another voice's by now
├── Undecodable        bytes that are no sound: audio.decode
└── Unencodable        speech that cannot be made a phrase of
"""


class AudioError(Exception):
    """Anything that goes wrong with sound."""


class Unplaceable(AudioError):
    """The phrase ``text`` cannot be placed at ``at_ms``."""

    def __init__(self, text: str, at_ms: int, why: str) -> None:
        super().__init__(f"{text!r} at {at_ms} ms {why}")
        self.text, self.at_ms = text, at_ms


class OffGrid(Unplaceable):
    """Its time is not on the grid."""

    def __init__(self, text: str, at_ms: int) -> None:
        super().__init__(text, at_ms, "is off the grid of 8 ms")


class Overlap(Unplaceable):
    """It would run into ``following`` by ``by_ms``."""

    def __init__(self, text: str, at_ms: int, following: str, by_ms: int) -> None:
        super().__init__(text, at_ms, f"runs {by_ms} ms into {following!r}")
        self.following, self.by_ms = following, by_ms


class Outside(Unplaceable):
    """It does not fit between the start and the end of the reel."""

    def __init__(self, text: str, at_ms: int) -> None:
        super().__init__(
            text,
            at_ms,
            "is not inside the reel: leave 96 ms before the first phrase, and room after the last",
        )


class Missing(AudioError):
    """``text`` is not in the bank."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is not in the bank: build it again")
        self.text = text


class DamagedBank(AudioError):
    """The bank at ``path`` cannot be used."""

    def __init__(self, path: object, why: str) -> None:
        super().__init__(f"the bank {path} cannot be used ({why}): remove it, and build it again")
        self.path = path


class Replaced(AudioError):
    """The bank at ``path`` is not that of ``voice`` any more."""

    def __init__(self, path: object, voice: str) -> None:
        super().__init__(f"the bank {path} is not that of {voice!r} any more: another build has made it anew")
        self.path, self.voice = path, voice


class Unencodable(AudioError):
    """``text`` was not spoken in a way that can be used; ``why`` says what to change."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"{text!r}: {why}")
        self.text, self.why = text, why
