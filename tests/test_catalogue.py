"""Our content says what the content facts say; and content with a mistake in it is refused, with file and field."""

import shutil
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from audio.estimate import estimate
from skill.coach.contract import LINES
from skill.coach.exercise import FormName, Order
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Piece, Plan, plan, start
from skill.content.reader import CONTENT, catalogue, read
from skill.errors import ContentError

# --- Our own content ------------------------------------------------------------------------------------------

EDITION = Edition(catalogue(), estimate)

EXERCISES = {  # content facts, section 3: seconds of a move, then the dose
    #                         in hold out pause  reps sets rest  sides
    "pelvic_tilt":            (3, 4, 3, 2,  8, 3, 30, "none"),
    "knee_to_chest":          (3, 5, 3, 1, 10, 1, 0, "right left both"),
    "hamstring_stretch":      (3, 2, 3, 1, 10, 1, 10, "right, then left"),
    "exaggerated_walk":       (1, 0, 0, 0, 60, 2, 15, "left right"),
    "shoulder_blade_squeeze": (2, 5, 2, 2, 10, 1, 30, "none"),
    "upper_back_stretch":     (3, 20, 3, 4, 3, 1, 0, "none"),
    "upper_body_twist":       (2, 5, 2, 1,  5, 1, 0, "left right"),
    "cat_camel":              (4, 0, 4, 0,  8, 1, 0, "none"),
    "bird_dog":               (2, 5, 2, 1,  6, 1, 30, "right left"),
    "knee_rolls":             (3, 4, 3, 0,  5, 1, 0, "right left"),
}  # fmt: skip

OURS = {"stretches", "chair", "first_bout", "second_bout", "third_bout"}
"""Routines that the facts name no doses for: by need, and ten minutes for two to four times a day."""

ROUTINES = {  # content facts, section 8: usual minutes; each exercise by its place above, with its sets and reps
    "full_back_routine":  (31.5, "1: 3x8, 2: 10, 3: 10, 4: 2x60, 5: 10, 6: 3, 7: 5, 8: 8, 9: 6, 10: 5"),
    "short_back_routine": (17,   "1: 8, 2: 3, 3: 5, 4: 60, 5: 6, 6: 2, 7: 3, 8: 6, 9: 4, 10: 4"),
    "back_routine":       (19,   "1: 3x8, 2: 10, 3: 10, 4: 2x60"),
    "quick_ease":         (5.2,  "10: 3, 2: 3, 1 easier: 5"),
    "morning_routine":    (10,   "10: 3, 1 easier: 5, 8: 6, 9: 3, 5: 6, 7: 3, 4: 60"),
    "lower_back_full":    (23,   "10: 5, 2: 10, 1: 3x8, 8: 8, 9: 6, 3: 10"),
    "lower_back":         (13,   "10: 5, 2: 3, 1: 8, 8: 8, 9: 6, 3: 5"),
    "upper_back":         (8,    "8: 8, 5: 10, 6: 3, 7: 5"),
    "standing":           (12.5, "4: 2x60, 3: 10, 5: 10, 6: 3, 7: 5"),
    "standing_short":     (8,    "4: 60, 3: 5, 5: 5, 6: 2, 7: 3"),
    "desk_break":         (6,    "4: 60, 5: 5, 6: 2, 7: 3"),
}  # fmt: skip


def routine(slug: str) -> Plan:
    return plan(start(slug, catalogue()), catalogue())


def written(piece: Piece) -> str:
    """An exercise of a routine as the table writes it."""
    place = list(EXERCISES).index(piece.exercise) + 1
    form = "" if piece.form is FormName.USUAL else f" {piece.form}"
    return f"{place}{form}: {f'{piece.sets}x' if piece.sets > 1 else ''}{piece.reps}"


def test_all_of_it_is_read_once():
    assert catalogue() is catalogue()
    assert catalogue().exercises.keys() == EXERCISES.keys()
    assert catalogue().routines.keys() == ROUTINES.keys() | OURS
    assert catalogue().words.lines.keys() == LINES.keys()


