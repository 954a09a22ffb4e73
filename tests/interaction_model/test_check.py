"""Each rule of section 8 finds a model that breaks it, and nothing else does."""

from copy import deepcopy

import pytest

from interaction_model import invocation
from interaction_model.build import languages, read
from interaction_model.check import REQUIRED, RULES, mistakes
from interaction_model.spoken import sentences
from skill.content.reader import catalogue

LOCALE = catalogue().locale
SENTENCES = sentences(LOCALE)

WHEN = (
    "once",
    "twice",
    "slowly",
    "again",
    "now",
    "next",
    "first",
    "last",
    "too",
    "well",
    "gently",
    "here",
    "today",
    "later",
    "soon",
)

GOOD = {
    "interactionModel": {
        "languageModel": {
            "invocationName": "my back routine",
            "intents": [
                {
                    "name": "Do",
                    "slots": [{"name": "what", "type": "WHAT"}],
                    "samples": [
                        "do the {what}",
                        *(f"do the {{what}} {when}" for when in WHEN),
                        *"abcd",
                    ],
                },
                *({"name": name, "samples": []} for name in REQUIRED),
            ],
            "types": [
                {
                    "name": "WHAT",
                    "values": [
                        {"id": "pelvic_tilt", "name": {"value": "pelvic tilt", "synonyms": ["bridge"]}},
                        {"id": "bird_dog", "name": {"value": "bird dog", "synonyms": []}},
                    ],
                }
            ],
        }
    }
}


def named(name):
    return lambda model: model.update(invocationName=name)


def sample(text, intent=0):
    return lambda model: model["intents"][intent]["samples"].append(text)


def synonym(*texts):
    return lambda model: model["types"][0]["values"][0]["name"]["synonyms"].extend(texts)


def value(**changes):
    return lambda model: model["types"][0]["values"][1].update(changes)


def intent(name, *samples, **slots):
    twenty = [*samples, *(f"{name.lower()} {letter}" for letter in "abcdefghijklmnopqrst")]
    table = [{"name": slot, "type": kind} for slot, kind in slots.items()]
    return lambda model: model["intents"].append({"name": name, "slots": table, "samples": twenty})


def without(name):
    return lambda model: model.update(intents=[one for one in model["intents"] if one["name"] != name])


def search(model):
    model["intents"][0]["slots"].append({"name": "query", "type": "AMAZON.SearchQuery"})


BROKEN = [
    # What was done, what is said of it
    (named("backs"), "the invocation name is one word, which only our own brand may be: 'backs'"),
    (named("the back"), "a two-word invocation name has an article or a preposition in it: the"),
    (named("back up"), "a two-word invocation name has an article or a preposition in it: up"),
    (named("my Back routine"), "the invocation name has more than lower-case letters, spaces, 's and periods: 'my Back routine'"),
    (named("my 2 minute back"), "the invocation name has more than lower-case letters, spaces, 's and periods: 'my 2 minute back'"),
    (named("my very long ever so winding backs routine of today"), "the invocation name is not 2 to 50 characters long: 51 characters"),
    (named("start my back"), "the invocation name has a launch word in it: start"),
    (named("let me run back coach"), "the invocation name has a launch word in it: run"),
    (named("my echo coach"), "the invocation name has a wake word in it: echo"),
    (named("back exercise skill"), "the invocation name has the word skill or app in it: skill"),
    (named("exercises for backs"), "the invocation name has a connecting word in it: for"),
    (sample("ask my back routine"), "a sample opens the skill: Do: 'ask my back routine'"),
    (sample("open my back routine now"), "a sample opens the skill: Do: 'open my back routine now'"),
    (sample("do it, please"), "a sample has more than letters, spaces, ' . - and slots: Do: 'do it, please'"),
    (sample("do it?"), "a sample has more than letters, spaces, ' . - and slots: Do: 'do it?'"),
    (sample("do the {what"), "a sample has more than letters, spaces, ' . - and slots: Do: 'do the {what'"),
    (sample("do it 5 times"), "digits: numbers are written as words: Do: 'do it 5 times'"),
    (synonym("90 90"), "digits: numbers are written as words: WHAT: '90 90'"),
    (sample(" "), "a sample is empty: Do: ' '"),
    (lambda model: model["intents"][0]["samples"].remove("a"), "fewer than 20 samples: Do: 19"),
    (sample("do the {where}"), "a sample has a slot its intent has not: Do: {where}"),
    (lambda model: model["intents"][0]["slots"].append({"name": "where", "type": "WHAT"}), "a slot is in no sample of its intent: Do: where"),
    (intent("Ask", "ask what {what}", what="AMAZON.Number"), "a slot has different types in different intents: what"),
    (intent("Ask", "ask where {where}", where="PLACE"), "a slot has a type that does not exist: 'PLACE'"),
    (sample("a"), "a sample stands twice: Do: 'a'"),
    (intent("Ask", "do the {what}", what="WHAT"), "a sample stands in two intents: 'do the {what}': Ask, Do"),
    (intent("Ask", "A"), "a sample stands in two intents: 'a': Ask, Do"),
    (intent("Ask", "do the bird dog"), "a sentence has two meanings: 'do the bird dog': Ask, Do bird_dog"),
    (synonym("bird dog twice"), "a sentence has two meanings: 'do the bird dog twice': Do bird_dog, Do pelvic_tilt"),
    (intent("Ask", "{query}", query="AMAZON.SearchQuery"), "a search slot stands alone or with another slot: Ask: '{query}'"),
    (lambda model: (search(model), sample("find {query} for {what}")(model)), "a search slot stands alone or with another slot: Do: 'find {query} for {what}'"),
    (synonym("o" * 141), f"a slot value is longer than 140 characters: WHAT: {'o' * 141!r}"),
    (synonym(*("o" * (n + 1) for n in range(100))), "a slot value has more than 100 synonyms: WHAT: 'pelvic tilt': 101"),
    (value(id="pelvic_tilt"), "a slot value's id stands twice in its type: WHAT: pelvic_tilt"),
    (intent("Do")  , "an intent stands twice: Do"),
    (without("AMAZON.NavigateHomeIntent"), "a required intent is missing: AMAZON.NavigateHomeIntent"),
    (sample("halt", intent=2), "an intent of Alexa's own has samples: AMAZON.StopIntent"),
]  # fmt: skip


