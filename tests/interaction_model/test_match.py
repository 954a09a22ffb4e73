"""What is said, and what is heard. Someone who knows people but not Python can correct these tables."""

import re

import pytest

from interaction_model.build import languages, read
from interaction_model.listen import Listener, listener
from interaction_model.match import Heard, Matcher
from interaction_model.spoken import sentences
from skill.content.reader import catalogue
from skill.hearing import Hearing

LOCALE = catalogue().locale
LANGUAGE = languages(read(LOCALE))
SENTENCES = sentences(LOCALE)
HEARD = SENTENCES.heard
MEANS = {name: hear({}) for name, hear in Hearing(catalogue()).events.items()}
"""What each intent means: some mean the same."""
EARS = listener(catalogue(), LOCALE)

SAID = """
    # Opening, and all in one breath
    open my back routine                            LaunchRequest
    Alexa, start my back routine                    LaunchRequest
    Alexa, talk to my back routine!                 LaunchRequest
    ask my back routine                             LaunchRequest
    ask my back routine for the bridges             ExerciseIntent exercise=pelvic_tilt
    open my back routine and start the bird dog     ExerciseIntent exercise=bird_dog
    ask my back routine to start the desk break     BeginIntent routine=desk_break
    tell my back routine that it hurts              HurtsIntent
    ask my back routine how many are left           HowManyIntent
    tell my back routine I'm done                   FinishIntent
    start the bridges using my back routine         ExerciseIntent exercise=pelvic_tilt
    tell my back routine to order a pizza           OffTopicIntent

    # A routine
    start my routine                                BeginIntent
    begin my exercises                              BeginIntent
    the morning routine                             BeginIntent routine=morning_routine
    lower back                                      BeginIntent routine=lower_back
    Let's do the quick one                          BeginIntent routine=quick_ease
    start the short back routine please             BeginIntent routine=short_back_routine
    i wanna do the upper back routine               BeginIntent routine=upper_back
    start the mourning routine                      BeginIntent routine=morning_routine
    start the purple routine                        BeginIntent routine=?

    # An exercise, also misheard
    pelvic tilt                                     ExerciseIntent exercise=pelvic_tilt
    the bridges                                     ExerciseIntent exercise=pelvic_tilt
    let's do some cat cow                           ExerciseIntent exercise=cat_camel
    the need a chest                                ExerciseIntent exercise=knee_to_chest
    pelvik tilt                                     ExerciseIntent exercise=pelvic_tilt
    bridgez                                         ExerciseIntent exercise=pelvic_tilt
    the hamster stretch                             ExerciseIntent exercise=hamstring_stretch
    burd dog                                        ExerciseIntent exercise=bird_dog
    nee rolls                                       ExerciseIntent exercise=knee_rolls
    lets do the catcow                              ExerciseIntent exercise=cat_camel
    hug                                             ExerciseIntent exercise=muddle_hug
    the rotations                                   ExerciseIntent exercise=muddle_rotation
    i want to do the handstand                      ExerciseIntent exercise=?

    # What it is
    what is the pelvic tilt                         DescribeIntent exercise=pelvic_tilt
    what's a bird dog?                              DescribeIntent exercise=bird_dog
    How do I do the knee rolls?                     DescribeIntent exercise=knee_rolls
    wat is the pelvik tilt                          DescribeIntent exercise=pelvic_tilt
    describe this exercise                          DescribeIntent
    how do i do this                                DescribeIntent
    what is the flying dutchman                     DescribeIntent exercise=?
    how do i do the plank                           DescribeIntent exercise=?

    # Going on, and waiting
    ready                                           ReadyIntent
    I am ready                                      ReadyIntent
    im down                                         ReadyIntent
    okay, let's go!                                 ReadyIntent
    carry on                                        ReadyIntent
    continue the set                                ReadyIntent
    give me a minute                                WaitIntent duration=PT1M
    thirty seconds more                             WaitIntent duration=PT30S
    um, hold on                                     WaitIntent
    I'm not ready yet                               WaitIntent
    I need a momant                                 WaitIntent
    wait a minute                                   WaitIntent duration=PT1M
    can you wait a second?                          WaitIntent
    keep going                                      ReadyIntent
    keep on going                                   ReadyIntent
    let's keep going                                ReadyIntent

    # Straight through, or set by set
    straight through                                StraightThroughIntent
    play it straight through, please                StraightThroughIntent
    just keep going                                 StraightThroughIntent
    Don't stop between sets                         StraightThroughIntent
    do not ask me                                   StraightThroughIntent
    don't wait for me                               StraightThroughIntent
    play the whole thing                            StraightThroughIntent
    all in one go                                   StraightThroughIntent
    hands-free                                      StraightThroughIntent
    without stopping                                StraightThroughIntent
    keep going without asking                       StraightThroughIntent
    play it strait thru                             StraightThroughIntent ?
    ask my back routine to play it straight through  StraightThroughIntent
    the whole routine                               BeginIntent routine=full_back_routine
    keep playing                                    AMAZON.ResumeIntent
    go through                                      StraightThroughIntent ?
    no, stop                                        FinishIntent
    don't stop                                      StraightThroughIntent ?
    no, wait                                        WaitIntent
    wait for me                                     SetBySetIntent
    Wait for me after each set                      SetBySetIntent
    wait between sets                               SetBySetIntent
    set by set                                      SetBySetIntent
    one set at a time                               SetBySetIntent
    ask me after each set                           SetBySetIntent
    stop after each set                             SetBySetIntent
    don't go straight through                       SetBySetIntent
    not straight through                            SetBySetIntent
    I'll say when                                   SetBySetIntent
    wait for me after eech set                      SetBySetIntent
    stop after this set                             LastSetIntent
    next set                                        ReadyIntent
    do not keep going                               nothing

    # Asking, and choosing
    how many left?                                  HowManyIntent
    where am I                                      HowManyIntent
    how much longr                                  TimeIntent
    what exercises are there                        ListIntent
    what can you do                                 ListIntent
    easier                                          EasierIntent
    that's too hard                                 EasierIntent
    that is too hard                                EasierIntent
    a gentler one                                   EasierIntent
    skip this one                                   SkipIntent
    skip the whole thing                            SkipIntent
    I don\N{RIGHT SINGLE QUOTATION MARK}t want to do this one                     SkipIntent
    that's enough                                   FinishIntent
    let's finish                                    FinishIntent

    # When it hurts
    ow                                              HurtsIntent
    It hurts!                                       HurtsIntent
    my back hurts more                              HurtsIntent
    that's painfull                                 HurtsIntent
    it does not hurt                                BetterIntent

    # To be forgotten, which "forget it" is not
    forget me                                       ForgetIntent
    Forget everything about me!                     ForgetIntent
    delete my data                                  ForgetIntent
    please delete everything you know about me      ForgetIntent
    erase my progress                               ForgetIntent
    remove my history                               ForgetIntent
    i wanna clear my data                           ForgetIntent
    tell my back routine to forget me               ForgetIntent
    delete my progres                               ForgetIntent
    tell me everything you know about me            PrivacyIntent
    forget it                                       AMAZON.CancelIntent
    oh forget it                                    AMAZON.CancelIntent
    never mind                                      AMAZON.CancelIntent
    forget about it                                 AMAZON.CancelIntent
    forget that                                     nothing
    forget this one                                 SkipIntent
    i forget                                        nothing
    i forgot                                        nothing
    don't forget me                                 nothing
    don't delete my data                            nothing
    what's my progress                              HistoryIntent
    remember me                                     nothing
    remind me                                       ReminderIntent
    clear                                           nothing

    # An emergency, before all else
    call 911                                        EmergencyIntent
    call 9-1-1!                                     EmergencyIntent
    please call an ambulance now                    EmergencyIntent
    I cannot breathe                                EmergencyIntent
    my knee hurts and i can't feel my legs          EmergencyIntent
    ask my back routine to call for help            EmergencyIntent
    tell my back routine i have chest pain          EmergencyIntent
    i can breathe                                   BetterIntent
    i feel good                                     BetterIntent
    i feel down                                     HurtsIntent ?
    i can move                                      BetterIntent

    # A concern
    I'm pregnant                                    PregnantIntent
    by the way, I'm pregnant                        PregnantIntent
    I am not pregnant                               nothing
    i had surgery last month                        SurgeryIntent
    i've got osteoporosis                           OsteoporosisIntent
    my foot is numb                                 NumbIntent
    is this safe for me                             IsItSafeIntent
    what's wrong with me                            IsItSafeIntent
    i can't get up                                  CantGetUpIntent
    i want to die                                   SelfHarmIntent
    i want to diet                                  nothing

    # Alexa's own
    help                                            AMAZON.HelpIntent
    stop                                            AMAZON.StopIntent
    cancel                                          AMAZON.CancelIntent
    next please                                     AMAZON.NextIntent
    go back                                         AMAZON.PreviousIntent
    say that again                                  AMAZON.RepeatIntent
    pause                                           AMAZON.PauseIntent
    resume                                          AMAZON.ResumeIntent
    start over                                      AMAZON.StartOverIntent
    yes please                                      AMAZON.YesIntent
    ok                                              AMAZON.YesIntent
    no thanks                                       AMAZON.NoIntent
    shuffle                                         AMAZON.ShuffleOnIntent
    loop off                                        AMAZON.LoopOffIntent
    go home                                         AMAZON.NavigateHomeIntent

    # Nothing of ours
    purple monkey                                   nothing
    order a pizza                                   OffTopicIntent
    tell me a joke                                  OffTopicIntent
    what time is it                                 OffTopicIntent
    make it harder                                  HarderIntent
    that's too easy                                 HarderIntent
    couch                                           BedIntent ?
    eyes                                            nothing
    alexa                                           nothing
    {exercise}                                      ListIntent
    um                                              nothing
    ?!                                              nothing

    # Pace, amount and form
    a bit slower please                             SlowerIntent
    speed it up                                     FasterIntent
    give me the harder one                          HarderIntent
    hold it for longer                              HoldLongerIntent
    i can't hold it that long                       HoldShorterIntent
    give me a few more                              MoreIntent
    can i do fewer                                  FewerIntent
    one more set and that's it                      LastSetIntent
    longer rests between sets                       RestIntent
    only the right side                             OneSideIntent side=right
    skip the left leg                               OneOffIntent side=left
    the other leg please                            OtherSideIntent
    both legs again                                 BothSidesIntent

    # Routines of their own, and what is left out
    make my own routine                             MakeRoutineIntent
    do the knee rolls and then the cat camel        TogetherIntent exercise=knee_rolls second=cat_camel
    bridges, then bird dog, then the march          TogetherIntent exercise=pelvic_tilt second=bird_dog third=exaggerated_walk
    save it as evening                              SaveRoutineIntent own=evening
    what are my routines                            MyRoutinesIntent
    start my evening routine                        RunRoutineIntent own=evening
    delete evening                                  DeleteRoutineIntent own=evening
    remember that                                   RememberIntent
    put everything back                             EverythingIntent
    my balance is poor                              BalanceIntent
    i have a frozen shoulder                        ShoulderIntent
    i have carpal tunnel                            WristsIntent
    when did i last do them                         LastTimeIntent
    remind me at half past eight in the evening     ReminderIntent time=20:30
    ten minutes for my upper back                   BeginIntent minutes=10 routine=upper_back

    # Questions on the way, and small talk
    tell me more                                    TellMoreIntent
    what's next                                     NextUpIntent
    how many have i done                            HowManyDoneIntent
    how long will it take                           TimeIntent
    do i need a mat                                 NeedIntent
    where do my feet go                             FormIntent
    do i breathe in or out                          BreatheIntent
    why are we doing this                           WhyIntent
    what did i do this week                         HistoryIntent
    what do you know about me                       PrivacyIntent
    who are you                                     WhoIntent
    are you a doctor                                DoctorIntent
    who wrote these exercises                       AuthorIntent
    thanks                                          ThanksIntent
    that was lovely                                 PraiseIntent
    this is boring                                  GrumbleIntent
    i don't know                                    DontKnowIntent
    in the small of my back                         WhereItHurtsIntent
    speak up                                        VolumeIntent
    put some music on                               MusicIntent
    use the other speaker                           DeviceIntent
    can i do it on my bed                           BedIntent
    chair exercises                                 SeatedIntent
    i can't kneel                                   NoKneelingIntent
    i can't get down on the floor                   CantGetDownIntent
    i'm out of breath                               BreathlessIntent

    # The same as Alexa's own, in other words
    explain that again                              AgainIntent
    what can i say to you                           OptionsIntent
    back to normal                                  NormalIntent
    what's my plan                                  PlanIntent
    shorter rests please                            LessRestIntent
    no rests                                        NoRestIntent
    twelve a side                                   RepsIntent amount=12
    hold for six seconds                            HoldLongerIntent amount=6
    just two sets                                   SetsIntent amount=2
    go back one                                     GoBackIntent
    go back to the beginning                        FromStartIntent
    maybe later                                     NotNowIntent

    # Of their health, in any words
    my heart is going like the clappers             EmergencyIntent
    i've come over all dizzy                        FaintIntent
    i take tablets for my blood pressure            HeartHealthIntent
    they found a bulging disc last year             BadDiscIntent
    it wakes me up at night                         SeeDoctorIntent
    there's a nasty pinch in my hip                 HurtsIntent
    my left foot has gone fuzzy                     NumbIntent
"""