@pytest.mark.parametrize("slug", EXERCISES)
def test_an_exercise_has_the_numbers_of_the_facts(slug):
    form = catalogue().exercises[slug].usual
    moves = [move.side for move in form.moves if move.side]
    tempo = form.tempo  # in counts: at the usual beat, seconds
    sides = (", then " if form.order is Order.EACH else " ").join(moves) or "none"
    found = (
        tempo.into,
        tempo.hold,
        tempo.out,
        tempo.pause,
        form.dose.reps,
        form.dose.sets,
        form.dose.rest / 1000,
        sides,
    )
    assert found == EXERCISES[slug]


@pytest.mark.parametrize("slug", ROUTINES)
def test_a_routine_is_the_one_of_the_facts(slug):
    usual_minutes, sequence = ROUTINES[slug]
    whole = routine(slug)
    assert ", ".join(written(whole.first_of(exercise)) for exercise in whole.exercises) == sequence
    assert EDITION.minutes(whole, ()) == pytest.approx(usual_minutes, abs=1)  # for whoever knows it


def test_the_usual_routine_is_the_articles_four_in_its_order_at_its_doses():
    assert catalogue().default == "back_routine"
    whole = routine("back_routine")
    done: dict[str, int] = {}
    for piece in whole.pieces:
        form = catalogue().exercises[piece.exercise].usual
        moves = len(form.moves) if form.order is Order.ALTERNATE else 1
        done[piece.exercise] = done.get(piece.exercise, 0) + moves * (piece.last - piece.first + 1)
    assert list(done.items()) == [
        ("pelvic_tilt", 24),  # three sets of eight
        ("knee_to_chest", 30),  # ten rounds of right, left and both
        ("hamstring_stretch", 20),  # ten on each side
        ("exaggerated_walk", 120),  # ours: the article gives no dose
    ]
    files = {
        slug: tomllib.loads((CONTENT / f"exercises/{slug}.toml").read_text("utf-8")) for slug in EXERCISES
    }
    assert {slug for slug, file in files.items() if file["origin"] == "article"} == done.keys()


def test_every_question_asks():
    lines = catalogue().words.lines
    asked = [text for name, text in lines.items() if name.startswith("ask_")]
    asked += [muddle.ask for muddle in catalogue().muddles.values()]
    assert [text for text in asked if not text.endswith("?")] == []


# --- Content with a mistake in it -----------------------------------------------------------------------------

TILT, WALK, STRETCH = (
    "exercises/pelvic_tilt.toml",
    "exercises/exaggerated_walk.toml",
    "exercises/hamstring_stretch.toml",
)
FOUR, DESK = "routines/back_routine.toml", "routines/desk_break.toml"
WORDS, SAFETY = "words/en.toml", "safety/en.toml"

STEP = "Then lower your hips slowly to the floor."
PLACE = "You were on {place}."
CUE = 'in = "Tilt, and lift… and hold"'
BEND = 'exercise = "hamstring_stretch"'
"""Some words of our content, to be put wrong."""

