"""How large a run is, told before it starts."""

import sys

import numpy as np
import pytest
import soundfile
import yaml
from configurations import CONFIG, FILES

from speechcodes.configuration.loading import read_configuration
from speechcodes.corpus.splits.roles import Roles
from speechcodes.errors import InputError
from speechcodes.operations import describe
from speechcodes.operations.describe import Lengths
from speechcodes.records import Rejected, Utterance

CLASSES = ["negative", "neutral", "positive"]
SPECTROGRAM = {"window": 0.05, "step": 0.05, "bands": None}
INPUT = {"input": ["spectrogram"], "spectrogram": SPECTROGRAM}
SEGMENTS = {
    "20k": {"samples": 20000, "short_signals": "pad", **INPUT},
    "30k": {"samples": 30000, "short_signals": "drop", **INPUT},
}
EXPERIMENT = {
    "feature_sets": ["midterm", "code"],
    "classifiers": {"svm": {}, "knn": {}},
    "percentages": [10, 100],
    "draws": 10,
}
#: Two, four, and eight seconds are 1, 1, 3 segments of 2.5 s and 0, 1, 2 of 3.75 s.
LENGTHS = {
    "p01": Lengths(30, [2, 4, 8]),
    "p02": Lengths(10, []),
    "unlabelled": Lengths(4, [4]),
}
#: Each of two parts is tested once.
FOLDS = [
    Roles(training=("p02",), unlabelled=("p02", "unlabelled"), test=("p01",)),
    Roles(training=("p01",), unlabelled=("p01", "unlabelled"), test=("p02",)),
]


def speech(part, speaker, label, number=1, path=""):
    """Return utterances of one speaker."""
    return [
        Utterance(f"{speaker}/{label}{i}", path, speaker, "", label, part=part)
        for i in range(number)
    ]


#: Anna and Ben are dealt to parts, Carla has no label, and somebody is not known.
UTTERANCES = [
    *speech("p01", "anna", "negative", 2),
    *speech("p01", "anna", "neutral", 3),
    *speech("p01", "anna", ""),
    *speech("p02", "ben", "negative", 4),
    *speech("p02", "ben", "positive", 1),
    *speech("unlabelled", "carla", "", 2),
    *speech("unlabelled", "", ""),
    *speech("", "dora", "neutral"),
]


def configuration(segments=SEGMENTS, **experiment):
    return {
        "corpus": {"name": "mine", "classes": CLASSES},
        "audio": {"sampling_rate": 8000},
        "segments": segments,
        "autoencoders": {"training": {"epochs": 100}, "search": None},
        "experiment": EXPERIMENT | experiment,
    }


# --- utterances -------------------------------------------------------------------


def test_utterances_are_counted_per_role_with_the_least_and_the_most_of_all_folds():
    table = describe.table_of_roles(UTTERANCES, FOLDS, CLASSES).set_index("role")
    assert list(table) == [*CLASSES, "all", "voices"]
    assert table.loc["training"].tolist() == ["2 to 4", "0 to 3", "0 to 1", "5", "1"]
    assert table.loc["test"].tolist() == ["2 to 4", "0 to 3", "0 to 1", "5", "1"]
    # Those of Anna or of Ben, labels unseen, and the three of the others.
    assert table.loc["unlabelled"].tolist() == ["", "", "", "8 to 9", "3"]
    table = describe.table_of_roles(UTTERANCES, FOLDS[:1], CLASSES).set_index("role")
    assert table.loc["training"].tolist() == ["4", "0", "1", "5", "1"]


# --- lengths ----------------------------------------------------------------------


def test_lengths_are_read_from_headers_and_broken_files_passed_over(tmp_path):
    paths = [str(tmp_path / f"{n}.wav") for n in range(4)]
    soundfile.write(paths[0], np.zeros(16000), 16000)
    soundfile.write(paths[1], np.zeros((4000, 2)), 8000)
    (tmp_path / "2.wav").write_text("no audio")
    utterances = [Utterance(p, p, "", "", "", part="p01") for p in paths]
    found = describe.look_into([*utterances, *speech("", "anna", "neutral")])
    assert list(found) == ["p01"] and found["p01"].utterances == 4
    assert sorted(found["p01"].seconds) == [0.5, 1.0]


