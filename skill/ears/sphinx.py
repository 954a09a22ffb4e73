"""PocketSphinx: a recogniser whose model is in its package. A tenth of a second of CPU for a command.

It knows nothing but our sentences' words, in the orders they come in, and so takes everything for them; how sure it is says whether it was one.
"""

import threading
from array import array
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from skill.ears import INSTALL, Guess, NoEars
from skill.ears.language import pronunciations, write

PEAK: Final = 10_000
"""What the loudest sample of an utterance is brought to: how loud somebody speaks says nothing."""

MEAN: Final = "52.2,0.7,1.5,2.4,-1.0,-2.6,1.6,-1.4,-5.3,-1.6,2.1,-1.4,-0.6"
"""What is taken off the cepstrum."""


class Sphinx:
    """What makes a `Recogniser` for each microphone; all share one decoder, and are answered one at a time.

    Args:
        sentences: what it listens for, in lower case, the likelier ones several times; see `interaction_model.aloud`.
        ours: how words are pronounced that its own dictionary lacks; it is named like PocketSphinx's model.

    Raises:
        NoEars: it is not installed.
    """

    def __init__(self, sentences: Iterable[str], ours: Path) -> None:
        try:
            from pocketsphinx import Decoder, get_model_path  # noqa: PLC0415  # an extra
        except ImportError as error:
            raise NoEars(f"what recognises speech is not installed: {INSTALL}") from error
        model = Path(get_model_path(ours.stem))
        known = pronunciations(model / f"cmudict-{ours.name}", ours)
        with TemporaryDirectory(prefix="backbeat-ears-") as folder:
            language, dictionary = write(sentences, known, Path(folder))
            self._decoder = Decoder(
                hmm=str(model / ours.stem), lm=str(language), dict=str(dictionary), loglevel="FATAL"
            )
        self._lock = threading.Lock()

    def recogniser(self) -> "Ear":
        """For one microphone: it gets used to who speaks there."""
        return Ear(self)

    def decoded(self, pcm: bytes, mean: str) -> tuple[Guess, str]:
        """The words of an utterance, and the mean of the cepstrum after it."""
        with self._lock:
            decoder = self._decoder
            decoder.start_stream()  # deprecated, and yet without it the noise of what was heard before is taken off this
            decoder.set_cmn(mean)
            decoder.start_utt()
            decoder.process_raw(pcm)
            decoder.end_utt()
            found = decoder.hyp()
            text = found.hypstr if found else ""
            sure = min(found.prob, 1.0) ** (1 / len(text.split())) if text else 0.0  # a word, on the average
            return Guess(text, sure), decoder.get_cmn(update=True)


class Ear:
    """A Recogniser."""

    def __init__(self, sphinx: Sphinx) -> None:
        self._sphinx, self._mean = sphinx, MEAN

    def recognise(self, pcm: bytes) -> Guess:
        """The words of an utterance."""
        guess, self._mean = self._sphinx.decoded(level(pcm), self._mean)
        return guess


def level(pcm: bytes) -> bytes:
    """The same as loud as `PEAK`."""
    samples = array("h", pcm)
    loudest = max(map(abs, samples), default=0) or 1
    return array("h", (one * PEAK // loudest for one in samples)).tobytes()
