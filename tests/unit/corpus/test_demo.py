"""The demo corpus: what its plan promises, and that its speech keeps it."""

import hashlib
from collections import Counter, defaultdict
from multiprocessing import get_context

import numpy as np
import pytest
import soundfile

from speechcodes.corpus import synthesis
from speechcodes.corpus.readers import demo
from speechcodes.errors import InputError
from speechcodes.records import VALENCE


def corpus(speakers=24, per_class=2, unlabelled=0, seed=1, name="demo", **section):
    return {
        "name": name,
        "reader": "demo",
        "demo": {
            "speakers": speakers,
            "utterances_per_class": per_class,
            "unlabelled_per_speaker": unlabelled,
            "seed": seed,
        },
        **section,
    }


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def spoken(tmp_path_factory):
    """Six speakers with five utterances per class, as (line, samples, rate)."""
    folder = tmp_path_factory.mktemp("audio")
    lines = demo.plan(corpus(speakers=6, per_class=5, unlabelled=2))
    synthesis.synthesise(lines, lambda line: folder / f"{line.utterance}.wav")
    return [
        (line, *soundfile.read(folder / f"{line.utterance}.wav", dtype="float64"))
        for line in lines
    ]


# The plan


@pytest.mark.parametrize(("negative", "positive"), [(3, 5), (3.5, 4.5), (1, 7)])
def test_labels_follow_from_the_written_ratings(negative, positive):
    section = corpus(rating={"bounds": [negative, positive]})
    utterances, rejected = demo.read(section)
    rows = demo.label_rows(section)

    assert rejected == []
    assert utterances[0].path == f"results/demo/audio/{rows[0]['FileName']}"
    assert list(rows[0])[1:5] == ["EmoClass", "EmoAct", "EmoVal", "EmoDom"]
    assert [f"{each.utterance}.wav" for each in utterances] == [
        row["FileName"] for row in rows
    ]
    for each, row in zip(utterances, rows, strict=True):
        rating = float(row["EmoVal"])
        expected = "neutral"
        if rating <= negative:
            expected = "negative"
        if rating >= positive:
            expected = "positive"
        assert each.label == expected
        assert each.value == rating
        assert 1 <= rating <= 7
        assert each.speaker == row["SpkrID"] == str(int(row["SpkrID"]))
        assert each.partition == row["Split_Set"]


def test_every_speaker_has_the_same_count_of_each_class():
    lines = demo.plan(corpus(speakers=25, per_class=3))
    assert len({line.utterance for line in lines}) == len(lines) == 25 * 3 * 3
    counts = Counter((line.speaker, line.played) for line in lines)
    assert len(counts) == 25 * 3
    assert set(counts.values()) == {3}
    assert all(line not in lines for line in demo.plan(corpus(seed=2)))
    # Nor does the turn within a session tell the class.
    first = {line.played for line in lines if line.utterance.endswith("_0001")}
    assert first == set(VALENCE)


def test_sessions_hold_two_speakers_who_speak_nowhere_else():
    lines = demo.plan(corpus(speakers=24))
    speakers, sessions = defaultdict(set), defaultdict(set)
    for line in lines:
        speakers[line.session].add(line.speaker)
        sessions[line.speaker].add(line.session)
        assert line.utterance.startswith(f"DEMO_{line.session}_")
    assert {len(found) for found in speakers.values()} == {2}
    assert {len(found) for found in sessions.values()} == {1}


def test_no_two_speakers_share_voice_and_pitch():
    lines = demo.plan(corpus(speakers=demo.SPEAKERS_AT_MOST, per_class=1))
    voices = defaultdict(set)
    for line in lines:
        voices[line.voice].add(line.speaker)
    assert sum(map(len, voices.values())) == demo.SPEAKERS_AT_MOST
    assert {len(found) for found in voices.values()} == {len(demo.PITCHES)}


@pytest.mark.parametrize(
    "grown",
    [corpus(per_class=700, unlabelled=1), corpus(speakers=31), corpus(unlabelled=40)],
)
def test_a_grown_corpus_keeps_the_earlier_utterances(grown):
    earlier = demo.plan(corpus(unlabelled=grown["demo"]["unlabelled_per_speaker"] > 0))
    later = demo.plan(grown)
    assert len(later) > len(earlier)
    assert set(earlier) <= set(later)


#: SHA-256 of the plan of `corpus()` before any speech was without a label.
PLAN = "413da2d242ada6d96334ee5ed05a72b5435d9d5b6e50b0402447e8558081aa25"