MISTAKES = {  # what was changed: the file, from, to; and the line about it, or lines, as `says` has them
    "a number in quotes": (TILT, "reps = 8,", 'reps = "8",', f"{TILT}: usual.dose.reps: "),
    "a fraction of a rep": (TILT, "reps = 8,", "reps = 8.5,", f"{TILT}: usual.dose.reps: "),
    "yes for a number": (TILT, "reps = 8,", "reps = true,", f"{TILT}: usual.dose.reps: "),
    "no reps": (TILT, "reps = 8,", "reps = 0,", f"{TILT}: usual.dose.reps: "),
    "an endless rest": (TILT, "rest = 30.0", "rest = inf", f"{TILT}: usual.dose.rest: "),
    "a rest of nothing sensible": (TILT, "rest = 30.0", "rest = nan", f"{TILT}: usual.dose.rest: "),
    "a number for words": (TILT, 'name = "pelvic tilt"', "name = 3", f"{TILT}: en.name: "),
    "words for a list": (TILT, 'kit = ["mat"]', 'kit = "mat"', f"{TILT}: kit: "),
    "an unknown field": (TILT, "[usual]", "level = 3\n[usual]", f"{TILT}: level: "),
    "a missing field": (TILT, 'origin = "article"\n', "", f"{TILT}: origin: "),
    "a misspelt field": (TILT, "reminder =", "remider =", f"{TILT}: en.remider: ", f"{TILT}: en.reminder: "),
    "an unknown origin": (TILT, 'origin = "article"', 'origin = "web"', f"{TILT}: origin: "),
    "an unknown order": (TILT, 'order = "whole"', 'order = "any"', f"{TILT}: usual.order: "),
    "a digit": (TILT, "a count of four", "a count of 4", f"{TILT}: en.steps.6: '4' cannot be spoken"),
    "markup": (TILT, "a count of four", "<b>four</b>", f"{TILT}: en.steps.6: '<' cannot be spoken"),
    "an ampersand": (TILT, "Squeeze your bottom, and", "Squeeze &", f"{TILT}: en.steps.6: '&' cannot be spoken"),
    "a space at an end": (TILT, STEP, STEP + " ", f"{TILT}: en.steps.7: has a space"),
    "no full stop": (TILT, STEP, STEP[:-1], f"{TILT}: en.steps.7: a sentence ends"),
    "thirteen words": (TILT, STEP, "Then" + " slowly" * 5 + STEP[4:], f"{TILT}: en.steps.7: 13 words"),
    "too long a telling": (TILT, f'"{STEP}"', ", ".join([f'"{STEP}"'] * 5), f"{TILT}: en: the steps have 103 words"),
    "too long a cue": (TILT, CUE, f'in = "{"tilt " * 12}now"', f"{TILT}: en.usual.moves.0.in: "),
    "a synonym with a capital": (TILT, '"tilt",', '"Tilt",', f"{TILT}: en.synonyms.2: 'T' cannot stand"),
    "a synonym twice": (TILT, '"tilt",', '"tilts",', f"{TILT}: … 'tilts' is used more than once"),
    "two exercises of one name": (
        TILT, '"tilt",', '"march",',
        f"{WALK}: … 'march' is used", f"{TILT}: … 'march' is used",
    ),
    "a muddle's name taken": (
        TILT, '"tilt",', '"hug",',
        f"{TILT}: … 'hug' is used", f"{WORDS}: muddles.hug… 'hug' is used",
    ),
    "two routines of one name": (
        FOUR, '"all four",', '"office break",',
        f"{FOUR}: … 'office break' is used", f"{DESK}: … 'office break' is used",
    ),
    "a side where there is none": (TILT, CUE, f'side = "left"\n{CUE}', f"{TILT}: en.usual.moves: sides and the order"),
    "no sides where there are": (STRETCH, 'order = "each"', 'order = "whole"', f"{STRETCH}: en.usual.moves: sides"),
    "no such exercise": (FOUR, '"pelvic_tilt"', '"pelvic_tlit"', f"{FOUR}: items.0.exercise: there is no exercise"),
    "no default": (WORDS, "default = true", "", "words/: default: exactly one language is the default, not none"),
    "no such usual routine": (
        WORDS, '"back_routine"', '"bad_routine"', f"{WORDS}: routine: there is no routine 'bad_routine'",
    ),
    "a routine that is the default": (DESK, "short = true", "short = true\ndefault = true", f"{DESK}: default: "),
    "fewer sets": (FOUR, '"pelvic_tilt"', '"pelvic_tilt", sets = 2', f"{FOUR}: items.0.sets: 2 is not"),
    "fewer steps": (FOUR, '"exaggerated_walk"', '"exaggerated_walk", reps = 30', f"{FOUR}: items.3.reps: 30 is not"),
    "nine bends": (FOUR, BEND, f"{BEND}, reps = 9", f"{FOUR}: items.2.reps: 9 is not a full dose (10"),
    "thirteen bends": (FOUR, BEND, f"{BEND}, reps = 13", f"{FOUR}: items.2.reps: 13 is not a full dose"),
    "an easier form": (FOUR, '"pelvic_tilt"', '"pelvic_tilt", form = "easier"', f"{FOUR}: items.0."),
    "a form that cannot be told": (
        DESK, '"upper_back_stretch"', '"upper_back_stretch", form = "harder"', f"{DESK}: items.2.form: ",
    ),
    "an exercise twice": (
        FOUR, '"knee_to_chest"', '"pelvic_tilt"',
        f"{FOUR}: items.0.exercise: 'pelvic_tilt' stands", f"{FOUR}: items.1.exercise: 'pelvic_tilt' stands",
    ),
    "nine bends in the exercise": (STRETCH, "reps = 10,", "reps = 9,", f"{STRETCH}: usual.dose.reps: "),
    "a missing line": (WORDS, 'hello = "Hello."\n', "", f"{WORDS}: lines.hello: is missing"),
    "a missing safety line": (
        SAFETY, "gently =", "gentle =",
        f"{WORDS}: lines.gently: is missing", f"{SAFETY}: lines.gentle: is not a line we say",
    ),
    "an unknown line": (WORDS, "hello =", 'hi = "Hi."\nhello =', f"{WORDS}: lines.hi: is not a line we say"),
    "a line without words": (WORDS, '"Hello."', '""', f"{WORDS}: lines.hello: "),
    "a digit in a line": (WORDS, '"Hello."', '"Hello 2 you."', f"{WORDS}: lines.hello: "),
    "markup in a line": (WORDS, '"Hello."', '"<b>Hello.</b>"', f"{WORDS}: lines.hello: "),
    "another line's value": (WORDS, PLACE, "{where}.", f"{WORDS}: lines.welcome_back: has no {{where}} to mention"),
    "a value without a name": (WORDS, PLACE, "{}.", f"{WORDS}: lines.welcome_back: has no {{}} to mention"),
    "a value in a format": (WORDS, PLACE, "{place:d}.", f"{WORDS}: lines.welcome_back: "),
    "a value in another's format": (WORDS, PLACE, "{place:{width}}.", f"{WORDS}: lines.welcome_back: "),
    "a value converted": (WORDS, PLACE, "{place!z}.", f"{WORDS}: lines.welcome_back: "),
    "an open brace": (WORDS, PLACE, "{place.", f"{WORDS}: lines.welcome_back: expected '}}'"),
    "a closing brace": (WORDS, PLACE, "place}.", f"{WORDS}: lines.welcome_back: Single '}}'"),
    "a wrong value in a concern": (SAFETY, "{crisis}", "{cris}", f"{SAFETY}: concerns.self_harm.say: has no {{cris}}"),
    "a muddle of no exercise": (
        WORDS, '"knee_to_chest", "upper', '"knee_to_chess", "upper', f"{WORDS}: muddles.hug.exercises: there is no",
    ),
    "no word for a number": (WORDS, '"zero", ', "", f"{WORDS}: numbers: "),
    "no word for a thing": (WORDS, 'chair = "a steady chair"\n', "", f"{WORDS}: … kit: has no word for chair"),
    "no word for a side": (WORDS, 'left = "left"\n', "", f"{WORDS}: … sides: has no word for left"),
    "no number for elsewhere": (SAFETY, '[numbers]\n"" =', "[numbers]\nXX =", f'{SAFETY}: numbers: needs an entry ""'),
    "not TOML": (TILT, "[usual]", "[usual", f"{TILT}: is not TOML: "),
}  # fmt: skip


