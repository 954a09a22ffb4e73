"""All figures on one sheet, and as pictures: `python -m tests.figures.sheet` writes them anew.

The sheet is drawn by our own code, and a test compares. Making PNGs of it and of the stills takes librsvg
(apt: librsvg2-bin), which nothing else needs.
"""

import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from html import escape
from itertools import islice
from pathlib import Path

from skill.content.reader import catalogue
from skill.figures.drawing import HEIGHT, WIDTH, Page
from skill.figures.movement import Figure
from skill.figures.picture import Picture, Role, moment, still
from skill.figures.reader import looks
from skill.figures.svg import drawn, style

ROOT = Path(__file__).parent.parent.parent
SHEET = "figures.svg"
DOCS = ROOT / "docs"
ART = ROOT / "skill/alexa/art/figures"
CELLS, COLUMNS = 6, 2
SCALE = 0.4
LABEL = 30
PEN = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
PAPER = "#ffffff"
CARD = (720, 480)
"""As a card's large picture: three by two."""


def sheet() -> str:
    """docs/figures.svg: of each that looks different its start, half-way, where each of its moves ends, and its still."""
    found = list(looks(catalogue()))
    rows = -(-len(found) // COLUMNS)
    cell, row = round(WIDTH * SCALE), round(HEIGHT * SCALE) + LABEL
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {COLUMNS * CELLS * cell} {rows * row}" {PEN}>',
        f"<style>{style(Role, plain=True)}text{{font:15px sans-serif;fill:#22303c}}.l{{stroke:#e6ebef}}</style>",
        f'<rect width="100%" height="100%" fill="{PAPER}"/>',
    ]
    for nth, figure in enumerate(found):
        left, top = nth // rows * CELLS * cell, nth % rows * row
        lines.append(f'<text x="{left + 12}" y="{top + 21}">{escape(title(figure))}</text>')
        for column, picture in enumerate(islice(pictures(figure), CELLS)):
            place = f'x="{left + column * cell}" y="{top + LABEL}" width="{cell}" height="{row - LABEL}"'
            lines.append(f'<svg {place} viewBox="0 0 {WIDTH} {HEIGHT}">{drawn(picture)}</svg>')
        lines.append(f'<path class="l" d="M{left} {top}h{CELLS * cell}"/>')
    return "\n".join((*lines, "</svg>\n"))


def title(figure: Figure) -> str:
    """What it is, for people."""
    name = catalogue().exercises[figure.slug].name
    return f"{name}, {figure.form}"


def pictures(figure: Figure) -> Iterator[Picture]:
    """Start, half-way, the ends, the still."""
    page = Page(figure)
    first = figure.motions[0]
    yield moment(page, first, 0)
    yield moment(page, first, 0.5)
    for motion in figure.motions:
        yield moment(page, motion, 1)
    yield still(page)


def card(figure: Figure) -> str:
    """A still on paper of its own, as wide as a card's picture."""
    width, height = CARD
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {PEN}>'
        f"<style>{style(Role, plain=True)}</style>"
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>'
        f'<svg x="{(width - WIDTH) // 2}" width="{WIDTH}" height="{HEIGHT}">{drawn(still(Page(figure)))}</svg></svg>\n'
    )


def png(svg: str, width: int) -> bytes:
    """An SVG as a PNG, which tells by a comment of what it is one."""
    drawn = subprocess.run(["rsvg-convert", "--width", str(width)], input=svg.encode(), capture_output=True, check=True)  # fmt: skip
    told = b"tEXtSource\0" + digest(svg).encode()
    chunk = struct.pack(">I", len(told) - 4) + told + struct.pack(">I", zlib.crc32(told))
    return drawn.stdout[:HEADER] + chunk + drawn.stdout[HEADER:]


HEADER = 33
"""Bytes of a PNG before its second chunk."""


def digest(svg: str) -> str:
    """What a PNG says that it was made of."""
    return sha256(svg.encode()).hexdigest()


@cache
def art() -> dict[str, str]:
    """The PNGs of stills that we ship, by their names, as SVG."""
    return {f"{figure.slug}.{figure.form}.png": card(figure) for figure in looks(catalogue())}


def write() -> None:
    """All of it."""
    (DOCS / SHEET).write_text(sheet(), "utf-8")
    (DOCS / "figures.png").write_bytes(png(sheet(), 1600))
    ART.mkdir(exist_ok=True)
    for name, svg in art().items():
        (ART / name).write_bytes(png(svg, CARD[0]))


if __name__ == "__main__":
    try:
        write()
    except FileNotFoundError:
        sys.exit("This takes rsvg-convert: apt-get install librsvg2-bin")
