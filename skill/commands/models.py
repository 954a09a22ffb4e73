"""``backbeat model …``: what Alexa listens for, and our own ears, made and checked."""

import click

from interaction_model import build, check, classifier, train
from interaction_model.spoken import locales, sentences
from skill.commands.voice import spoken_in
from skill.errors import ContentError


def write() -> None:
    """Regenerate the model of every locale from its sentences and the content."""
    for locale in locales():
        click.echo(f"Wrote {build.write(spoken_in(locale), sentences(locale))}.")
    click.echo("Now train the ears on it: backbeat model train.")


def learn() -> None:
    """Train the ears of every language on its model's sentences. Half a minute; needs scikit-learn (make test sets it up)."""
    for locale in _languages():
        content, said = spoken_in(locale), sentences(locale)
        click.echo(
            f"Training on {sum(1 for _ in train.lessons(content, build.read(locale), said))} sentences …"
        )
        click.echo(f"Wrote {train.write(content, build.read(locale), said)}.")


def _languages() -> tuple[str, ...]:
    """A locale of each language there are sentences for."""
    firsts: dict[str, str] = {}
    for locale in locales():
        firsts.setdefault(locale.partition("-")[0], locale)
    return tuple(firsts.values())


def check_all() -> None:
    """Check the models against Alexa's rules, and against the content they were made from."""
    mistakes: list[str] = []
    for language in _languages():  # what people say is the same in all its locales
        content, said = spoken_in(language), sentences(language)
        model, text = build.build(content, said), build.text(content, said)
        mistakes += (f"{language}: {one}" for one in check.mistakes(model, said))
        for locale in (language, *said.also):
            if build.committed(locale) != text:
                mistakes.append(f"{locale}.json is out of date: run backbeat model write")
        ears = classifier.committed(language)
        if ears is None or ears.digest != train.digest(content, model, said):
            mistakes.append(
                f"the ears for {language} were trained on other sentences: run backbeat model train"
            )
    if mistakes:
        raise ContentError(tuple(mistakes))
    click.echo(f"The interaction model keeps every rule: {', '.join(locales())}.")
