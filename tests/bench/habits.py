"""What people of a soak do with their speaker, by where they are: each thing with how often it is done.

An intent by its name is said as it is; after "ask" it is in a session of its own, after "press" it is a button.
"""

from collections.abc import Mapping

SESSION: Mapping[str, int] = {
    "AMAZON.YesIntent": 30,
    "ReadyIntent": 10,
    "AMAZON.NextIntent": 10,
    "StraightThroughIntent": 10,
    "HowManyIntent": 6,
    "AMAZON.RepeatIntent": 5,
    "silence": 4,
    "AMAZON.StopIntent": 4,
    "AMAZON.PauseIntent": 3,
    "AMAZON.PreviousIntent": 3,
    "AMAZON.NoIntent": 3,
    "SetBySetIntent": 3,
    "RepsIntent": 3,
    "EasierIntent": 2,
    "SlowerIntent": 2,
    "FasterIntent": 2,
    "AMAZON.HelpIntent": 2,
    "ListIntent": 1,
    "HurtsIntent": 1,
    "exit": 1,
}
"""What they do when they were asked something, and how often."""

STREAM: Mapping[str, int] = {
    "listen": 20,
    "AMAZON.PauseIntent": 20,
    "AMAZON.NextIntent": 14,
    "AMAZON.StopIntent": 5,
    "AMAZON.PreviousIntent": 4,
    "press Pause": 5,
    "press Next": 5,
    "ask HowManyIntent": 4,
    "ask SlowerIntent": 3,
    "ask SetBySetIntent": 1,
    "pause here": 5,
    "open": 2,
    "fail": 1,
}
"""While a stream plays."""

LISTENING: Mapping[str, int] = {"listen": 1}
"""The same, for whoever hears everything out."""

REST: Mapping[str, int] = {
    "open": 30,
    "AMAZON.ResumeIntent": 20,
    "press Play": 8,
    "ask StraightThroughIntent": 10,
    "ask BeginIntent": 3,
}
"""While nothing is going on."""

SLOTS: Mapping[str, tuple[str, tuple[int, ...]]] = {
    "RepsIntent": ("amount", (3, 4, 5, 6)),
    "BeginIntent": ("minutes", (5, 6, 10, 20)),
}
"""What they name besides."""
