"""Is the corpus fair? Counts worked out by hand, cross-validation by scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import normalized_mutual_info_score
from sklearn.model_selection import (
    StratifiedGroupKFold,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from speechcodes.experiment import confounds
from speechcodes.records import VALENCE as CLASSES
from speechcodes.records import Utterance

# scikit-learn only warns of folds and fits that are no good.
pytestmark = pytest.mark.filterwarnings("error")

# Speaker, session and class of each utterance of a role.
ROLES = {
    "training": [
        ("anna", "1", "negative"),
        ("anna", "1", "negative"),
        ("anna", "2", "negative"),
        ("ben", "2", "negative"),
        ("ben", "2", "neutral"),
        ("", "3", "neutral"),
    ],
    "test": [("cleo", "5", "negative"), ("dora", "5", "neutral")],
}


def roles(**changes):
    """Make the tables of the roles above, with some columns changed."""
    columns = ["speaker", "session", "label"]
    return {
        role: pd.DataFrame(rows, columns=columns).assign(
            utterance=[f"{role}{i:04d}" for i in range(len(rows))], **changes
        )
        for role, rows in ROLES.items()
    }


def recorded(labels, speakers=None, sessions=None, classes=CLASSES):
    """Make the table of a training role; speakers are unknown unless given."""
    unknown = [""] * len(labels)
    speakers = unknown if speakers is None else speakers
    sessions = unknown if sessions is None else sessions
    each = zip(labels, speakers, sessions, strict=True)
    utterances = [
        Utterance(f"u{i:04d}", "", speaker, session, classes[label])
        for i, (label, speaker, session) in enumerate(each)
    ]
    table = pd.DataFrame(utterances, columns=Utterance._fields, dtype=str)
    return table.assign(voice=[utterance.voice for utterance in utterances])


def table_of(utterances, features, seed=0, classes=CLASSES):
    """Return the table of a corpus that has training utterances and one set only."""
    sets = {("30k", "midterm"): (features, utterances["utterance"].to_numpy())}
    return confounds.table({"training": utterances}, sets, classes, seed)


def voices(n_speakers, each, voice, *, seed=0):
    """Make utterances of all classes by every speaker.

    Returns features, classes and speakers: features tell a class a little, and a
    speaker as much as `voice` says.
    """
    rng = np.random.default_rng(seed)
    speakers = np.repeat(np.arange(n_speakers), 3 * each)
    labels = np.tile(np.repeat(np.arange(3), each), n_speakers)
    features = rng.normal(size=(len(labels), 8)) + 0.3 * labels[:, None]
    features += voice * rng.normal(size=(n_speakers, 8))[speakers]
    return features, labels, np.array([f"s{s}" for s in speakers])


def value_of(table, quantity, **where):
    """Return value and detail of the only row of a quantity."""
    row = only(table, quantity, **where)
    return row["value"].item(), row["detail"].item()


def only(table, quantity, **where):
    chosen = table["quantity"] == quantity
    for column, text in where.items():
        chosen &= table[column] == text
    return table[chosen]


def scored(features, labels, folds, groups=None):
    """Score as the definition says, by scikit-learn alone."""
    model = make_pipeline(StandardScaler(), SVC(C=10))
    return np.mean(
        [
            cross_val_score(
                model, features, labels, groups=groups, cv=cv, scoring="f1_macro"
            ).mean()
            for cv in folds
        ]
    )


class TestCounts:
    @pytest.mark.parametrize(
        ("quantity", "counts"),
        [
            ("utterances", [4, 2, 0, 6]),
            ("sessions", [2, 2, 0, 3]),
            # The unknown ones are not one speaker.
            ("speakers", [2, 1, 0, 2]),
            ("unknown_speaker", [0, 1, 0, 1]),
        ],
    )
    def test_every_class_and_all_are_counted(self, quantity, counts):
        table = confounds.table(roles(), {}, CLASSES, 0)
        rows = only(table, quantity, role="training")
        assert list(rows["label"]) == [*CLASSES, confounds.ALL]
        assert list(rows["value"]) == counts

    def test_the_largest_speaker_has_a_share_of_the_whole_class(self):
        table = confounds.table(roles(), {}, CLASSES, 0)
        shares = only(table, "largest_speaker_share").set_index(["role", "label"])
        assert shares["value"].to_dict() == {
            ("training", "negative"): 0.75,
            ("training", "neutral"): 0.5,
            ("training", confounds.ALL): 0.5,
            ("test", "negative"): 1,
            ("test", "neutral"): 1,
            ("test", confounds.ALL): 0.5,
        }
        assert list(shares["detail"]) == ["anna", "ben", "anna", "cleo", "dora", "cleo"]

    def test_mutual_information_of_known_speakers_is_that_of_scikit_learn(self):
        table = confounds.table(roles(), {}, CLASSES, 0)
        # The classes of Anna and of Ben.
        of_known = [0, 0, 0, 0, 1], [0, 0, 0, 1, 1]
        expected = {"training": normalized_mutual_info_score(*of_known), "test": 1}
        for role, nmi in expected.items():
            found, _ = value_of(table, "class_speaker_nmi", role=role)
            assert found == pytest.approx(nmi)

    def test_without_speakers_there_is_nothing_to_say_of_them(self):
        table = confounds.table(roles(speaker=""), {}, CLASSES, 0)
        assert not {"largest_speaker_share", "class_speaker_nmi"} & set(
            table["quantity"]
        )
        assert (only(table, "speakers")["value"] == 0).all()


class TestCrossValidation:
    @pytest.mark.parametrize("n", [2, 3, 7])
    def test_scores_are_those_of_scikit_learn(self, n):
        classes, rng = list("abcdefg"[:n]), np.random.default_rng(n)
        labels = np.tile(np.arange(n), 20)
        features = rng.normal(size=(len(labels), 6))
        features[:, 0] += labels
        speakers = np.repeat(["s0", "s1", "s2", "s3", "s4"], 4 * n)
        utterances = recorded(labels, speakers, classes=classes)
        table = table_of(utterances, features, 3, classes)
        shuffled, grouped = (
            [division(5, shuffle=True, random_state=seed) for seed in (3, 4, 5)]
            for division in (StratifiedKFold, StratifiedGroupKFold)
        )
        shuffled = scored(features, labels, shuffled)
        grouped = scored(features, labels, grouped, speakers)
        expected = {
            "shuffled_macro_f1": (pytest.approx(shuffled), ""),
            "grouped_macro_f1": (pytest.approx(grouped), "speakers"),
            "macro_f1_gap": (pytest.approx(shuffled - grouped), ""),
            "cross_validated": (20 * n, "5 folds"),
        }
        where = {"role": "training", "segment": "30k", "feature_set": "midterm"}
        found = {name: value_of(table, name, **where) for name in expected}
        assert found == expected

    def test_the_rows_of_an_utterance_are_averaged(self):
        features, labels, speakers = voices(4, 4, voice=1)
        utterances = recorded(labels, speakers)
        ids = utterances["utterance"].to_numpy()
        apart = np.random.default_rng(0).normal(size=features.shape)
        rows = np.concatenate([features + apart, features - apart])
        order = np.random.default_rng(1).permutation(len(rows))
        sets = {
            ("30k", "midterm"): (features, ids),
            ("30k", "code"): (rows[order], np.tile(ids, 2)[order]),
        }
        table = confounds.table({"training": utterances}, sets, CLASSES, 0)
        for quantity in ("shuffled_macro_f1", "grouped_macro_f1", "cross_validated"):
            midterm, code = only(table, quantity)["value"]
            assert midterm == pytest.approx(code)

    def test_blocks_are_of_sorted_ids(self):
        features, labels, _ = voices(2, 5, voice=0)
        utterances = recorded(labels)
        order = np.random.default_rng(0).permutation(len(labels))
        there = table_of(utterances, features)
        mixed = utterances.iloc[order]
        again = table_of(mixed, features[order], 0)
        assert there["value"].tolist() == again["value"].tolist()
        expected = pytest.approx(scored(features, labels, [StratifiedKFold(5)]))
        found = value_of(there, "grouped_macro_f1")
        assert found == (expected, "contiguous blocks")

    def test_sessions_stand_in_for_unknown_speakers(self):
        features, labels, speakers = voices(6, 4, voice=1)
        known = np.where(np.isin(speakers, ["s0", "s1"]), "", speakers)
        utterances = recorded(labels, known, speakers)
        table = table_of(utterances, features)
        found, held_out = value_of(table, "grouped_macro_f1")
        assert held_out == "speakers and sessions"
        kinds = np.where(known == "", "session ", "speaker ")
        groups = np.char.add(kinds, speakers)
        folds = [
            StratifiedGroupKFold(5, shuffle=True, random_state=s) for s in (0, 1, 2)
        ]
        assert found == pytest.approx(scored(features, labels, folds, groups))

    def test_fewer_speakers_or_utterances_give_fewer_folds(self):
        features, labels, speakers = voices(3, 4, voice=0)
        utterances = recorded(labels, speakers)
        table = table_of(utterances, features)
        assert value_of(table, "cross_validated")[1] == "3 folds"
        few = utterances.drop(index=np.flatnonzero(labels == 2)[2:])
        table = table_of(few, features[few.index], 0)
        assert value_of(table, "cross_validated") == (26, "2 folds")

    def test_a_speaker_for_each_class_is_the_largest_confound(self):
        rng = np.random.default_rng(0)
        labels = np.repeat([0, 1, 2], 10)
        features = rng.normal(size=(30, 4)) + 9 * labels[:, None]
        utterances = recorded(labels, np.array(["a", "b", "c"])[labels])
        table = table_of(utterances, features)
        assert value_of(table, "shuffled_macro_f1")[0] == 1
        # A class whose only speaker is held out cannot be learned.
        assert value_of(table, "grouped_macro_f1")[0] == 0
        # With two speakers, one class is left to learn from, and all that is said.
        utterances = recorded(labels, np.where(labels == 0, "a", "b"))
        table = table_of(utterances, features)
        assert value_of(table, "grouped_macro_f1")[0] == 0

    @pytest.mark.parametrize(
        ("labels", "speakers", "found", "words"),
        [
            ([0, 0, 1, 2, 2], None, 1, "the neutral class has 1 training utterance "),
            ([0, 0, 1, 1], None, 0, "the positive class has no training utterances"),
            ([], None, 0, "the negative class has no training utterances"),
            ([0, 0, 1, 1, 2, 2], ["a"] * 6, 1, "of one speaker or session"),
        ],
    )
    def test_too_little_speech_is_said_to_be(self, labels, speakers, found, words):
        labels = np.array(labels, dtype=int)
        utterances = recorded(labels, speakers)
        features = np.zeros((len(labels), 2))
        table = table_of(utterances, features)
        value, detail = value_of(table, "no_cross_validation", segment="30k")
        assert value == found
        assert words in detail
        assert not table["quantity"].str.contains("f1").any()


class TestColumns:
    """One column of a user's table against all others."""

    def found(self, column, n=120):
        rng = np.random.default_rng(4)
        # Files in the order of their classes, as by folders.
        labels = np.repeat(range(3), n // 3)
        speakers = [f"s{i % 6}" for i in range(n)]
        utterances = recorded(labels, speakers)
        features = rng.normal(size=(n, 6))
        features[:, 2] = column(labels, rng)
        ids = utterances["utterance"].to_numpy()
        names = [f"x{i}" for i in range(6)]
        table = confounds.table(
            {"training": utterances}, {}, CLASSES, 0, {"mine": (features, ids, names)}
        )
        return table, features, labels, np.array(speakers)

    @pytest.mark.parametrize(
        "column",
        [
            lambda labels, rng: labels * 2.5,
            # A running number with gaps, which orders by class.
            lambda labels, rng: np.sort(rng.choice(10_000, len(labels), replace=False)),
        ],
    )
    def test_a_label_among_the_features_stands_out(self, column):
        table, features, labels, speakers = self.found(column)
        alone, name = value_of(table, "column_macro_f1", feature_set="mine")
        others, _ = value_of(table, "others_macro_f1", feature_set="mine")
        assert name == "x2" and alone > 0.95
        folds = [
            StratifiedGroupKFold(5, shuffle=True, random_state=i) for i in range(3)
        ]
        without = np.delete(features, 2, axis=1)
        assert others == pytest.approx(scored(without, labels, folds, speakers))
        assert others < 0.5

    def test_features_that_are_as_good_together_do_not(self):
        table, *_ = self.found(
            lambda labels, rng: labels + rng.normal(size=len(labels))
        )
        alone, _ = value_of(table, "column_macro_f1", feature_set="mine")
        assert alone < 0.75

    def test_a_table_of_one_column_has_no_others(self):
        utterances = recorded(np.tile(range(3), 20), [f"s{i % 6}" for i in range(60)])
        ids = utterances["utterance"].to_numpy()
        tables = {"mine": (np.ones((60, 1)), ids, ["x"])}
        table = confounds.table({"training": utterances}, {}, CLASSES, 0, tables)
        assert only(table, "column_macro_f1").empty
