"""What people may say of their body, composed from word lists that are not the grammar's; and what is no sign of anything."""

from collections.abc import Iterator
from itertools import cycle, product

PLACES = ("lower back", "hip", "left knee", "neck", "shoulder", "right side", "tailbone", "ribs")
PAINS = (
    "i've got a nasty pinch in my {}", "ouch my {}", "my {} is really sore", "there's a stabbing feeling in my {}",
    "my {} is giving me gyp", "something just went in my {}", "my {} has seized up", "that really hurts my {}",
    "my {} is on fire", "i felt a twinge in my {}", "my {} aches like mad", "it's awfully painful round my {}",
    "oh no my {} has gone", "my {} doesn't like that one bit", "i've strained my {}", "i think i tweaked my {}",
    "a sharp pain shot through my {}", "my {} is cramping", "it's getting worse in my {}", "my {} is throbbing now",
)  # fmt: skip
BARE_PAINS = (
    "ow ow ow", "that hurt", "it's agony", "aargh", "no that's painful", "it's rather tender there", "i've pulled a muscle",
    "it hurts more than before", "that's not comfortable at all it's hurting", "this is making it worse", "it burns",
    "my back's in spasm", "i've put my back out", "it stings when i lift", "still hurts", "it hurts to move",
)  # fmt: skip
LIMBS = ("left leg", "right foot", "calf", "thigh", "big toe", "arm", "left hand", "knee")
NERVES = (
    "my {} has gone numb", "i've got pins and needles in my {}", "there's a tingling in my {}", "my {} feels dead",
    "i can't feel my {} properly", "an electric shock ran down my {}", "my {} feels weak", "my {} has gone all fuzzy",
    "it's shooting into my {}", "my {} keeps giving way", "there's no strength in my {}", "my {} has gone to sleep",
    "a burning line runs down my {}", "my {} is prickling",
)  # fmt: skip
CHESTS = (
    "my chest feels tight", "there's a pressure on my chest", "i've got a crushing pain in the chest",
    "my heart's pounding really hard", "my heart keeps skipping beats", "my heart is racing like mad",
    "it feels like an elephant is sitting on my chest", "i'm getting chest pains", "there's an ache across my chest",
    "i've palpitations", "i can't get any air", "i'm struggling to breathe", "i can't catch my breath at all",
    "i'm fighting for breath", "it hurts when i breathe in", "my face is drooping", "my words are coming out all slurred",
    "one side of my face has dropped", "my left arm has gone heavy and numb", "i can't see properly out of one eye it's gone blurry and i'm seeing double",
    "i think i'm having a stroke", "i think it's my heart i'm having a heart attack", "my chest is squeezing", "pain between my shoulder blades like it's tearing",
    "i've got a pain in my jaw and my chest", "my chest hurts", "a band around my chest is tightening", "my heart's doing funny things",
    "i can hardly breathe", "i'm gasping",
)  # fmt: skip
LEGS = (
    "both my legs have gone numb", "i can't feel either leg", "my legs are tingling", "my legs won't hold me", "i can't move my legs",
    "both legs feel weak", "it's gone numb between my legs", "i've lost feeling down below", "my bottom has gone numb",
    "i can't feel it when i wipe", "my private parts are numb", "i can't pee", "i can't hold my water", "i've wet myself",
    "i've lost control of my bowels", "i don't feel when my bladder is full it's numb", "i can't tell when i need to go to the toilet any more i've lost the feeling",
    "i've got pins and needles in both feet", "my legs keep buckling", "my inner thighs have gone numb", "i've soiled myself",
    "there's tingling in both my feet", "i have trouble passing water since this morning", "from the waist down i can't feel a thing",
)  # fmt: skip
FAINTS = (
    "i feel faint", "i've come over dizzy", "the room's going round", "i'm seeing stars", "i'm a bit light headed", "i feel woozy",
    "i think i'm going to be sick", "i feel queasy", "my head's swimming", "everything's going black", "i've gone all clammy",
    "i feel giddy", "i don't feel very well", "i feel a bit peculiar", "i'm in a cold sweat", "i might pass out", "i feel nauseous",
    "i've gone dizzy getting up", "there are black spots in front of my eyes", "i feel like throwing up", "i've come over all funny",
    "i feel really unwell", "my ears are ringing and i feel faint", "i'm feeling ever so dizzy",
)  # fmt: skip
FALLS = (
    "i've had a fall", "i fell over", "i've just fallen off the chair", "i slipped and hit my head", "i tripped over the mat and landed badly",
    "i banged my head on the table", "i took a tumble", "i've gone over and hit the floor", "i blacked out for a second", "i collapsed",
)  # fmt: skip
TURNS = ("{}", "hang on, {}", "{} now", "um {}", "stop, {}", "sorry but {}", "{} i'm afraid", "oh {}")

STOPS = ("pain", "nerve", "chest", "legs", "faint", "fall")


def phrases() -> Iterator[tuple[str, str]]:
    """Kind, and what is said: some three hundred, each in another turn of speech."""
    turns = cycle(TURNS)
    for i, (pain, place) in enumerate(product(PAINS, PLACES)):
        if i % 2 == 0:
            yield "pain", next(turns).format(pain.format(place))
    for kind, said in (
        ("pain", BARE_PAINS),
        ("chest", CHESTS),
        ("legs", LEGS),
        ("faint", FAINTS),
        ("fall", FALLS),
    ):
        for one in said:
            yield kind, one
            yield kind, next(turns).format(one)
    for i, (nerve, limb) in enumerate(product(NERVES, LIMBS)):
        if i % 3 == 0:
            yield "nerve", next(turns).format(nerve.format(limb))