ROWS = [
    tuple(part.strip() for part in line.strip().split("  ", 1))
    for line in SAID.splitlines()
    if line.strip() and not line.strip().startswith("#")
]


def written(heard):
    """As it stands in the table."""
    if heard is None:
        return "nothing"
    slots = [f"{slot}={value or '?'}" for slot, value in heard.slots.items()]
    return " ".join([heard.intent, *slots, *(["?"] if heard.doubt else [])])


@pytest.mark.parametrize(("said", "heard"), ROWS)
def test_what_is_said_is_heard(said, heard):
    assert written(EARS.hear(said)) == heard


def test_every_intent_is_in_the_table():
    heard = {heard.split()[0] for _, heard in ROWS}
    rare = {"AMAZON.FallbackIntent", "AMAZON.LoopOnIntent", "AMAZON.ShuffleOffIntent"}
    assert {intent["name"] for intent in LANGUAGE["intents"]} - heard == rare


FILLED = {
    # slot: what is said, and what it is
    "exercise": ("bird dog", "bird_dog"),
    "second": ("cat camel", "cat_camel"),
    "third": ("knee rolls", "knee_rolls"),
    "routine": ("desk break", "desk_break"),
    "minutes": ("ten", "10"),
    "amount": ("ten", "10"),
    "duration": ("thirty seconds", "PT30S"),
    "time": ("eight in the evening", "20:00"),
    "side": ("right leg", "right"),
    "own": ("evening", "evening"),
}


