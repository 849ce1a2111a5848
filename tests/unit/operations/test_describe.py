"""How large a run is, told before it starts."""

import sys

import numpy as np
import pytest
import soundfile

from speechcodes.errors import InputError
from speechcodes.operations import describe
from speechcodes.operations.describe import Lengths

SPECTROGRAM = {"window": 0.05, "step": 0.05, "bands": None}
SEGMENTS = {
    "20k": {"samples": 20000, "short_signals": "pad", "spectrogram": SPECTROGRAM},
    "30k": {"samples": 30000, "short_signals": "drop", "spectrogram": SPECTROGRAM},
}
CONFIG = {
    "corpus": {"name": "mine"},
    "audio": {"sampling_rate": 8000},
    "segments": SEGMENTS,
    "experiment": {
        "feature_sets": ["midterm", "code"],
        "classifiers": {"svm": {}, "knn": {}},
        "percentages": [10, 100],
        "draws": 10,
    },
}
#: Two, four, and eight seconds are 1, 1, 3 segments of 2.5 s and 0, 1, 2 of 3.75 s.
LENGTHS = {
    ("training", "neutral"): Lengths(30, [2, 4, 8]),
    ("training", "positive"): Lengths(2, [8, 8]),
    ("test", "neutral"): Lengths(10, []),
    ("unlabelled", "neutral"): Lengths(4, [4]),
}


# --- utterances and segments ------------------------------------------------------


def test_lengths_are_read_from_headers_and_broken_files_passed_over(tmp_path):
    paths = [str(tmp_path / f"{n}.wav") for n in range(4)]
    soundfile.write(paths[0], np.zeros(16000), 16000)
    soundfile.write(paths[1], np.zeros((4000, 2)), 8000)
    (tmp_path / "2.wav").write_text("no audio")
    group = ("test", "neutral")
    found = describe.look_into({group: 9}, {group: paths})
    assert found == {group: Lengths(9, [1.0, 0.5])}


def test_utterances_are_counted_per_split_and_class():
    groups = {("test", "neutral"): 3, ("training", "negative"): 4}
    table = describe.table_of_utterances(groups)
    assert table.values.tolist() == [["training", 4, 0, 0, 4], ["test", 0, 3, 0, 3]]


def test_segments_are_estimated_from_the_utterances_looked_into():
    table = describe.table_of_segments(LENGTHS, SEGMENTS, 8000).set_index("split")
    assert list(table.index) == ["training", "unlabelled", "test"]
    # 30 utterances in place of 3, and 2 that are known.
    assert table.loc["training", "20k"] == pytest.approx(10 * (1 + 1 + 3) + 3 + 3)
    assert table.loc["training", "30k"] == pytest.approx(10 * (0 + 1 + 2) + 2 + 2)
    assert table.loc["training", "hours"] == pytest.approx((10 * 14 + 16) / 3600)
    # As the utterances of all groups, where none could be looked into.
    assert table.loc["test", "20k"] == pytest.approx(10 * (1 + 1 + 3 + 3 + 3 + 1) / 6)


def test_without_any_audio_a_length_is_assumed_and_this_is_said():
    lengths = {("test", "neutral"): Lengths(6, [])}
    table = describe.table_of_segments(lengths, SEGMENTS, 8000)
    # 5 s hold two segments of 2.5 s, and one of 3.75 s.
    assert table[["20k", "30k"]].values.tolist() == [[12, 6]]
    assert "5 s are assumed" in describe.how_known(lengths)


def test_it_is_said_how_lengths_are_known():
    assert "6 of 46 audio files" in describe.how_known(LENGTHS)
    all_known = {("test", "neutral"): Lengths(1, [2])}
    assert "all audio files" in describe.how_known(all_known)


# --- disk -------------------------------------------------------------------------


def test_disk_is_what_arrays_take():
    architecture = {
        "convolutions": [{"filters": 2, "kernel": 2, "stride": 2}],
        "dense": None,
    }
    autoencoders = {"20k": [{"architecture": "x", "latent": 8}]}
    lengths = {
        ("training", "neutral"): Lengths(1, [5]),
        ("unlabelled", "neutral"): Lengths(2, [5, 5]),
        ("test", "neutral"): Lengths(1, [5]),
    }
    segments = {"20k": SEGMENTS["20k"]}
    table = describe.table_of_segments(lengths, segments, 8000)
    config = {**CONFIG, "segments": segments}
    found = describe.disk(table, lengths, config, autoencoders, {"x": architecture})
    assert found["signals"] == pytest.approx(4 * 40_000 * 4)
    assert found["midterm"] == 4 * 136 * 8
    # Two segments of each utterance; spectrograms of (49, 200).
    assert found["spectrograms"] == 8 * 49 * 200 * 4
    assert found["codes"] == 4 * 8 * 4
    # Convolution 10 and back 9; the code takes 24 * 100 * 2 numbers, there and back.
    assert found["autoencoders"] == 12 * (10 + 9 + 2 * 4800 * 8 + 8 + 4800)
    assert found["predictions"] > 2 * 2 * 10 * 2 * 3


