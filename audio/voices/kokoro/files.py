"""The files that Kokoro needs, 93 MB: fetched once, where there is internet, and known by their sums.

The model is the one that kokoro-onnx publishes; a style is what makes it somebody's voice, one of those that
onnx-community publishes. All are Kokoro-82M's, by hexgrad, under the Apache License 2.0; the form of the model is kokoro-onnx's, MIT.
"""

import hashlib
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from audio.voices import NoVoice


@dataclass(frozen=True, slots=True)
class Pinned:
    """A file that is the right one or none."""

    name: str
    sha256: str
    source: str
    """What its name is put behind to have its address."""

    def found(self, folder: Path) -> Path:
        """Where it is. Raises NoVoice: it is not there, or it is another."""
        path = folder / self.name
        try:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            why = f"{path} cannot be read ({error.strerror}). The file is at {self.source}{self.name}"
            raise NoVoice(self.name, why) from error
        if sha256 != self.sha256:
            why = f"{path} is not the file it should be. Remove it; the right one is at {self.source}{self.name}"
            raise NoVoice(self.name, why)
        return path

    def fetch(self, folder: Path) -> None:
        """Have it in a folder. What is there and right is left alone; what is wrong, replaced. Raises NoVoice."""
        with suppress(NoVoice):
            self.found(folder)
            return
        try:
            import pooch  # noqa: PLC0415  # an extra, and only who fetches needs it
        except ImportError as error:
            raise NoVoice(self.name, 'kokoro is not installed: pip install "backbeat[kokoro]"') from error
        pooch.get_logger().setLevel("WARNING")
        url = self.source + self.name
        try:
            pooch.retrieve(url, f"sha256:{self.sha256}", self.name, folder, progressbar=sys.stderr.isatty())
        except (
            OSError,
            ValueError,
        ) as error:  # OSError is also every one of requests; ValueError is a wrong sum
            raise NoVoice(self.name, f"{url} cannot be had ({_why(error)}). Try again") from error


def _why(error: Exception) -> str:
    """What led to an error, without what wraps it."""
    while isinstance(error.__context__, Exception):
        error = error.__context__
    return str(error).splitlines()[0]


@dataclass(frozen=True, slots=True)
class Style:
    """Somebody's voice."""

    file: Pinned
    tempo: float = 1.0
    """How much faster than by itself it speaks, so that all are equally fast."""


_MODELS = "https://github.com/thewh1teagle/kokoro-onnx/releases/download/model-files-v1.0/"
_STYLES = "https://huggingface.co/onnx-community/Kokoro-82M-v1.0-ONNX/resolve/1939ad2a8e416c0acfeecc08a694d14ef25f2231/voices/"

MODEL = Pinned(
    "kokoro-v1.0.int8.onnx", "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb", _MODELS
)

STYLES = {
    "af_heart": Style(
        Pinned("af_heart.bin", "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b", _STYLES)
    ),
    "am_michael": Style(
        Pinned("am_michael.bin", "1d1f21dd8da39c30705cd4c75d039d265e9bc4a2a93ed09bc9e1b1225eb95ba1", _STYLES),
        tempo=1.13,
    ),
}
"""A woman's voice, and a man's."""


def fetch(folder: Path, style: str) -> None:
    """Have the model and a style in a folder. Raises NoVoice."""
    for one in (MODEL, STYLES[style].file):
        one.fetch(folder)
