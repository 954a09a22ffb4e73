"""How fast a bank speaks: phrase by phrase, and as the coach says it, with a breath between sentences."""

from collections.abc import Iterator

from audio.bank import Bank
from audio.errors import Missing
from audio.voices import Pace
from skill.coach.exercise import Catalogue
from skill.coach.timeline.edition import Edition
from skill.voice.phrases import wanted


def told(content: Catalogue, bank: Bank) -> Iterator[str]:
    """A line for each pace, and one for the instructions."""
    said = {text: pace for text, pace in wanted(content).items() if text in bank and not text.startswith("[")}
    for pace in Pace:
        texts = [text for text in said if said[text] is pace]
        seconds = sum(bank[text].lasts_ms for text in texts) / 1000
        words = sum(len(text.split()) for text in texts)
        if texts:
            yield f"{pace}: {len(texts)} phrases, {seconds:.0f} s, {60 * words / seconds:.0f} words a minute"
    words, ms, lacking = 0, 0, 0
    edition = Edition(content, bank.measure)
    for form in (form for one in content.exercises.values() for form in [one.usual] if form.steps):
        text = " ".join(form.steps)
        try:
            ms += edition.spoken(text).lasts
            words += len(text.split())
        except Missing:
            lacking += 1
    if ms:
        yield (
            f"instructions, with a breath between sentences: {60_000 * words / ms:.0f} words a minute"
            + (f"; {lacking} exercises are not all there" if lacking else "")
        )