def test_disk_of_whole_utterances_with_codes_of_frames():
    layers = {
        "code_of": "frame",
        "convolutions": [{"filters": 6, "kernel": 3}],
        "pooling": ["mean", "standard_deviation"],
    }
    spectrogram = {"window": 0.025, "step": 0.01, "bands": 40}
    whole = {"samples": "whole", "short_signals": "drop", "spectrogram": spectrogram}
    lengths = {("training", "neutral"): Lengths(3, [5] * 3)}
    lengths |= {("test", "neutral"): Lengths(1, [5])}
    table = describe.table_of_segments(lengths, {"whole": whole}, 8000)
    assert table["whole"].tolist() == [3, 1]
    config = {**CONFIG, "segments": {"whole": whole}}
    autoencoders = {"whole": [{"architecture": "x", "latent": 8}]}
    found = describe.disk(table, lengths, config, autoencoders, {"x": layers})
    # 20 s in steps of 10 ms.
    assert found["spectrograms"] == pytest.approx(2000 * 40 * 4)
    assert found["codes"] == 4 * 8 * 2 * 4
    # 40 bands, 6 maps, 8 numbers, and back.
    there, back = (3 * 40 * 6 + 6) + (6 * 8 + 8), (3 * 8 * 6 + 6) + (6 * 40 + 40)
    assert found["autoencoders"] == 12 * (there + back)


def test_without_codes_there_are_no_autoencoders_to_keep():
    experiment = {**CONFIG["experiment"], "feature_sets": ["midterm"]}
    config = {**CONFIG, "experiment": experiment}
    table = describe.table_of_segments(LENGTHS, SEGMENTS, 8000)
    found = describe.disk(table, LENGTHS, config, {}, {})
    assert found["autoencoders"] == found["codes"] == 0


# --- jobs -------------------------------------------------------------------------


def test_jobs_are_those_of_the_plan():
    plan = """
job                  count
-----------------  -------
all                      1
predictions             10
speakers                 3
total                   14

This was a dry-run
"""
    known = {"all": 1, "predictions": 10, "speakers": 3, "total": 14}
    assert describe.jobs_of_plan(plan) == known
    prints = [sys.executable, "-c", f"print({plan!r})"]
    jobs = describe.planned_jobs(prints, CONFIG)
    assert jobs == {"predictions": 10, "speakers": 3}
    prints = [sys.executable, "-c", "print('Nothing to be done (all present).')"]
    assert describe.planned_jobs(prints, CONFIG) == {}


def test_a_plan_without_jobs_is_not_taken_for_nothing_to_do():
    with pytest.raises(InputError, match="cannot plan"):
        describe.planned_jobs([sys.executable, "-c", "print('hello')"], CONFIG)


def test_a_plan_is_made_for_the_configuration_as_it_is_order_and_all():
    # Another order of classifiers would be another run.
    shows = [sys.executable, "-c", "import sys; print(open(sys.argv[-1]).read())"]
    with pytest.raises(InputError, match=r"(?s)  classifiers:.*svm.*knn.*percentages"):
        describe.planned_jobs(shows, CONFIG)


def test_what_hinders_a_plan_is_told():
    fails = [sys.executable, "-c", "import sys; sys.exit('no such class')"]
    with pytest.raises(InputError, match="no such class"):
        describe.planned_jobs(fails, CONFIG)


# --- the page ---------------------------------------------------------------------


def test_a_page_tells_all(capsys):
    groups = {group: of.utterances for group, of in LENGTHS.items()}
    page = describe.page(
        "mine",
        groups,
        {"predictions": 10, "speakers": 3},
        segments=describe.table_of_segments(LENGTHS, SEGMENTS, 8000),
        known="Guessed.",
        bytes_of={"signals": 1e6, "spectrograms": 3e9},
    )
    assert "Jobs to run: 13" in page
    assert "Guessed." in page
    assert "Disk: about 3.0 GB" in page
    rows = [line.split() for line in page.splitlines() if "training" in line]
    assert rows[1] == ["|", "training", *["|", "0.04", "|", "56", "|", "34", "|"]]


def test_a_finished_run_has_nothing_to_do_and_tables_no_segments():
    page = describe.page("mine", {("test", "neutral"): 3}, {})
    assert "none, all results are there" in page
    assert "Segments" not in page and "Disk" not in page
