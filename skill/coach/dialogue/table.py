"""What happens when: every event, by what was asked last, and the rule that answers it.

`TABLE` is the machine of the conversation as a literal. A row is an event; it names the rule for each moment that is
different, and after `ELSE` the rule for all others. `docs/what-happens-when.md` is drawn from it.
"""

from collections.abc import Mapping

from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import Rule
from skill.coach.dialogue.leading import open_up
from skill.coach.dialogue.rules import (
    answers,
    asides,
    asking,
    bending,
    care,
    forms,
    manner,
    moving,
    own,
    reminding,
    sparing,
)
from skill.coach.dialogue.streaming import report


class Rest:
    """Nothing was asked: a new session."""


class Stream:
    """A stream was playing when they spoke. The question is as after any interruption: whether to go on."""


class Else:
    """At any other moment."""


Moment = type[q.Question] | type[Rest] | type[Stream]
"""What a turn meets: the question that was asked last, or none, or a stream that plays."""

MOMENTS: tuple[Moment, ...] = (Rest, Stream, *q.QUESTIONS)

ELSE = Else

Row = Mapping[Moment | type[Else], Rule]

TABLE: Mapping[type[e.Event], Row] = {
    # what they ask for
    e.Opened: {q.Menu: asking.begin_usual, ELSE: open_up},
    e.Begin: {Rest: asking.begin_or_go_on, Stream: asking.begin_or_go_on, ELSE: asking.begin},
    e.Chose: {ELSE: asking.choose},
    e.Muddled: {ELSE: asking.ask_which},
    e.Described: {ELSE: asking.describe},
    # answers, which have a meaning only by their question
    e.Yes: {
        Rest: open_up,
        Stream: answers.lead,
        q.Begin: answers.begin_there,
        q.Through: manner.through_from_telling,
        q.Ready: answers.lead,
        q.Tell: moving.tell_it,
        q.GoOn: answers.lead,
        q.Welcome: answers.lead,
        q.StartOver: moving.start_over,
        q.Menu: asking.begin_usual,
        q.Which: asides.ask_once_more,
        q.DoIt: asking.do_it,
        q.Back: answers.back,
        q.Hurt: care.remind,
        q.Meant: asides.ask_once_more,
        q.Forget: answers.forget,
        q.Delete: own.delete,
        q.Remind: reminding.set_it,
    },
    e.No: {
        Rest: asides.stop,
        Stream: answers.what_then,
        q.Begin: asides.stop,
        q.Through: manner.set_by_set_from_here,
        q.Ready: moving.wait,
        q.Tell: answers.known_already,
        q.GoOn: asides.stop,
        q.Welcome: answers.not_from_there,
        q.StartOver: answers.what_then,
        q.Menu: asides.stop,
        q.Which: answers.what_then,
        q.DoIt: answers.not_that,
        q.Back: asides.stop,
        q.Hurt: asides.stop,
        q.Meant: asides.not_meant,
        q.Forget: answers.not_that,
        q.Delete: answers.not_that,
        q.Remind: answers.not_that,
    },
    # to and fro
    e.Next: {ELSE: moving.skip},
    e.Previous: {ELSE: moving.go_back},
    e.Again: {
        Rest: moving.repeat_stream,
        Stream: moving.repeat_set,
        q.GoOn: moving.repeat_set,
        q.Ready: moving.repeat_telling,
        q.Through: moving.repeat_telling,
        q.Tell: moving.tell_it,
        q.Begin: moving.repeat_notice,
        q.Hurt: care.repeat_choices,
        ELSE: moving.repeat_question,
    },
    e.StartedOver: {ELSE: moving.start_over},
    e.Paused: {
        Rest: moving.pause_at_rest,
        Stream: moving.pause_stream,
        q.GoOn: moving.pause_in_set,
        ELSE: moving.wait,
    },
    e.Resumed: {
        Rest: moving.resume,
        Stream: moving.resume_stream,
        q.GoOn: moving.resume,
        q.Hurt: care.remind,
        ELSE: moving.go_on,
    },
    # how to be led
    e.StraightThrough: {
        q.Begin: manner.remember_through,
        q.Hurt: manner.remember_through,
        q.Through: manner.through_from_telling,
        q.Tell: manner.through_from_exercise,
        q.Ready: manner.through_from_set,
        q.GoOn: manner.through_from_set,
        Stream: manner.through_from_set,
        ELSE: manner.straight_through,
    },
    e.SetBySet: {q.Through: manner.set_by_set_from_here, ELSE: manner.set_by_set},
    # how much, and how fast
    e.Paced: {ELSE: bending.pace},
    e.Dosed: {ELSE: bending.dose},
    e.Sided: {ELSE: bending.side},
    e.AsUsual: {ELSE: forms.as_usual},
    # routines of their own, and what is left out
    e.Together: {ELSE: own.together},
    e.Kept: {ELSE: own.keep},
    e.Ran: {ELSE: own.run},
    e.Dropped: {ELSE: own.drop},
    e.Remind: {ELSE: reminding.remind},
    e.Remembered: {ELSE: sparing.remember},
    e.Everything: {ELSE: sparing.spare_nothing},
    # in between
    e.HowMany: {q.GoOn: asides.how_many_inside, Stream: asides.how_many_inside, ELSE: asides.how_many},
    e.Listed: {ELSE: asides.list_all},
    e.Helped: {ELSE: asides.give_help},
    e.NotOffered: {Stream: asides.not_offered_under_stream, ELSE: asides.not_offered},
    e.Asked: {ELSE: asides.answer},
    e.Unheard: {ELSE: asides.unheard},
    e.Unsure: {ELSE: asides.ask_meant},
    # care
    e.Hurts: {ELSE: care.hurt},
    e.Easier: {ELSE: forms.ease},
    e.Harder: {ELSE: forms.toughen},
    e.Breathless: {ELSE: care.catch_breath},
    e.Emergency: {ELSE: care.emergency},
    e.Concerned: {ELSE: care.answer_concern},
    # the end
    e.Stopped: {ELSE: asides.stop},
    e.ForgetMe: {ELSE: asides.forget_me},
    e.Closed: {ELSE: asides.leave},
    # what nobody said
    e.Reported: {ELSE: report},
    e.Reminded: {ELSE: reminding.tell},
    e.Allowed: {ELSE: reminding.allowed},
}
"""Every event, and what it leads to at each moment."""


def rule_for(event: type[e.Event], moment: Moment) -> Rule:
    """The rule of an event at a moment."""
    row = TABLE[event]
    return row[moment] if moment in row else row[ELSE]
