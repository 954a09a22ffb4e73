"""The engines that can speak for us. Only what is asked for is loaded: each needs what others do not."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from audio.bank import Bank
from audio.voices import NoVoice, Voice
from skill.errors import VoiceUnusable
from skill.voice.voices import STYLES, YOURS, Chosen

NAMES = ("espeak", "kokoro", "piper", "gtts")
"""By which they are asked for."""

KOKORO = "kokoro"
"""The folder in the data folder where its model is, once it was fetched."""


@contextmanager
def engine(name: str, locale: str, model: Path, style: str) -> Iterator[Voice]:
    """An engine, until it is not needed any more.

    ``model`` is the folder of Kokoro's files, into which what is missing is fetched, or the file of a Piper voice; ``style`` is whose
    voice Kokoro's is. Raises NoVoice.
    """
    if name == "kokoro":
        from audio.voices.kokoro.files import fetch  # noqa: PLC0415  # an extra

        fetch(model, style)
    with ExitStack() as stack:
        yield _made(name, locale, model, style, stack)


def _made(name: str, locale: str, model: Path, style: str, stack: ExitStack) -> Voice:
    if name == "kokoro":
        from audio.voices.kokoro import Kokoro  # noqa: PLC0415  # an extra

        return stack.enter_context(Kokoro(model, style, locale))
    if name == "piper":
        from audio.voices.piper import Piper  # noqa: PLC0415  # an extra

        return stack.enter_context(Piper(model, locale))
    if name == "gtts":
        from audio.voices.gtts import Gtts  # noqa: PLC0415  # an extra

        return Gtts(locale)
    from audio.voices.espeak import Espeak  # noqa: PLC0415  # an extra

    return stack.enter_context(Espeak(locale))


@contextmanager
def best(chosen: Chosen, bank: Bank, locale: str) -> Iterator[Voice]:
    """What speaks more of a voice: for an installation's own, the very same; for one that comes with us, the best there is here.

    Nothing is fetched for that. Raises NoVoice; VoiceUnusable where only another would be had.
    """
    with ExitStack() as stack:
        yield _best(chosen, bank, locale, stack)


def _best(chosen: Chosen, bank: Bank, locale: str, stack: ExitStack) -> Voice:
    folder = (chosen.more or chosen.file).path.parent / KOKORO
    for style in (STYLES[chosen.name],) if chosen.name in STYLES else STYLES.values():
        with suppress(NoVoice):  # the next is tried
            voice = _made("kokoro", locale, folder, style, stack)
            if chosen.name != YOURS or voice.name == bank.voice:
                return voice
    voice = _made("espeak", locale, folder, "", stack)
    if chosen.name == YOURS and voice.name != bank.voice:
        raise VoiceUnusable(f"the bank was spoken by {bank.voice}, which is not installed here")
    return voice
