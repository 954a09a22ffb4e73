"""The files Kokoro needs, 93 MB: fetched once, where there is internet, and known by their sums.

The model is the one that kokoro-onnx publishes; a style is what makes it one person's voice. All are under the Apache
License 2.0, Copyright hexgrad and the authors of kokoro-onnx.
"""

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

from audio.voices import VoiceError


@dataclass(frozen=True, slots=True)
class Pinned:
    """A file that is the right one or none."""

    name: str
    sha256: str
    source: str
    """The folder it is in, as an address."""

    def found(self, folder: Path) -> Path:
        """Where it is. Raises VoiceError: it is not there, or it is another."""
        path = folder / self.name
        try:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise VoiceError(
                self.name, f"it cannot be read from {folder} ({error.strerror}). It is at {self.source}{self.name}"
            ) from error
        if sha256 != self.sha256:
            raise VoiceError(
                self.name, f"{path} is not the file it should be. Remove it: the right one is at {self.source}{self.name}"
            )
        return path

    def fetch(self, folder: Path) -> None:
        """Have it in a folder; what is there and right is left alone. Raises VoiceError."""
        try:  # here and not above: only who fetches needs it
            import pooch  # noqa: PLC0415
        except ImportError as error:
            raise VoiceError(self.name, 'kokoro is not installed: pip install "backbeat[kokoro]"') from error
        pooch.get_logger().setLevel("WARNING")
        bar = sys.stderr.isatty()
        try:
            pooch.retrieve(self.source + self.name, f"sha256:{self.sha256}", self.name, folder, progressbar=bar)
        except (OSError, ValueError) as error:  # OSError is also every one of requests; ValueError is a wrong sum
            why = str(error).splitlines()[0]
            raise VoiceError(self.name, f"it cannot be fetched from {self.source} ({why})") from error


_MODELS = "https://github.com/thewh1teagle/kokoro-onnx/releases/download/model-files-v1.0/"
_STYLES = "https://huggingface.co/onnx-community/Kokoro-82M-v1.0-ONNX/resolve/1939ad2a8e416c0acfeecc08a694d14ef25f2231/voices/"

MODEL = Pinned(
    "kokoro-v1.0.int8.onnx", "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb", _MODELS
)

STYLES = {
    "af_heart": Pinned(
        "af_heart.bin", "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b", _STYLES
    ),
    "am_michael": Pinned(
        "am_michael.bin", "1d1f21dd8da39c30705cd4c75d039d265e9bc4a2a93ed09bc9e1b1225eb95ba1", _STYLES
    ),
}
"""A woman's voice, and a man's; both American."""


def fetch(folder: Path, style: str) -> None:
    """Have the model and a style in a folder. Raises VoiceError."""
    for one in (MODEL, STYLES[style]):
        one.fetch(folder)
