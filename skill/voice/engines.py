"""The engines that can speak for us. Only what is asked for is loaded: each needs what others do not."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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
    try:
        with ExitStack() as stack:
            yield _made(name, locale, model, style, stack)
    except ImportError as error:
        raise NoVoice(locale, f'{name} is not installed: pip install "backbeat[{name}]"') from error


def _made(name: str, locale: str, model: Path, style: str, stack: ExitStack) -> Voice:
    if name == "kokoro":
        from audio.voices.kokoro import Kokoro  # noqa: PLC0415  # an extra
        from audio.voices.kokoro.files import fetch  # noqa: PLC0415  # likewise

        fetch(model, style)
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
        try:
            from audio.voices.kokoro import Kokoro  # noqa: PLC0415  # an extra

            voice: Voice = stack.enter_context(Kokoro(folder, style, locale))
        except (ImportError, NoVoice):
            continue
        if chosen.name != YOURS or voice.name == bank.voice:
            return voice
    try:
        from audio.voices.espeak import Espeak  # noqa: PLC0415  # an extra

        voice = stack.enter_context(Espeak(locale))
    except ImportError as error:
        raise VoiceUnusable('no voice is installed here: pip install "backbeat[espeak]"') from error
    if chosen.name == YOURS and voice.name != bank.voice:
        raise VoiceUnusable(f"the bank was spoken by {bank.voice}, which is not installed here")
    return voice
