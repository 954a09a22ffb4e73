"""Says texts with espeak-ng, or spells them in phonemes. A separate program: Backbeat starts it, and they talk over pipes.

It links to libespeak-ng, which is under the GNU General Public License, version 3 or later (COPYING in this folder;
NOTICE says where its source is). It imports nothing of Backbeat's, and Backbeat runs it without importing it.

    python program.py <folder of espeakng_loader> <espeak voice> many|once

It greets with a line, ``{"version": …, "hz": …}``. Then it reads a line for each text, ``{"text": …, "rate": words
a minute, "seconds": a fork of ours may live}``, and answers with a line ``{"bytes": …}`` and that many bytes: signed
16-bit mono samples in the machine's order; or, for a text without a rate, its phonemes, as IPA in UTF-8. A line
``{"error": …}`` is its last. It ends when its input does.

espeak-ng keeps hidden state from one text to the next, and no call resets it: the same word comes out differently after
another. So nothing is ever said here, where it was initialised. ``many``: a fork says each text, and is gone.
``once``, where there is no fork: one text, and this program is gone.
"""

import ctypes
import json
import os
import signal
import sys

LIBRARY = {"win32": "espeak-ng.dll", "darwin": "libespeak-ng.dylib"}.get(sys.platform, "libespeak-ng.so")
DATA = b"espeak-ng-data"

# speak_lib.h
SYNCHRONOUS = 2
DONT_EXIT = 0x8000
RATE = 1
UTF8 = 1
BY_CHARACTER = 1
TIED_IPA = 0x82 | ord("^") << 8
"""Phonemes as IPA; one that is written in two letters has the tie "^" between them."""

Take = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


class Engine:
    """libespeak-ng, initialised, with one of its voices."""

    def __init__(self, folder: str, voice: str) -> None:
        self._c = ctypes.CDLL(f"{folder}{os.sep}{LIBRARY}")
        self._c.espeak_Info.restype = ctypes.c_char_p
        self._c.espeak_Synth.argtypes = [
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
            ctypes.c_void_p, ctypes.c_void_p,
        ]  # fmt: skip
        self._c.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._c.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
        # It keeps 160 bytes of its data's path, and looks elsewhere, without a word, when those lead nowhere.
        os.chdir(folder)
        self.hz: int = self._c.espeak_Initialize(SYNCHRONOUS, 0, DATA, DONT_EXIT)
        where = ctypes.c_char_p()
        self.version = str(self._c.espeak_Info(ctypes.byref(where)), "ascii")
        if self.hz <= 0 or where.value != DATA:
            raise OSError(f"espeak-ng {self.version} cannot use its data in {folder}")
        if self._c.espeak_SetVoiceByName(voice.encode()):
            raise OSError(f"espeak-ng {self.version} has no voice {voice!r}")

    def say(self, text: str, rate: int) -> bytes:
        """The samples of a text."""
        samples = bytearray()

        def take(wave: int | None, count: int, _events: int | None) -> int:
            if wave:
                samples.extend(ctypes.string_at(wave, 2 * count))
            return 0  # go on

        callback = Take(take)  # held until it is done
        self._c.espeak_SetSynthCallback(callback)
        self._c.espeak_SetParameter(RATE, rate, 0)
        utf8 = text.encode()
        if status := self._c.espeak_Synth(utf8, len(utf8) + 1, 0, BY_CHARACTER, 0, UTF8, None, None):
            raise OSError(f"espeak-ng {self.version} failed with status {status:#x}")
        return bytes(samples)

    def phonemes(self, text: str) -> bytes:
        """Its phonemes, the clauses one after another."""
        left = ctypes.c_char_p(text.encode())
        clauses = []
        while left.value:
            clauses.append(self._c.espeak_TextToPhonemes(ctypes.byref(left), UTF8, TIED_IPA))
        return b" ".join(clauses)


def answer(line: dict[str, str | int], told: bytes = b"") -> None:
    """Tell Backbeat."""
    sys.stdout.buffer.write(json.dumps(line).encode() + b"\n" + told)
    sys.stdout.buffer.flush()


def say(engine: Engine, wish: dict[str, str | int]) -> None:
    """Say or spell one text, in a process that does no other."""
    text = str(wish["text"])
    told = engine.say(text, int(wish["rate"])) if "rate" in wish else engine.phonemes(text)
    answer({"bytes": len(told)}, told)


def say_in_a_fork(engine: Engine, wish: dict[str, str | int]) -> None:
    """Say one text, and stay as we were."""
    fork = os.fork()
    if fork == 0:
        failed = 1
        try:
            signal.alarm(int(wish["seconds"]))  # if everyone who would have stopped it is gone
            say(engine, wish)
            failed = 0
        except OSError as error:
            answer({"error": str(error)})
        finally:
            os._exit(failed)
    if os.waitpid(fork, 0)[1]:
        # Half an answer may be under way, so nothing after it could be understood.
        sys.exit("espeak-ng: a fork failed")


def main(folder: str, voice: str, how_often: str) -> None:
    """Answer every line of the input."""
    try:
        engine = Engine(folder, voice)
        answer({"version": engine.version, "hz": engine.hz})
        for line in sys.stdin.buffer:
            wish = json.loads(line)
            if how_often == "once":
                say(engine, wish)
                break
            say_in_a_fork(engine, wish)
    except BrokenPipeError:
        os._exit(0)  # nobody is listening any more; leaving by the door would try to tell them once more
    except OSError as error:
        answer({"error": str(error)})


if __name__ == "__main__":
    main(*sys.argv[1:])
