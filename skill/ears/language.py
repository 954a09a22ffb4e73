"""The language model: which words follow which in our own sentences, and how each is pronounced.

It is made when it is needed, in under a second; written beside the model it would be a megabyte more to keep in step with it.
PocketSphinx brings what makes it, trigrams with a fixed discount, and CMU's dictionary. What of our words that lacks is in a
file beside this one, named like PocketSphinx's model, in the same phonemes.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

DISCOUNT: Final = 0.15
"""The share of what is likely that is left to what is in none of the sentences. Of 46 commands by three voices 103 were
understood at 0.15, 99 at 0.5, PocketSphinx's own choice, and 104 at 0.05."""

Pronunciations = Mapping[str, tuple[str, ...]]
"""A word → the ways it is said, in ARPAbet."""


def pronunciations(*files: Path) -> Pronunciations:
    """Every word of some dictionaries, whose lines are a word and its phonemes: "read(2) R EH D"."""
    found: dict[str, tuple[str, ...]] = {}
    for file in files:
        for line in file.read_text("utf-8").splitlines():
            word, _, phonemes = line.partition(" ")
            bare = word.partition("(")[0]
            found[bare] = (*found.get(bare, ()), phonemes.strip())
    return found


def write(sentences: Iterable[str], known: Pronunciations, folder: Path) -> tuple[Path, Path]:
    """Writes the language model of some sentences to a folder, and the dictionary of their words.

    A sentence with a word that nobody knows how to pronounce is left out.
    """
    from pocketsphinx.lm import ArpaBoLM  # noqa: PLC0415  # an extra

    told = [one for one in sentences if all(word in known for word in one.split())]
    model = ArpaBoLM(add_start=True, discount_mass=DISCOUNT)
    model.read_corpus(told)
    model.compute()
    language, dictionary = folder / "ours.arpa", folder / "ours.dict"
    with language.open("w", encoding="utf-8") as file:
        model.write(file)
    lines = []
    for word in sorted({word for one in told for word in one.split()}):
        for number, phonemes in enumerate(known[word], 1):
            lines.append(f"{word}({number}) {phonemes}" if number > 1 else f"{word} {phonemes}")
    dictionary.write_text("\n".join(lines) + "\n", "utf-8")
    return language, dictionary
