"""The demo corpus: a plan of synthetic speech that follows from the config alone.

It stands in for a licensed corpus, so that the whole workflow can be tried. Its
valence is played by prosody (pitch, pitch range, rate, loudness), never by words;
`speechcodes.corpus.synthesis` speaks the plan. Some of it may have no
label. Ids, columns and scales are shaped after MSP-Podcast (Lotfian and Busso, 2019),
its speech is nobody's.
"""

import math
import random
from collections.abc import Mapping
from itertools import product
from typing import NamedTuple

from speechcodes.corpus.readers.common import SCALE, Labelling
from speechcodes.errors import InputError
from speechcodes.records import VALENCE, Rejected, Utterance

#: eSpeak NG voices. Each is heard at each of PITCHES, and is then another speaker.
ACCENTS = ("en-us", "en-gb-x-rp", "en-gb-scotland")
VARIANTS = {
    "Male": ("m1", "m2", "m3", "m4", "m7", "m8"),
    "Female": ("f1", "f2", "f3", "f4", "f5", "Annie"),
}
#: eSpeak's pitch setting, 50 of its units to the octave.
PITCHES = (36, 46, 56)
SPEAKERS_AT_MOST = sum(map(len, VARIANTS.values())) * len(ACCENTS) * len(PITCHES)
SPEAKERS_PER_SESSION = 2
#: Speech without a label has later turns in its session than any with one.
TURNS_WITH_LABELS = 6000
#: The column of the label file that gives the class.
RATING = "EmoVal"

SENTENCES = (
    "The parcel was left behind the front desk on the second floor this morning.",
    "Our train leaves from the platform next to the old bridge at a quarter past.",
    "She put the blue folder on the table and then walked over to the window.",
    "There are twelve chairs in the room and four more of them in the corridor.",
    "The meeting about the new timetable was moved to Thursday in the afternoon.",
    "He wrote the number of the house on a piece of paper and folded it twice.",
    "The shop on the corner sells bread, stamps, batteries and some kitchen paper.",
    "You can find the spare key on the hook to the left of the cellar door.",
    "They are going to paint the fence between the two gardens in a light grey.",
    "The library keeps the maps of the county in a long drawer under the stairs.",
    "I told them that the bus to the station stops on the other side of the road.",
    "The kettle is standing on the shelf above the sink, beside the wooden bowls.",
    "A man in a brown coat asked the driver for the way to the town hall.",
    "The report has nine pages, and the last two of them are tables of figures.",
    "We changed the clocks in the kitchen and in the hall before we went upstairs.",
    "The second lecture begins at eleven, in the building opposite the museum.",
    "My neighbour keeps his ladder in the shed and his tools in the garage.",
    "The water in the lake was at about the same level as in the previous year.",
    "She sends the list to the office on the first Monday of every other month.",
    "The carpet in the waiting room is green, with a narrow yellow border.",
    "He opened the map, looked for the river, and followed it down to the coast.",
    "The boxes in the van are for the school, and those on the lawn are for us.",
    "There is a small table by the door for the letters and the newspapers.",
    "They took the road along the railway and turned right behind the church.",
    "The recipe says two cups of flour, one cup of milk and a spoon of salt.",
    "I left the bicycle at the station and walked the rest of the way along the canal.",
    "The window faces the yard, and the door opens onto a passage to the street.",
    "Her cousin works in the post office on Tuesdays and in the bakery on Fridays.",
    "The form has to be signed on the third page and returned within two weeks.",
    "You will see a row of tall trees and after that a low building made of brick.",
    "The printer on the first floor uses the same paper as the one in the lobby.",
    "He said that the lamp in the study should stand closer to the bookshelf.",
    "The ferry takes cars and bicycles and crosses the bay six times each day.",
    "We counted the plates, the cups and the glasses and wrote everything down.",
    "The committee talked about parking, street lights and the number of benches.",
    "Somebody had put a chair in front of the cupboard in which the towels are kept.",
    "The coat on the second hook belongs to the man who repairs the lift.",
    "After lunch the group walked around the old harbour and back through the park.",
    "The book is about the rivers of the north and the towns that lie along them.",
    "They keep the tickets in a tin on the counter and the change in a drawer.",
    "The radio says it will be cloudy in the west, with some wind along the coast.",
    "Please write your name at the top and the date at the bottom of the page.",
    "The apples are in the basket by the stairs.",
    "The bus was about as full as it usually is at ten.",
    "A grey van stood in front of the bank for most of the morning.",
    "The next page shows the plan of the ground floor.",
)


class Emotion(NamedTuple):
    """How an emotion moves a voice, and what raters would say of it.

    Pitch and pitch range move in eSpeak's units, the rate by a factor, loudness in
    decibels; arousal and dominance are means on the scale of 1 to 7.
    """

    code: str
    pitch: float
    pitch_range: float
    rate: float
    level: float
    arousal: float
    dominance: float