def test_segments_are_estimated_from_the_utterances_looked_into():
    table = describe.table_of_segments(LENGTHS, SEGMENTS, 8000).set_index("part")
    # 30 utterances in place of 3.
    assert table.loc["p01", "20k"] == pytest.approx(10 * (1 + 1 + 3))
    assert table.loc["p01", "30k"] == pytest.approx(10 * (0 + 1 + 2))
    assert table.loc["p01", "hours"] == pytest.approx(10 * 14 / 3600)
    # As the utterances of all parts, where none could be looked into.
    assert table.loc["p02", "20k"] == pytest.approx(10 * (1 + 1 + 3 + 1) / 4)


def test_without_any_audio_a_length_is_assumed_and_how_they_are_known_is_said():
    lengths = {"p01": Lengths(6, [])}
    table = describe.table_of_segments(lengths, SEGMENTS, 8000)
    # 5 s hold two segments of 2.5 s, and one of 3.75 s.
    assert table[["20k", "30k"]].values.tolist() == [[12, 6]]
    assert "5 s are assumed" in describe.how_known(lengths)
    assert "4 of 44 audio files" in describe.how_known(LENGTHS)
    assert "all audio files" in describe.how_known({"p01": Lengths(1, [2])})


# --- disk -------------------------------------------------------------------------


LAYERS = {
    "family": "segment",
    "convolutions": [{"filters": 2, "kernel": 2, "stride": 2}],
    "dense": None,
}


def autoencoders(variants):
    """One autoencoder of the architecture x for each variant."""
    return {v: {"x1": {"architecture": "x", "latent": 8}} for v in variants}


def estimated(segments, lengths, folds, layers):
    table = describe.table_of_segments(lengths, segments, 8000)
    utterances = [
        utterance
        for part, of in lengths.items()
        for utterance in speech(part, part, "neutral", of.utterances)
    ]
    more = configuration(segments), autoencoders(segments), {"x": layers}
    return describe.disk(table, utterances, folds, *more)


def test_disk_is_what_arrays_take():
    lengths = {
        "p01": Lengths(1, [5]),
        "p02": Lengths(1, [5]),
        "unlabelled": Lengths(2, [5, 5]),
    }
    found = estimated({"20k": SEGMENTS["20k"]}, lengths, FOLDS, LAYERS)
    assert found["signals"] == pytest.approx(4 * 40_000 * 4)
    assert found["functionals"] == 4 * 136 * 8
    # Two segments of each utterance; spectrograms of (49, 200).
    assert found["spectrograms"] == 8 * 49 * 200 * 4
    # In each of two folds, of one utterance to train on and one to test.
    assert found["codes"] == 2 * 4 * 8 * 4
    # Convolution 10 and back 9; the code takes 24 * 100 * 2 numbers, there and back.
    assert found["autoencoders"] == 2 * 12 * (10 + 9 + 2 * 4800 * 8 + 8 + 4800)
    # Of an utterance and its two segments, in each of two folds.
    assert found["predictions"] > 2 * 2 * 2 * 10 * 2 * 3


def test_disk_of_a_search_holds_the_states_of_its_rungs():
    config = configuration({"20k": SEGMENTS["20k"]})
    config["autoencoders"]["search"] = {"first_epochs": 10, "factor": 2}
    table = describe.table_of_segments(LENGTHS, config["segments"], 8000)
    (one,) = autoencoders(["20k"])["20k"].values()
    four = {"20k": {f"x{i}": one for i in range(4)}}
    found = describe.disk(table, UTTERANCES, FOLDS, config, four, {"x": LAYERS})
    # In each of two folds four take part in the first rung and two in the second, with
    # weights, best weights and two moments each; one is left.
    parameters = 10 + 9 + 2 * 4800 * 8 + 8 + 4800
    assert found["autoencoders"] == 2 * parameters * (6 * 16 + 12)


def test_disk_of_whole_utterances_with_codes_of_frames():
    layers = {
        "family": "frame",
        "convolutions": [{"filters": 6, "kernel": 3}],
        "pooling": ["mean", "standard_deviation"],
    }
    spectrogram = {"window": 0.025, "step": 0.01, "bands": 40}
    whole = {"samples": "whole", "short_signals": "drop", "spectrogram": spectrogram}
    whole["input"] = ["spectrogram", "pitch"]
    lengths = {"p01": Lengths(3, [5] * 3), "p02": Lengths(1, [5])}
    found = estimated({"whole": whole}, lengths, FOLDS[:1], layers)
    # 20 s in steps of 10 ms.
    assert found["spectrograms"] == pytest.approx(2000 * 43 * 4)
    assert found["codes"] == 4 * 8 * 2 * 4
    # 40 bands and 3 channels of pitch, 6 maps, 8 numbers, and back.
    there, back = (3 * 43 * 6 + 6) + (6 * 8 + 8), (3 * 8 * 6 + 6) + (6 * 43 + 43)
    assert found["autoencoders"] == 12 * (there + back)