@pytest.mark.parametrize("intent", LANGUAGE["intents"], ids=lambda intent: intent["name"])
def test_every_sample_is_heard_as_its_own_intent(intent):
    for sample in intent["samples"]:
        filled = {slot: FILLED[slot] for slot in re.findall(r"\{(\w+)\}", sample)}
        said = sample.format(**{slot: spoken for slot, (spoken, _) in filled.items()})
        heard = EARS.hear(said)
        assert heard is not None, said
        assert MEANS[heard.intent] == MEANS[intent["name"]], said
        if filled:
            assert {slot: value for slot, (_, value) in filled.items()}.items() <= heard.slots.items(), said


@pytest.mark.parametrize("intent", HEARD)
def test_every_phrase_of_alexas_own_is_heard_as_it(intent):
    for phrase in HEARD[intent]:
        assert EARS.hear(phrase) == Heard(intent), phrase


@pytest.mark.parametrize("slug", catalogue().exercises)
def test_every_name_of_an_exercise_is_that_exercise(slug):
    exercise = catalogue().exercises[slug]
    for name in (exercise.name, *exercise.synonyms):
        for said in (f"the {name}", f"what is the {name}"):
            heard = EARS.hear(said)
            assert heard is not None, said
            assert heard.slots == {"exercise": slug}, said


