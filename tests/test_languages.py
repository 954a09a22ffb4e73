"""Content takes another language without a line of code: German, beside our own, and what can be wrong with it."""

import ast
import copy
import pickle
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.estimate import estimate
from skill.coach.contract import LINES
from skill.coach.exercise import Catalogue, FormName
from skill.coach.timeline.edition import Edition
from skill.coach.words import Name, capital
from skill.content.fit import misfits
from skill.content.reader import catalogue, languages, read, read_all
from skill.errors import ContentError
from tests.german import ADDED, german_content
from tests.test_catalogue import matched, mistakes

ROOT = Path(__file__).parent.parent
ENGLISH = catalogue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Content in two languages."""
    return german_content(tmp_path_factory.mktemp("languages") / "content")


@pytest.fixture(scope="module")
def german(folder) -> Catalogue:
    return read(folder, "de")


# --- Two languages in one folder ------------------------------------------------------------------------------


def test_both_languages_are_read_the_default_first(folder):
    assert languages(folder) == tuple(read_all(folder)) == ("en", "de")
    assert [(one.language, one.locale) for one in read_all(folder).values()] == [
        ("en", "en-US"),
        ("de", "de-DE"),
    ]


def test_the_default_language_is_read_where_nobody_says_which(folder):
    assert read(folder).language == read(folder, "en").language == "en"
    assert catalogue() is catalogue(languages()[0])


def test_a_language_that_is_not_there_is_named(folder):
    for reading in (lambda: read(folder, "fr"), lambda: catalogue("fr")):
        with pytest.raises(ContentError) as caught:
            reading()
        assert caught.value.mistakes == ("words/fr.toml: there are no words for this language",)


def test_english_is_what_it_is_without_german(folder):
    beside = read(folder, "en")
    for part in ("exercises", "routines", "muddles", "default", "words", "language", "locale"):
        assert getattr(beside, part) == getattr(ENGLISH, part), part


def test_a_language_has_what_is_told_in_it(german):
    assert german.exercises.keys() == {"hamstring_stretch", "knee_rolls", "pelvic_tilt"}
    assert german.routines.keys() == {german.default} == {"kurz"}
    assert german.muddles.keys() == {"knees"}


def test_no_remark_of_an_editor_is_spoken(german):
    for exercise in german.exercises.values():
        for text in (*exercise.about, *exercise.usual.steps, *exercise.mistakes, *exercise.cautions):
            assert not re.search(r"Artikel|von uns|Merkblatt", text), text


def test_the_numbers_are_the_same_in_every_language(german):
    for slug, exercise in german.exercises.items():
        for form in FormName:
            ours, theirs = exercise.form(form), ENGLISH.exercises[slug].form(form)
            assert (ours.tempo, ours.dose, ours.order) == (theirs.tempo, theirs.dose, theirs.order)
            assert [move.side for move in ours.moves] == [move.side for move in theirs.moves]


def test_german_fits_its_beats(german):
    assert list(misfits(Edition(german, estimate))) == []


# --- Names in the forms that sentences need -------------------------------------------------------------------


def test_a_name_stands_in_a_sentence_in_the_form_it_asks_for(german):
    words, name = german.words, german.exercises["pelvic_tilt"].name
    side, stretch = words.sides["left"], german.exercises["hamstring_stretch"].name
    assert words.line("place_set", set=words.number(2), name=name) == "Satz zwei des Beckenkippens"
    assert words.line("exercise_done", name=name) == "Das war das Beckenkippen."
    assert words.line("ask_do_it", name=name) == "Möchtest du jetzt mit dem Beckenkippen anfangen?"
    assert words.line("skipping", name=name) == "Alles klar, weiter ohne Beckenkippen."
    assert words.line("place_side", side=side, name=stretch) == "die linke Seite der Beinrückendehnung"


def test_a_number_agrees_with_what_it_counts(german):
    words, unit = german.words, german.exercises["knee_rolls"].usual.unit
    gender = unit[0].forms["gender"]
    assert words.line("dose_reps", reps=words.number(1, gender), unit=unit[0]) == "Wir machen eine Runde."
    assert words.line("dose_reps", reps=words.number(2, gender), unit=unit[1]) == "Wir machen zwei Runden."
    assert (words.number(1), words.number(1, "m"), words.number(100, gender)) == ("eins", "eins", "hundert")
    assert ENGLISH.words.number(1, gender) == "one"


def test_a_name_begins_a_sentence_in_each_of_its_forms():
    name = capital(Name("dein Programm", {"of_the": "deines Programms"}))
    assert f"{name}, {name:of_the}" == "Dein Programm, Deines Programms"
    assert capital("dein Programm") == "Dein Programm"


def test_a_form_that_a_name_has_not_got_is_an_error():
    with pytest.raises(ValueError, match="'Beckenkippen' has no form 'of_teh'"):
        "{name:of_teh}".format(name=Name("Beckenkippen", {"of_the": "des Beckenkippens"}))


@given(st.text(), st.dictionaries(st.text(min_size=1), st.text()))
def test_a_name_is_its_plain_text_but_for_its_forms(text: str, forms: Mapping[str, str]) -> None:
    name = Name(text, forms)
    assert (name, hash(name), f"{name}", str(name), name + "") == (text, hash(text), text, text, text)
    assert {name: 1}[text] == 1
    for again in (pickle.loads(pickle.dumps(name)), copy.copy(name), copy.deepcopy(name)):
        assert (type(again), again, again.forms) == (Name, text, forms)
    with pytest.raises(AttributeError):
        name.forms = {}


@given(st.lists(st.text(), min_size=2))
def test_names_are_listed_in_order_the_last_two_apart(names: list[str]) -> None:
    assert ENGLISH.words.listing(names) == f"{', '.join(names[:-1])} and {names[-1]}"


def test_one_name_is_listed_as_it_is_and_a_language_lists_as_it_likes(german):
    assert (ENGLISH.words.listing([]), ENGLISH.words.listing([Name("tilt")])) == ("", "tilt")
    assert german.words.listing(("Knie", "Hüfte", "Fuß")) == "Knie, Hüfte und Fuß"


@pytest.mark.parametrize("line", LINES)
def test_every_line_can_be_said_of_every_name(german, line):
    for content in (german, ENGLISH):
        exercises = content.exercises.values()
        units = [one for each in exercises for form in FormName for one in each.form(form).unit]
        names = {
            "name": [exercise.name for exercise in exercises],
            "title": [
                each.form(form).title for each in exercises for form in FormName if each.form(form).title
            ],
            "unit": units,
            "side": list(content.words.sides.values()),
            "routine": [routine.name for routine in content.routines.values()],
        }
        for value in LINES[line] or {""}:
            for name in names.get(value, ["x"]):
                assert content.words.line(line, **{**dict.fromkeys(LINES[line], Whatever()), value: name})


class Whatever(Name):
    """A name with whatever form it is asked for."""

    def __new__(cls) -> Self:
        return super().__new__(cls, "x")

    def __format__(self, form: str) -> str:
        return str(self)


# --- Content with a mistake in it -----------------------------------------------------------------------------

TILT, ROLLS, KURZ = "exercises/pelvic_tilt.toml", "exercises/knee_rolls.toml", "routines/kurz.toml"
DE, EN, SAFE = "words/de.toml", "words/en.toml", "safety/de.toml"

RIGHT = 'side = "right"\nin = "Beide'
ROUTINE = 'routine = "kurz"'
"""Some words of our German, to be put wrong."""

MISTAKES = {  # what was changed: the file, from, to; and the lines about it, as `tests.test_catalogue` has them
    # Which languages there are
    "a table for a language without words": (
        KURZ, "[de]", '[fr]\nname = "le dos"\nsynonyms = ["le dos"]\n[de]',
        f"{KURZ}: fr: there are no words for this language: words/fr.toml",
        *(f"{KURZ}: items.{i}.exercise: … is not told in fr" for i in range(3)),
    ),
    "an unknown table": (TILT, "[usual]", "[level]\n[usual]", f"{TILT}: level: Extra"),
    "a language that is no table": (TILT, "kit =", "fr = 3\nkit =", f"{TILT}: fr: Extra"),
    "no language": (KURZ, "[de]", "[text]", f"{KURZ}: text: Extra", f"{KURZ}: (the whole file): is in no language"),
    "two defaults": (DE, ROUTINE, f"default = true\n{ROUTINE}", "words/: default: … not ['de', 'en']"),
    "no default": (EN, "default = true", "", "words/: default: exactly one language is the default, not none"),
    "no locale": (DE, 'locale = "de-DE"', "", f"{DE}: locale: Field required"),
    "half a locale": (DE, '"de-DE"', '"de"', f"{DE}: locale: String should match"),
    "another's locale": (DE, '"de-DE"', '"en-GB"', f"{DE}: locale: 'en-GB' is not of this language"),
    # What is told in them
    "a step that is too long": (TILT, "Leg dich", "Und leg" + " dich" * 9, f"{TILT}: de.steps.0: 19 words"),
    "a capital in a synonym": (ROLLS, '"knierollen"', '"Knierollen"', f"{ROLLS}: de.synonyms.2: 'K' cannot stand"),
    "a word for two things": (
        ROLLS, '"knierollen"', '"beckenkippen"',
        f"{ROLLS}: de: 'beckenkippen' is used more than once", f"{TILT}: de: 'beckenkippen' is used more",
    ),
    "an exercise that is not told": (
        KURZ, '"hamstring_stretch"', '"bird_dog"',
        f"{KURZ}: items.2.exercise: 'bird_dog' is not told in de, and the routine is",
    ),
    "a form that is not told": (
        KURZ, '"knee_rolls"', '"knee_rolls", form = "easier"', f"{KURZ}: items.0.form: 'knee_rolls' has no steps in de",
    ),
    "other sides": (
        ROLLS, RIGHT, RIGHT.replace("right", "both"), f"{ROLLS}: de.usual.moves: both, left; but right, left in en",
    ),
    "no side": (ROLLS, RIGHT, RIGHT[15:], f"{ROLLS}: de.usual.moves: sides and the order 'alternate'"),
    "a form that moves as the usual one": (
        TILT, "[[de.easier.moves]]", "[[de.usual.moves]]",
        f"{TILT}: de.usual.moves: no side, no side; but no side in en", f"{TILT}: de.easier.moves: none; but no side in en",
    ),
    "a muddle of what is not told": (
        DE, '["knee_rolls"', '["bird_dog"', f"{DE}: muddles.knees.exercises: 'bird_dog' is not told in de",
    ),
    "a usual routine that is not told": (
        DE, ROUTINE, 'routine = "back_routine"', f"{DE}: routine: 'back_routine' is not told in de",
    ),
    "a usual routine that is not there": (
        DE, ROUTINE, 'routine = "lang"', f"{DE}: routine: there is no routine 'lang'",
    ),
    "a concern of its own": (
        SAFE, "[concerns.numb]", "[concerns.taub]", f"{SAFE}: concerns.numb: is missing",
        "safety/en.toml: concerns.taub: is missing; it is heard in another language",
    ),
    # What lines and names ask of one another
    "a missing line": (DE, 'hello = "Hallo."', "", f"{DE}: lines.hello: is missing"),
    "no list of two": (DE, "list_two", "list_both", f"{DE}: lines.list_two: is missing", f"{DE}: lines.list_both: "),
    "a name without a form": (
        TILT, ', of_the = "des Beckenkippens"', "", f"{TILT}: de.name: has no form 'of_the', which {DE}: lines.place_set",
    ),
    "a side without a form": (
        DE, '{ plain = "links", adjective = "linke" }', '"links"', f"{DE}: sides.left: has no form 'adjective', which",
    ),
    "a form that nothing has": (
        DE, "Satz {set} {name:of_the}", "Satz {set} {name:of_teh}", f"{DE}: lines.place_set: no {{name}} has the form 'of_teh'",
    ),
    "a form in English": (EN, '"the {name}"', '"{name:the}"', f"{EN}: lines.place_whole: no {{name}} has the form 'the'"),
    "a form of what is no name": (
        DE, "Noch vor dir: {where}", "Noch vor dir: {where:of_the}", f"{DE}: lines.left_here: {{where}} is mentioned as it is",
    ),
    "a name converted": (DE, "{name:of_the}", "{name!r}", f"{DE}: lines.place_set: {{name}} is mentioned as it is"),
    "a form within a form": (DE, "{name:of_the}", "{name:{set}}", f"{DE}: lines.place_set: no {{name}} has the form"),
    "a gender said aloud": (
        DE, 'rejoin = "{unit}', 'rejoin = "{unit:gender}', f"{DE}: lines.rejoin: no {{unit}} has the form 'gender'",
    ),
    "a gender without numbers": (
        ROLLS, 'gender = "f"', 'gender = "m"', f"{ROLLS}: de.unit.0.gender: {DE} has no numbers for it: counting.m",
    ),
    "a number for what is none": (DE, "eins = ", "ein = ", f"{DE}: … counting.f: ein is not among the numbers"),
    "forms without a plain one": (TILT, 'plain = "Beckenkippen", ', "", f"{TILT}: de.name: a name in several forms"),
    "a digit in a form": (TILT, "des Becken", "des 2. Becken", f"{TILT}: de.name.of_the: '2' cannot be spoken"),
    "a number for a form": (TILT, '"des Beckenkippens"', "2", f"{TILT}: de.name.of_the: Input should be"),
    "a number for a name": (DE, 'mat = "eine Matte"', "mat = 2", f"{DE}: kit.mat: Input should be"),
}  # fmt: skip


@pytest.fixture
def ours(tmp_path) -> Path:
    """Content in two languages, to be spoiled."""
    return german_content(tmp_path / "content")


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_with_its_file_and_language(ours, mistake):
    file, old, new, *expected = mistake
    text = (ours / file).read_text("utf-8")
    assert old in text
    (ours / file).write_text(text.replace(old, new, 1), "utf-8")
    found = mistakes(ours)
    assert matched(found, expected), found


def untold(ours: Path) -> None:
    """The words of German are gone."""
    (ours / DE).unlink()


def french(ours: Path) -> None:
    """An exercise is told in French, too."""
    told = (ADDED / ROLLS).read_text("utf-8").replace("[de", "[fr")
    (ours / ROLLS).write_text((ours / ROLLS).read_text("utf-8") + told, "utf-8")


FILES: Mapping[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "no safety": (lambda ours: (ours / SAFE).unlink(), (f"{SAFE}: cannot be read (No such file",)),
    "no words": (
        untold,
        tuple(
            f"{name}… there are no words for this language: {DE}"
            for name in (
                SAFE,
                "exercises/hamstring_stretch.toml: de",
                f"{ROLLS}: de",
                f"{TILT}: de",
                f"{KURZ}: de",
            )
        ),
    ),
    "an exercise in a third": (
        french,
        (f"{ROLLS}: fr: there are no words for this language: words/fr.toml",),
    ),
}


@pytest.mark.parametrize(("spoil", "expected"), FILES.values(), ids=FILES)
def test_files_that_do_not_belong_together_are_named(ours, spoil, expected):
    spoil(ours)
    found = mistakes(ours)
    assert matched(found, expected), found


def test_the_mistakes_of_all_languages_are_reported_at_once(ours):
    for file in (DE, EN):
        text = (ours / file).read_text("utf-8")
        (ours / file).write_text(re.sub("(?m)^hello =.*$", "", text), "utf-8")
    assert matched(mistakes(ours), (f"{DE}: lines.hello: is missing", f"{EN}: lines.hello: is missing"))


def test_a_word_may_mean_one_thing_in_each_language(ours):
    text = (ours / ROLLS).read_text("utf-8")
    (ours / ROLLS).write_text(text.replace('"knierollen"', '"tilt"', 1), "utf-8")
    assert "tilt" in read(ours, "de").exercises["knee_rolls"].synonyms


# --- No language in the code ----------------------------------------------------------------------------------

MODULES = {
    path.relative_to(ROOT).as_posix()
    for room in ("skill", "interaction_model")
    for path in (ROOT / room).rglob("*.py")
}

NAMED = re.compile(r"(?<![A-Za-z])en(-[A-Z]{2})?(?![A-Za-z])")
"""English, by the name it has in data."""


def said(tree: ast.Module) -> Iterator[str]:
    """Every string and every name in a module's code; what a docstring says is not code."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in told:
                yield text
            case (
                ast.Attribute(attr=text) | ast.Name(id=text) | ast.keyword(arg=str(text)) | ast.arg(arg=text)
            ):
                yield text


@pytest.mark.parametrize("name", sorted(MODULES))
def test_the_code_speaks_no_language_of_its_own(name):
    assert [text for text in said(ast.parse((ROOT / name).read_text("utf-8"))) if NAMED.search(text)] == []