#: Two ways for each pole, as in life: negative speech may be louder or softer than
#: neutral speech, so that no single measure orders the classes. Codes are those of
#: MSP-Podcast: angry, sad, neutral, happy, surprised.
EMOTIONS = {
    "negative": (
        Emotion("A", -6, -18, 1.15, 2, 5.2, 5.0),
        Emotion("S", -16, -26, 0.82, -9, 2.9, 3.2),
    ),
    "neutral": (Emotion("N", 0, 0, 1.0, 0, 4.0, 4.1),),
    "positive": (
        Emotion("H", 20, 26, 1.06, 6, 5.0, 4.6),
        Emotion("U", 26, 38, 0.92, 4, 5.3, 4.0),
    ),
}
#: Lowest and highest valence of each class, in hundredths.
VALENCES = {"negative": (100, 300), "neutral": (301, 499), "positive": (500, 700)}


class Speaker(NamedTuple):
    """A voice at rest, in eSpeak's units (rate in words per minute)."""

    number: int
    gender: str
    voice: str
    pitch: float
    pitch_range: float
    rate: float
    level: float
    expressiveness: float
    noise: float
    sentences: tuple[str, ...]


class Line(NamedTuple):
    """One utterance of the plan: what is said, by whom, and how.

    `valence`, `arousal` and `dominance` lie on MSP-Podcast's scale of 1 to 7. They are
    None, and `emotion` is empty, where nobody labelled the utterance. `played` is the
    class that its sound is made after.
    `rate` is in words per minute, `pitch` and `pitch_range` are eSpeak's settings
    of 0 to 99, `volume` is its setting in per cent of the usual amplitude, `noise`
    the level of the background in dB relative to full scale, and `noise_seed` the
    seed of everything random in the sound.
    """

    utterance: str
    speaker: str
    session: str
    gender: str
    text: str
    played: str
    emotion: str
    valence: float | None
    arousal: float | None
    dominance: float | None
    partition: str
    voice: str
    rate: int
    pitch: int
    pitch_range: int
    volume: int
    noise: float
    noise_seed: int


def read(corpus: Mapping) -> tuple[list[Utterance], list[Rejected]]:
    """List the utterances of the demo corpus, whether they were spoken yet or not.

    Parameters
    ----------
    corpus : mapping
        The validated section `corpus` of the config: `name`, `demo` (`speakers`, and of
        each `utterances_per_class` and `unlabelled_per_speaker`; `seed`) and, if
        wanted, `rating`, whose `bounds` cut the valence.

    Returns
    -------
    tuple of list
        The utterances sorted by id, and the rejected, of which there are none.

    Raises
    ------
    InputError
        More speakers asked for than there are voices, or other classes or ratings
        than those of the demo.
    """
    labelling = Labelling.of(corpus)
    if labelling.classes != VALENCE:
        raise InputError(
            f"corpus.classes: the demo has the classes {', '.join(VALENCE)}, not"
            f" {', '.join(labelling.classes)}; leave classes out"
        )
    if labelling.column not in (None, RATING) or labelling.scale != SCALE:
        raise InputError(
            f"corpus.rating: the demo is rated by {RATING} from 1 to 7; leave column"
            " and scale out"
        )
    utterances = [
        Utterance(
            utterance=line.utterance,
            path=f"{root_of(corpus)}/{line.utterance}.wav",
            speaker=line.speaker,
            session=line.session,
            label="" if line.valence is None else labelling.of_rating(line.valence),
            value=line.valence,
            partition=line.partition,
        )
        for line in plan(corpus)
    ]
    return utterances, []


def root_of(corpus: Mapping) -> str:
    """Return the folder with the sound of this corpus."""
    return f"results/{corpus['name']}/audio"


def label_rows(corpus: Mapping) -> list[dict]:
    """List the rows of the corpus' label file, with the columns of MSP-Podcast.

    Parameters
    ----------
    corpus : mapping
        As for `read`, and with its errors.

    Returns
    -------
    list of dict
        One row per utterance, sorted by file name; every value is a string, the
        ratings (`EmoAct`, `EmoVal`, `EmoDom`, 1 to 7) with two decimals. Ratings and
        `EmoClass` are empty where nobody labelled the utterance.
    """
    return [
        {
            "FileName": f"{line.utterance}.wav",
            "EmoClass": line.emotion,
            "EmoAct": _two_decimals(line.arousal),
            RATING: _two_decimals(line.valence),
            "EmoDom": _two_decimals(line.dominance),
            "SpkrID": line.speaker,
            "Gender": line.gender,
            "Split_Set": line.partition,
        }
        for line in plan(corpus)
    ]


def _two_decimals(rating):
    return "" if rating is None else f"{rating:.2f}"


