"""Says texts with Piper. A separate program: Backbeat starts it, and they talk over pipes.

It loads piper-tts, which is under the GNU General Public License, version 3 or later, as is the libespeak-ng in its wheel (NOTICE
in this folder says where their sources are). It imports nothing of Backbeat's, and Backbeat runs it without importing it.

    python program.py <JSON: folders to import from> <voice.onnx> <language>

It greets with a line, ``{"version": …, "hz": …}``. Then it reads a line for each text, ``{"text": …, "speed": 1 is the
voice's own}``, and answers with a line ``{"bytes": …, "sentences": [the bytes of each]}`` and that many bytes: signed 16-bit
mono samples in the machine's order. A line ``{"error": …}`` is its last. It ends when its input does.

Piper draws lots in two places, how it sounds and how long each sound is; with both noises at 0 the same text is the same bytes.
On one thread, so that they do not depend on how many cores there are. Its spelling keeps nothing from one text to the next.
"""

import json
import os
import sys
from importlib.metadata import version

Line = dict[str, object]


class Engine:
    """Piper, with a voice."""

    def __init__(self, path: str, language: str) -> None:
        try:
            import onnxruntime  # noqa: PLC0415  # where it is missing we say so
            from piper import PiperConfig, PiperVoice, SynthesisConfig  # noqa: PLC0415

            self.version = version("piper-tts")
            onnxruntime.set_default_logger_severity(3)  # errors only, and not that there is no graphics card
            one = onnxruntime.SessionOptions()
            one.intra_op_num_threads = one.inter_op_num_threads = 1
        except (ImportError, AttributeError) as error:
            raise OSError(
                f"piper cannot be loaded ({error}): "
                'pip install --force-reinstall "backbeat[piper]" installs it anew'
            ) from error
        try:
            with open(f"{path}.json", encoding="utf-8") as file:  # noqa: PTH123 - as Piper names it
                told = json.load(file)
            config = PiperConfig.from_dict(told)
            speaks = told.get("language", {}).get("family") or config.espeak_voice.partition("-")[0]
            session = onnxruntime.InferenceSession(path, one, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise OSError(
                f"{path} is no voice that piper can use ({in_a_line(error)}): "
                "give it the .onnx file of one, with its own .onnx.json beside it"
            ) from error
        if speaks != language:
            raise OSError(f"{path} speaks {speaks!r} and not {language!r}: give it a voice of that language")
        self._voice = PiperVoice(session=session, config=config)
        self._settings = SynthesisConfig
        self._length = config.length_scale
        self.hz: int = config.sample_rate

    def say(self, text: str, speed: float) -> list[bytes]:
        """The samples of each sentence in which there is something to say."""
        wish = self._settings(
            length_scale=self._length / speed, noise_scale=0.0, noise_w_scale=0.0, normalize_audio=False
        )
        try:
            chunks = list(self._voice.synthesize(text, wish))
        except Exception as error:
            raise OSError(f"piper {self.version} failed ({in_a_line(error)})") from error
        return [one.audio_int16_bytes for one in chunks if any(map(str.isalnum, "".join(one.phonemes)))]


def in_a_line(error: Exception) -> str:
    """What an error says, however many lines it takes."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def answer(line: Line, told: bytes = b"") -> None:
    """Tell Backbeat."""
    sys.stdout.buffer.write(json.dumps(line).encode() + b"\n" + told)
    sys.stdout.buffer.flush()


def main(folders: str, path: str, language: str) -> None:
    """Answer every line of the input."""
    sys.path += json.loads(folders)
    try:
        engine = Engine(path, language)
        answer({"version": engine.version, "hz": engine.hz})
        for line in sys.stdin.buffer:
            wish = json.loads(line)
            said = engine.say(wish["text"], wish["speed"])
            sizes = [len(one) for one in said]
            answer({"bytes": sum(sizes), "sentences": sizes}, b"".join(said))
    except BrokenPipeError:
        os._exit(0)  # nobody is listening any more; leaving by the door would try to tell them once more
    except OSError as error:
        answer({"error": str(error)})


if __name__ == "__main__":
    main(*sys.argv[1:])
