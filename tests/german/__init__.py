"""A second language, small and real: it shows that content takes another language without a line of code.

`content/` holds what it adds to our own: whole files where a file is its own, and for an exercise only its ``[de]``.
"""

from pathlib import Path

from skill.content.reader import CONTENT, ROOMS

ADDED = Path(__file__).parent / "content"


def german_content(folder: Path) -> Path:
    """Our content in ``folder``, which is made, and German besides."""
    for home in (CONTENT, ADDED):
        for path in sorted(path for room in ROOMS for path in (home / room).glob("*.toml")):
            copy = folder / path.relative_to(home)
            copy.parent.mkdir(parents=True, exist_ok=True)
            with copy.open("a", encoding="utf-8") as file:
                file.write("\n" + path.read_text("utf-8"))
    return folder