def test_without_codes_there_are_no_autoencoders_to_keep():
    config = configuration(feature_sets=["midterm"])
    table = describe.table_of_segments(LENGTHS, SEGMENTS, 8000)
    found = describe.disk(table, UTTERANCES, FOLDS, config, {}, {})
    assert found["autoencoders"] == found["codes"] == 0


# --- jobs -------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["print('no such class')", "exit('no such class')"])
def test_what_hinders_a_plan_is_told_and_not_taken_for_nothing_to_do(code):
    with pytest.raises(InputError, match="cannot plan a run:\nno such class"):
        describe.planned_jobs([sys.executable, "-c", code])


def test_a_plan_is_made_of_the_configuration_as_the_user_gave_it(tmp_path):
    snakefile = "print({key: config[key] for key in ('one', 'two')})\n"
    snakefile += "rule all:\n    input: config['one']['x']\n"
    (tmp_path / "Snakefile").write_text(snakefile)
    (tmp_path / "one.yaml").write_text("one: {x: missing, y: 1}\ntwo: {}")
    (tmp_path / "two.yaml").write_text("two: [1, 2]")
    files = [tmp_path / "one.yaml", tmp_path / "two.yaml"]
    given = {"one": {"y": "it's 2", "z": ["3"]}}
    call = describe.command(tmp_path / "Snakefile", files, given)
    one = {"x": "missing", "y": "it's 2", "z": ["3"]}
    expected = {"one": one, "two": [1, 2]}
    with pytest.raises(InputError) as error:
        describe.planned_jobs([*call, "--directory", str(tmp_path)])
    assert repr(expected) in str(error.value)
    assert "missing" in str(error.value).splitlines()[-1]


# --- the page ---------------------------------------------------------------------


def pages(config, utterances=UTTERANCES, rejected=(), jobs=None):
    more = autoencoders(config.get("segments", ())), {"x": LAYERS}
    return describe.page(config, utterances, rejected, FOLDS, jobs or {}, *more)


def test_a_page_tells_all():
    rejected = [Rejected("a", "a.wav", "missing_file", "row 7: there is no a.wav")]
    page = pages(configuration(), UTTERANCES, rejected, {"predictions": 10, "roles": 3})
    assert page.startswith("Corpus mine: utterances in each of 2 folds")
    assert "10 of 11 labels are used." in page
    assert "4 of 4 utterances without a label are used; the speaker of 1 of" in page
    assert "5 s are assumed for each utterance" in page
    rows = [line.split()[1::2] for line in page.splitlines() if "| p0" in line]
    # Utterances of each class and without a label, voices, hours; each utterance of
    # 5 s holds two segments of 2.5 s, and one of 3.75 s.
    assert rows == [
        ["p01", "2", "3", "0", "1", "1", "0.01", "12", "6"],
        ["p02", "4", "0", "1", "0", "1", "0.01", "10", "5"],
    ]
    assert "Rows and files left out: 1" in page and "row 7: there is no" in page
    assert "Jobs to run: 13" in page
    assert "Disk: about " in page


def test_a_finished_run_has_nothing_to_do_and_tables_no_segments():
    config = configuration()
    del config["segments"], config["audio"]
    page = pages(config)
    assert "none; all results are up to date" in page
    assert "Rows and files left out: none" in page
    assert "assumed" not in page and "Disk" not in page


# --- the configurations that come with the project ---------------------------------


@pytest.mark.parametrize("name", FILES)
def test_every_configuration_is_described(name):
    config = yaml.safe_load((CONFIG / name).read_text())
    architectures, found = read_configuration(config, [CONFIG / name], {}, CONFIG)
    settings = {
        variant: {key: vars(one) for key, one in of_variant.items()}
        for variant, of_variant in found.items()
    }
    page = describe.page(config, UTTERANCES, [], FOLDS, {}, settings, architectures)
    assert page.startswith(
        f"Corpus {config['corpus']['name']}: utterances in each of 2"
    )
    assert ("Disk: about " in page) == ("segments" in config)
