"""What there is to do and to say when it hurts, or when they speak of their health. None of it is ever kept."""

from dataclasses import replace

from skill.coach.dialogue.here import Here, ask, ask_again, end, today
from skill.coach.dialogue.lead import tell_eased
from skill.coach.dialogue.reply import Turn
from skill.coach.dialogue.requests import open_up, unheard
from skill.coach.dialogue.state import Question
from skill.coach.exercise import FormName, Slug
from skill.coach.timeline.plan import plan

HURTS_ENOUGH = 2
"""It hurt this often in a session: enough for today."""


def hurt(here: Here) -> Turn:
    """Stop. Easier, skip or finish; the second time, finish."""
    hurts = here.session.hurts + 1
    here = here.now(hurts=hurts).known(hurts=hurts, asks_first=True)
    if hurts >= HURTS_ENOUGH:
        return end(here.known(rested=today(here)), here.line("hurts_again"))
    return ask(here, Question.HURT, here.line("hurts"))


def ease(here: Here) -> Turn:
    """The easier form of the exercise at hand."""
    mark = here.session.place
    if mark is None:
        return open_up(here)
    if mark.form is FormName.EASIER:
        return ask_again(here, here.line("easier_already"))
    eased = replace(mark, form=FormName.EASIER, set=1, side="", rep=1)
    first = plan(eased, here.catalogue).first_of(mark.exercise)
    return tell_eased(here.known(skipped=True), first.starts(mark.routine))


def answer_concern(here: Here, concern: Slug | None) -> Turn:
    """What there is to say to something about their health. Nothing of it is kept."""
    answer = here.words.concerns.get(concern or "")
    if answer is None:
        return unheard(here)
    number = here.words.emergency_number(here.world.locale)
    crisis = here.words.crisis_number(here.world.locale)
    said = answer.say.format_map({"number": number, "crisis": crisis})
    return end(here.known(asks_first=True), said) if answer.ends else ask_again(here, said)