def plan(corpus: Mapping) -> list[Line]:
    """Plan every utterance of the corpus.

    What an utterance is follows from the seed, its speaker, class (or that it has
    none) and number alone: more speakers or more utterances leave those already there
    as they were.

    Parameters
    ----------
    corpus : mapping
        As for `read`, and with its errors about speakers.

    Returns
    -------
    list of Line
        Sorted by id: of each speaker, `utterances_per_class` of each class and
        `unlabelled_per_speaker` without a label.
    """
    demo = corpus["demo"]
    numbers = dict.fromkeys(VALENCE, demo["utterances_per_class"])
    numbers[""] = demo["unlabelled_per_speaker"]
    lines = [
        _line(demo["seed"], speaker, label, nth)
        for speaker in _speakers(demo["seed"], demo["speakers"])
        for label, number in numbers.items()
        for nth in range(number)
    ]
    return sorted(lines)


def _speakers(seed, count):
    """Cast the speakers, men and women by turns, each with a voice of their own."""
    if count > SPEAKERS_AT_MOST:
        raise InputError(
            f"corpus.demo.speakers: {count} speakers asked for, but there are only "
            f"{SPEAKERS_AT_MOST} voices (variant, accent and pitch): ask for at most "
            f"{SPEAKERS_AT_MOST}"
        )
    casts = []
    for gender, variants in VARIANTS.items():
        voices = list(product(ACCENTS, variants, PITCHES))
        random.Random(f"{seed}:voices:{gender}").shuffle(voices)
        casts.append([(gender, *voice) for voice in voices])
    voices = [voice for pair in zip(*casts, strict=True) for voice in pair]
    return [_speaker(seed, number, *voices[number]) for number in range(count)]


def _speaker(seed, number, gender, accent, variant, pitch):
    rng = random.Random(f"{seed}:speaker:{number}")
    return Speaker(
        number=number,
        gender=gender,
        voice=f"{accent}+{variant}",
        pitch=pitch + rng.uniform(-4, 4),
        pitch_range=rng.uniform(38, 62),
        rate=rng.uniform(132, 160),
        level=rng.uniform(-12, -8),
        expressiveness=rng.uniform(0.9, 1.4),
        noise=rng.uniform(-60, -52),
        sentences=tuple(rng.sample(SENTENCES, len(SENTENCES))),
    )


def _line(seed, speaker, label, nth):
    rng = random.Random(f"{seed}:utterance:{speaker.number}:{label}:{nth}")
    played = label or rng.choice(VALENCE)
    emotion = rng.choice(EMOTIONS[played])
    session = speaker.number // SPEAKERS_PER_SESSION + 1
    line = Line(
        utterance=f"DEMO_{session:04d}_{_turn(seed, speaker, label, nth):04d}",
        speaker=str(speaker.number + 1),
        session=f"{session:04d}",
        gender=speaker.gender,
        text=_text(speaker, label, nth),
        played=played,
        emotion=emotion.code,
        arousal=_rating(rng, emotion.arousal),
        dominance=_rating(rng, emotion.dominance),
        partition=_partition(session),
        voice=speaker.voice,
        noise=speaker.noise,
        noise_seed=rng.getrandbits(31),
        **_prosody(rng, speaker, emotion),
        valence=rng.randint(*VALENCES[played]) / 100,
    )
    if label:
        return line
    return line._replace(emotion="", valence=None, arousal=None, dominance=None)


def _turn(seed, speaker, label, nth):
    """Number the utterances of a session in turns that tell nothing of the class."""
    session, place = divmod(speaker.number, SPEAKERS_PER_SESSION)
    if not label:
        return TURNS_WITH_LABELS + nth * SPEAKERS_PER_SESSION + place + 1
    turns = list(product(range(SPEAKERS_PER_SESSION), VALENCE))
    random.Random(f"{seed}:turns:{session}:{nth}").shuffle(turns)
    return nth * len(turns) + turns.index((place, label)) + 1


def _text(speaker, label, nth):
    """Walk through the speaker's own order of sentences, whatever the class.

    Speech without a label begins at the other end.
    """
    place = nth * len(VALENCE) + VALENCE.index(label) if label else -1 - nth
    return speaker.sentences[place % len(speaker.sentences)]


def _prosody(rng, speaker, emotion):
    """Move a voice as far as its speaker shows emotion, and as chance has it."""
    shown = speaker.expressiveness * rng.uniform(0.7, 1.3)
    pitch = speaker.pitch + shown * emotion.pitch + rng.gauss(0, 4)
    pitch_range = speaker.pitch_range + shown * emotion.pitch_range + rng.gauss(0, 7)
    rate = speaker.rate * emotion.rate**shown * math.exp(rng.gauss(0, 0.04))
    level = speaker.level + shown * emotion.level + rng.gauss(0, 1.5)
    return {
        "rate": _within(rate, 90, 260),
        "pitch": _within(pitch, 0, 99),
        "pitch_range": _within(pitch_range, 0, 99),
        "volume": _within(100 * 10 ** (level / 20), 10, 75),
    }


def _rating(rng, mean):
    return round(min(max(rng.gauss(mean, 0.6), 1), 7), 2)


def _within(value, low, high):
    return min(max(round(value), low), high)


def _partition(session):
    """Divide the sessions as the publishers of a corpus would: two thirds train."""
    return {0: "Test1", 5: "Development"}.get(session % 6, "Train")