def changed(folder: Path, *changes: tuple[str, str, str]) -> Path:
    """A copy of our content with ``from`` replaced by ``to``, once, in each file named."""
    shutil.copytree(CONTENT, folder)
    for file, old, new in changes:
        text = (folder / file).read_text("utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    return folder


def mistakes(folder: Path) -> tuple[str, ...]:
    with pytest.raises(ContentError) as caught:
        read(folder)
    assert str(caught.value).splitlines() == list(caught.value.mistakes)
    return caught.value.mistakes


def says(line: str, expected: str) -> bool:
    """Whether it begins so, and goes on, somewhere after the "…", so."""
    start, _, rest = expected.partition("… ")
    return line.startswith(start) and rest in line[len(start) :]


def matched(found: Sequence[str], expected: Sequence[str]) -> bool:
    """Whether it is these mistakes, and no others."""
    return len(found) == len(expected) and all(map(says, found, expected))


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_with_its_file_and_field(tmp_path, mistake):
    file, old, new, *expected = mistake
    found = mistakes(changed(tmp_path / "content", (file, old, new)))
    assert matched(found, expected), found


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


FILES: Mapping[str, tuple[object, str, str]] = {
    "gone": (Path.unlink, SAFETY, f"{SAFETY}: cannot be read (No such file"),
    "gone, and nothing is left": (Path.unlink, WORDS, "words/: no files here"),
    "a folder": (a_folder, SAFETY, f"{SAFETY}: cannot be read (Is a directory"),
    "not UTF-8": (
        lambda path: path.write_bytes("name = 'é'".encode("latin-1")),
        TILT,
        f"{TILT}: is not UTF-8",
    ),
    "nested without end": (lambda path: path.write_text("a = " + "[" * 9999), TILT, f"{TILT}: is not TOML"),
    "a number without end": (lambda path: path.write_text("a = " + "9" * 9999), TILT, f"{TILT}: is not TOML"),
}


@pytest.mark.parametrize(("spoil", "file", "expected"), FILES.values(), ids=FILES)
def test_a_file_that_cannot_be_read_is_named(tmp_path, spoil, file, expected):
    folder = changed(tmp_path / "content")
    spoil(folder / file)
    assert matched(mistakes(folder), (expected,))


@pytest.mark.parametrize("folder", ["empty", "not there"])
def test_a_folder_without_content_is_called_so(tmp_path, folder):
    (tmp_path / "empty").mkdir()
    expected = ("exercises/: no files", "routines/: no files", "words/: no files")
    assert matched(mistakes(tmp_path / folder), expected)


def test_ten_mistakes_in_six_files_are_all_reported_at_once(tmp_path):
    ten = (
        "a digit", "no full stop", "a synonym with a capital", "no sides where there are", "no such exercise",
        "fewer steps", "a routine that is the default", "a missing line", "an open brace", "a wrong value in a concern",
    )  # fmt: skip
    found = mistakes(changed(tmp_path / "content", *(MISTAKES[name][:3] for name in ten)))
    assert len({MISTAKES[name][0] for name in ten}) == 6
    assert len(found) == 10
    for name in ten:
        assert sum(says(line, MISTAKES[name][3]) for line in found) == 1, name


MATRIX = """
    pregnant        out     out     easier  as  as      as      easier  easier  easier  out
    osteoporosis    easier  easier  easier  as  as      out     easier  out     as      easier
    balance         as      as      easier  easier  as  as      as      easier  easier  as
    cant_get_down   as      as      as      as  as      as      as      easier  out     as
    no_kneeling     as      easier  as      easier  as  as      as      easier  out     as
    wrists          as      easier  as      easier  as  as      as      easier  out     as
    bad_disc        easier  easier  out     easier  as  as      easier  easier  easier  easier
    shoulder        as      easier  as      as  easier  easier  easier  easier  easier  as
"""
"""Content facts, section 5, for each of the ten: small and seated are the easier form; what is told of a bed is in the answer.
Knee to chest without "both", for weak bones, is its easier form."""


@pytest.mark.parametrize("row", MATRIX.strip().splitlines(), ids=lambda row: row.split()[0])
def test_what_is_spared_is_what_the_facts_say(row):
    who, *told = row.split()
    exercises = (catalogue().exercises[slug] for slug in EXERCISES)
    found = [
        "out" if who in one.not_for else "easier" if who in one.easier_for else "as" for one in exercises
    ]
    assert found == told


def test_everybody_who_is_spared_something_can_speak_of_it_and_has_something_left():
    content = catalogue()
    spared = {who for one in content.exercises.values() for who in (*one.not_for, *one.easier_for)}
    assert spared <= {*content.words.concerns, *content.words.answers}
    for who in spared:
        for routine in (content.default, "standing"):
            items = [item.exercise for item in content.routines[routine].items]
            assert [slug for slug in items if who not in content.exercises[slug].not_for]
