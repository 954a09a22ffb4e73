"""Backbeat's errors, in one tree.

    BackbeatError
    ├── ContentError          a content file is wrong: every mistake, with file and field
    ├── SettingsError         a setting is missing or wrong: what to set, and to what
    ├── StoreError            progress could not be read or kept
    │   └── Conflict          ... because what was read is not what is kept any more: read it again
    ├── Damaged               a saved value cannot be read
    │   └── Newer             ... because a newer Backbeat wrote it
    ├── VoiceUnusable         our own voice is missing, damaged or incomplete: what to run
    ├── OverLimit             a reply would break a limit of the platform it is for
    └── Rejected              a request is not from Alexa, or not for this skill: answer 400

What a person says is never an error: it is an event, and has a reply.
"""


class BackbeatError(Exception):
    """Anything that goes wrong in here; its text is one line that says what to do."""


class ContentError(BackbeatError):
    """The content cannot be used. ``mistakes`` holds a line for each: file, field, what is wrong."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class SettingsError(BackbeatError):
    """A setting is missing or wrong."""


class StoreError(BackbeatError):
    """Progress could not be read or kept."""


class Conflict(StoreError):
    """Somebody else has kept or deleted progress since we read it."""

    def __init__(self) -> None:
        super().__init__("progress was changed by another turn at the same time: read it again")


class Damaged(BackbeatError):
    """A saved value is not what we wrote."""


class Newer(Damaged):
    """A saved value was written by a newer Backbeat. ``version`` is the one it names."""

    def __init__(self, version: int) -> None:
        super().__init__(f"saved as version {version}, which this Backbeat does not know yet")
        self.version = version


class VoiceUnusable(BackbeatError):
    """Our own voice cannot be used."""


class OverLimit(BackbeatError):
    """``what`` would be ``size``, over its ``limit`` on the platform."""

    def __init__(self, what: str, size: int, limit: int) -> None:
        super().__init__(f"{what} is {size}, over the limit of {limit}")
        self.what, self.size, self.limit = what, size, limit


class Rejected(BackbeatError):
    """A request that must not be answered. Its text is for the operator's log, never for the sender."""
