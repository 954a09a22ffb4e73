"""What the code cites of `docs/` is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_article import FACTS

ROOT = Path(__file__).parent.parent
PAGES = {"platform": "platform-facts.md", "content": "content-facts.md"}
CITED = re.compile(
    r"(?:(platform|content) )?\bfacts, (?:sections? |cards? )?(\d+(?:\.\d+)?(?:(?:, | and )\d+(?:\.\d+)?)*)"
)
IDS = re.compile(r"\b([GPKHW]\d+)(?:-([GPKHW]?)(\d+))?\b")


def sections(page: str) -> set[str]:
    """The numbers of a page's headings."""
    text = (ROOT / "docs" / PAGES[page]).read_text("utf-8")
    return set(re.findall(r"^#{2,3} (\d+(?:\.\d+)?)\.? ", text, re.MULTILINE))


def cited(text: str) -> Iterator[tuple[str, str]]:
    """Each page and section a text cites; where it names no page, it is the content's."""
    for page, numbers in CITED.findall(re.sub(r"\n[\s#]*", " ", text)):
        yield from ((page or "content", number) for number in re.findall(r"\d+(?:\.\d+)?", numbers))


def ids(text: str) -> set[str]:
    """The article's ids in a text: "P1-P3" is three."""
    found = set()
    for first, _, last in IDS.findall(text):
        letter, start = first[0], int(first[1:])
        found |= {f"{letter}{number}" for number in range(start, int(last or start) + 1)}
    return found


FILES = [
    path
    for room in ("audio", "skill", "interaction_model", "tests")
    for kind in ("*.py", "*.toml", "*.md")
    for path in sorted((ROOT / room).rglob(kind))
    if path != Path(__file__)
] + [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]


def test_there_are_citations_to_hold():
    found = [one for path in FILES for one in cited(path.read_text("utf-8"))]
    assert len(found) > 40
    assert {page for page, _ in found} == set(PAGES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_section_that_is_cited_is_there(path):
    missing = [
        (page, number) for page, number in cited(path.read_text("utf-8")) if number not in sections(page)
    ]
    assert missing == []


def test_every_fact_of_the_article_that_is_cited_is_there():
    known = ids((ROOT / "docs" / PAGES["content"]).read_text("utf-8"))
    told = {fact.split()[0] for fact in FACTS}
    noted = set()
    for path in sorted((ROOT / "skill/content").rglob("*.toml")):
        noted |= {
            one
            for group in re.findall(r"\(facts ([GPKHW][^)]*)\)", path.read_text("utf-8"))
            for one in ids(group)
        }
    assert len(noted) > 20
    assert (told | noted) - known == set()


SAMPLES = {
    "(platform facts, section 2)": [("platform", "2")],
    "(platform facts, sections 2 and 3)": [("platform", "2"), ("platform", "3")],
    "The rules: platform facts, sections 1, 2, 3,\n    # 5 and 10.": [
        ("platform", n) for n in ("1", "2", "3", "5", "10")
    ],
    '(content facts, section 9, "Length")': [("content", "9")],
    "(facts, card 4.10)": [("content", "4.10")],
    "see the content facts, 4.1)": [("content", "4.1")],
    "platform facts, section 99": [("platform", "99")],
    "as a matter of facts, nothing": [],
}


@pytest.mark.parametrize("text", SAMPLES)
def test_a_citation_is_found_however_it_is_written(text):
    assert list(cited(text)) == SAMPLES[text]


def test_a_section_that_is_not_there_is_missed():
    assert "99" not in sections("platform")
    assert {"1", "6", "6.4", "8"} <= sections("platform")
    assert {"3", "4.1", "4.10", "9"} <= sections("content")


def test_a_span_of_ids_is_all_of_them():
    assert ids("(facts P11-P13, K2)") == {"P11", "P12", "P13", "K2"}