@pytest.mark.parametrize("slug", catalogue().routines)
def test_every_name_of_a_routine_is_that_routine(slug):
    routine = catalogue().routines[slug]
    for said in (routine.name, *routine.synonyms, *(f"start the {name}" for name in routine.synonyms)):
        assert EARS.hear(said) == Heard("BeginIntent", {"routine": slug}), said


def test_every_word_that_is_a_muddle_is_heard_as_one():
    for slug, muddle in catalogue().muddles.items():
        for name in muddle.names:
            assert EARS.hear(name) == Heard("ExerciseIntent", {"exercise": f"muddle_{slug}"})


def test_an_emergency_is_heard_inside_anything():
    for phrase in catalogue().words.emergency:
        for said in (phrase, f"Alexa, {phrase}!", f"wait, i think {phrase} right now", f"no {phrase}"):
            assert EARS.hear(said) == Heard("EmergencyIntent"), said


def test_another_model_is_heard_by_its_own_name():
    language = {**LANGUAGE, "invocationName": "back coach"}
    other = Listener(Matcher(catalogue(), {"interactionModel": {"languageModel": language}}, SENTENCES))
    assert other.hear("alexa, open back coach") == Heard("LaunchRequest")
    assert other.hear("start my back routine") == Heard("BeginIntent", {"routine": "back_routine"})


def test_the_matcher_is_made_once():
    assert listener(catalogue(), LOCALE) is EARS