def broken(*changes):
    model = deepcopy(GOOD)
    for change in changes:
        change(languages(model))
    return model


def test_our_own_model_has_no_mistakes():
    assert mistakes(read(LOCALE), SENTENCES) == []


def test_a_good_model_has_no_mistakes():
    assert mistakes(GOOD, SENTENCES) == []


@pytest.mark.parametrize(("change", "mistake"), BROKEN, ids=[mistake for _, mistake in BROKEN])
def test_a_broken_rule_is_named_and_no_other(change, mistake):
    assert mistakes(broken(change), SENTENCES) == [mistake]


def test_a_value_said_twice_is_named_with_what_it_makes_of_our_sentences():
    found = mistakes(broken(value(name={"value": "Bridge", "synonyms": []})), SENTENCES)
    assert "a slot value stands twice in its type: WHAT: 'bridge'" in found
    assert "a sentence has two meanings: 'do the bridge': Do bird_dog, Do pelvic_tilt" in found


def letters(count):
    """As many different words as you like, without a digit."""
    return ["".join(chr(ord("a") + int(digit)) for digit in str(n)) + " move" for n in range(count)]


def test_too_many_values():
    values = [{"id": one, "name": {"value": one}} for one in letters(50_001)]
    model = broken(lambda model: model["types"].append({"name": "MANY", "values": values}))
    assert "more than 50000 slot values: 50004" in mistakes(model, SENTENCES)


def test_too_large_a_model():
    values = [{"id": one, "name": {"value": one + " and on" * 18}} for one in letters(12_000)]
    model = broken(lambda model: model["types"].append({"name": "LARGE", "values": values}))
    assert [one.partition(":")[0] for one in mistakes(model, SENTENCES)] == [
        "the model is larger than 1500000 bytes"
    ]


def test_every_mistake_is_named():
    found = mistakes(broken(named("backs"), sample("do it?"), without("AMAZON.HelpIntent")), SENTENCES)
    assert len(found) == 3


def test_every_rule_is_tried():
    tried = {mistake for _, mistake in BROKEN}
    elsewhere = ("a slot value stands twice", "more than 50000", "the model is larger")
    opens = "a sample opens the skill"
    banned = [f"the invocation name has {kind} in it" for kind in SENTENCES.banned]
    for reason in (opens, *banned, *(reason for reason, _ in (*invocation.RULES, *RULES))):
        assert reason.startswith(elsewhere) or any(one.startswith(f"{reason}:") for one in tried), reason
