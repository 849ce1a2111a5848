"""The demo corpus: a plan of synthetic speech that follows from the config alone.

Its valence is played by prosody (pitch, pitch range, rate, loudness), never by words;
`speechcodes.corpus.synthesis` speaks the plan. Ids, columns and scales are shaped after
MSP-Podcast (Lotfian and Busso, 2019).
"""

import math
import random
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

from speechcodes.corpus.readers.common import SCALE, Labelling, check_groups, groups_of
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

#: What is said, one a line.
_SENTENCES = Path(__file__).parent / "data" / "demo_sentences.txt"
SENTENCES = _SENTENCES.read_text(encoding="utf-8").splitlines()


class Emotion(NamedTuple):
    """How an emotion moves a voice, and what raters would say of it."""

    code: str
    #: In eSpeak's units, as a factor, and in decibels.
    pitch: float
    pitch_range: float
    rate: float
    level: float
    #: Means on the scale of 1 to 7.
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
    """One utterance of the plan: what is said, by whom, and how."""

    utterance: str
    speaker: str
    session: str
    gender: str
    text: str
    #: The class that its sound is made after.
    played: str
    #: Empty, and the ratings from 1 to 7 None, where nobody labelled the utterance.
    emotion: str
    valence: float | None
    arousal: float | None
    dominance: float | None
    partition: str
    voice: str
    #: In words per minute.
    rate: int
    #: eSpeak's settings of 0 to 99.
    pitch: int
    pitch_range: int
    #: In per cent of the usual amplitude.
    volume: int
    #: Level of the background, in dB relative to full scale.
    noise: float
    #: Seed of everything random in the sound.
    noise_seed: int


def read(
    corpus: Mapping, groups: Sequence[str] = ()
) -> tuple[list[Utterance], list[Rejected]]:
    """List the utterances of the demo corpus, whether they were spoken yet or not.

    Nothing is rejected.

    Raises InputError if more speakers are asked for than there are voices, or other
    classes, ratings or groups than those of the demo.
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
    check_groups(groups, ["gender"], "the demo")
    utterances = [
        Utterance(
            utterance=line.utterance,
            path=f"{root_of(corpus)}/{line.utterance}.wav",
            speaker=line.speaker,
            session=line.session,
            label="" if line.valence is None else labelling.of_rating(line.valence),
            value=line.valence,
            partition=line.partition,
            groups=groups_of(line._asdict(), groups),
        )
        for line in plan(corpus)
    ]
    return utterances, []


def root_of(corpus: Mapping) -> str:
    """Return the folder with the sound of this corpus."""
    return f"results/{corpus['name']}/audio"


def label_rows(corpus: Mapping) -> list[dict]:
    """List the rows of the corpus' label file, with the columns of MSP-Podcast.

    They are sorted by file name, and text; ratings have two decimals. Ratings and
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
    """Plan every utterance of the corpus, sorted by id.

    What an utterance is follows from the seed, its speaker, class (or that it has
    none) and number alone: more speakers or more utterances leave those already there
    as they were.

    Raises InputError if more speakers are asked for than there are voices.
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