@pytest.mark.parametrize("unlabelled", [0, 5])
def test_labelled_utterances_stay_as_they_are(unlabelled):
    lines = demo.plan(corpus(unlabelled=unlabelled))
    labelled = repr([tuple(line) for line in lines if line.valence])
    assert hashlib.sha256(labelled.encode()).hexdigest() == PLAN


def test_some_speech_has_no_label_but_a_speaker():
    section = corpus(speakers=30, unlabelled=4)
    utterances, _ = demo.read(section)
    without = [each for each in utterances if not each.label]
    speakers = map(str, range(1, 31))
    assert Counter(u.speaker for u in without) == dict.fromkeys(speakers, 4)
    assert {line.played for line in demo.plan(section) if not line.emotion} == {
        *VALENCE
    }
    assert all(each.value is None and each.session for each in without)
    assert len({each.utterance for each in utterances}) == len(utterances)
    rows = {row["FileName"]: row for row in demo.label_rows(section)}
    for each in without:
        row = rows[f"{each.utterance}.wav"]
        assert row["SpkrID"] == each.speaker
        ratings = ("EmoClass", "EmoAct", "EmoVal", "EmoDom")
        assert [row[column] for column in ratings] == [""] * 4


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"classes": ["low", "high"]}, "the demo has the classes negative, neutral"),
        ({"classes": ["positive", "neutral", "negative"]}, "the demo has the classes"),
        ({"rating": {"column": "EmoAct"}}, "the demo is rated by EmoVal from 1 to 7"),
        ({"rating": {"scale": [0, 10]}}, "the demo is rated by EmoVal from 1 to 7"),
        ({"speakers": 10_000}, f"at most {demo.SPEAKERS_AT_MOST}"),
    ],
)
def test_what_the_demo_cannot_be_is_told(section, words):
    with pytest.raises(InputError, match=words):
        demo.read(corpus(**section))


# The speech


def test_bytes_depend_on_the_line_alone(tmp_path):
    lines = demo.plan(corpus())
    one, other, between = lines[0], lines[5], lines[20]
    here, again, elsewhere = (
        {line: tmp_path / f"{place}{number}.wav" for number, line in enumerate(lines)}
        for place in "abc"
    )
    synthesis.synthesise([one, other], here.get)
    synthesis.synthesise([other, between, one], again.get)
    with get_context("spawn").Pool(1) as pool:
        pool.apply(synthesis.synthesise, ([one], elsewhere.get))
    assert digest(here[one]) == digest(again[one]) == digest(elsewhere[one])
    assert digest(here[other]) == digest(again[other]) != digest(here[one])


def test_files_are_speech_of_the_promised_format(spoken):
    for line, samples, rate in spoken:
        assert rate == 16_000
        assert samples.ndim == 1
        assert 1.2 < samples.size / rate < 9, line
        assert np.abs(samples).max() > 0.01, line
        assert np.abs(samples).max() <= 1
        # A voice over a background, not noise alone.
        assert np.std(samples) > 3 * 10 ** (line.noise / 20), line


def test_classes_differ_in_level_on_average(spoken):
    levels = defaultdict(list)
    for line, samples, _ in spoken:
        levels[line.played].append(20 * np.log10(np.std(samples)))
    assert np.mean(levels["positive"]) > np.mean(levels["neutral"]) + 1
    # Overlap: the loudest negative utterance is louder than the softest positive.
    assert max(levels["negative"]) > min(levels["positive"])


def test_rate_and_pitch_settings_reach_the_voice():
    line = demo.plan(corpus())[0]
    slow = synthesis.speak(line._replace(rate=110))
    fast = synthesis.speak(line._replace(rate=200))
    assert slow.size > 1.3 * fast.size

    low = synthesis.speak(line._replace(pitch=20, pitch_range=0, noise=-90))
    high = synthesis.speak(line._replace(pitch=70, pitch_range=0, noise=-90))
    # 50 units of eSpeak's pitch are an octave.
    assert 1.5 < period(low) / period(high) < 2.7


def period(samples):
    """Estimate the period of a monotonous voice (samples) by autocorrelation."""
    power = np.abs(np.fft.rfft(samples.astype(float), 2 * samples.size)) ** 2
    return 40 + np.argmax(np.fft.irfft(power)[40:320])


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"voice": "nowhere+m1"}, "no voice 'nowhere"), ({"text": " "}, "says nothing")],
)
def test_what_cannot_be_spoken_is_an_error_and_leaves_no_file(tmp_path, changes, words):
    line = demo.plan(corpus())[0]._replace(**changes)
    with pytest.raises(InputError, match=words):
        synthesis.synthesise([line], lambda _: tmp_path / "a.wav")
    assert list(tmp_path.iterdir()) == []