EXERCISES = (
    "pelvic tilt", "knee to chest", "hamstring stretch", "exaggerated walk", "shoulder blade squeeze", "upper back stretch",
    "upper body twist", "cat camel", "bird dog", "knee rolls",
)  # fmt: skip
ABOUT = (
    "start the {}", "what is the {}", "let's do the {} next", "skip the {}", "i like the {}", "how many {} are left", "how do you do the {}",
    "is the {} good for me", "can we go back to the {}", "i want to try the {} today", "do i hold my breath in the {}", "tell me about the {}",
    "is the {} next", "how long is the {}", "how high do i lift in the {}", "which leg first in the {}", "the {} was lovely",
    "repeat the {}", "not the {} again", "do the {} on the left side",
)  # fmt: skip
PLAIN = (
    "start my back routine", "my back feels great", "that feels nice", "it doesn't hurt any more", "no pain at all", "nothing hurts",
    "is the left leg next", "which leg do i start with", "how far does my knee go to my chest", "where should my feet be", "do i keep my legs straight",
    "should my back be flat", "do my arms go by my sides", "how wide are my feet", "is my head meant to be down", "bring my knees to my chest",
    "should i feel it in my legs", "should i feel a stretch in my back", "i feel good", "i feel much better today", "i feel ready", "i feel like doing another one",
    "i'm down on my back now", "i'm on my side", "i'm standing up", "i'm sitting in my chair", "i've got my foot on the chair", "my hands are by my hips",
    "yes", "no", "okay", "go", "next", "stop", "stop counting", "wait", "pause", "carry on", "say that again", "again please", "how many more",
    "how long is left", "what's next", "slower", "faster", "louder", "quieter", "easier", "harder", "skip this one", "go back", "start over",
    "thanks", "thank you love", "you're very kind", "what's the weather", "play some music", "tell me a joke", "who are you", "are you a doctor",
    "what do you know about me", "forget me", "help", "what can i say", "what exercises are there", "give me the lower back routine", "upper back please",
    "the standing routine", "i've only got ten minutes", "i'm at my desk", "i've been sitting all day", "the morning routine", "do the quick one",
    "one more set and that's it", "only the right side", "longer rests", "hold it for ten", "fewer reps", "can i do fewer", "do five instead",
    "i've lost count", "i lost my place", "where were we", "which set is this", "am i doing it right", "is this right", "can you see me", "what muscles does it work",
    "what's this good for", "why this one", "when do i breathe in", "do i breathe out now", "can i do it on my bed", "can i do it in a chair", "i need my mat",
    "let me get my glasses", "the cat is on my mat", "the phone's ringing", "someone's at the door", "i need a wee", "i need the loo", "let me have a drink",
    "i'm nearly there", "not quite ready", "give me a minute", "two more minutes", "i'm bored", "this is dull", "you talk too much", "i hate this one", "do i have to",
    "i love this one", "that was great", "lovely", "well done", "that's better", "much better now", "the pain has gone", "it's stopped hurting", "i'm fine", "i'm okay now",
    "my leg feels fine again", "my back is looser", "my shoulders feel lighter", "i slept well", "good morning", "good night", "see you tomorrow", "that's enough for today",
    "i'm done", "finish", "i've had enough", "i'm tired", "i'm hungry", "i'm thirsty", "it's hot in here", "it's cold on the floor", "the floor is hard", "my mat keeps slipping away",
    "my socks are slippery", "turn the lights on", "set a timer", "remind me tomorrow", "call my sister", "what time is it", "who won the match", "is it going to rain",
    "how old are you", "do you sleep", "sing me a song", "count in french", "say it slower", "speak up", "i can't hear you", "turn it down", "you're too loud",
    "use the other speaker", "put it on the telly", "straight through please", "don't ask me every time", "wait for me after each set", "set by set", "hands free",
    "i'll say when", "ready when you are", "let's go", "let's do it", "all set", "i'm lying down", "i'm comfortable", "i'm all right here", "just a second", "hold on a moment",
    "bear with me", "keep going", "don't stop", "go on then", "next set", "count me in", "same again", "one more", "do it again", "the other side", "swap legs", "change sides",
    "left side first", "is it both legs together", "do both legs go up", "do i lift both feet", "does my other leg stay straight", "is it heel or toe first", "do my knees touch",
    "how long do i hold", "hold for four", "count to five", "count backwards", "is there a video", "show me a picture", "what's your name", "are you alexa", "can my wife join in",
    "is my husband's place kept too", "how many days this week", "what did i do yesterday", "have i done this today", "when did i last do it", "make my own routine", "save this routine",
    "delete my routine", "what are my routines", "what's in the short routine", "is the long one better", "which is the easiest", "which one is the hardest", "surprise me", "you choose",
    "i don't know", "i'm not sure", "whatever", "i don't mind", "never mind", "forget it", "cancel that", "sorry", "pardon", "what", "hello", "are you there", "can you hear me",
)  # fmt: skip
MANNERS = ("{}", "{} please", "okay {}", "um {}", "right {}")


def calm() -> Iterator[str]:
    """What is no sign of anything: at least five hundred."""
    yield from (about.format(exercise) for about, exercise in product(ABOUT, EXERCISES))
    manners = cycle(MANNERS)
    for one in PLAIN:
        yield one
        if len(one.split()) > 2:
            yield next(manners).format(one)
