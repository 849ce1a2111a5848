"""Is the corpus fair? Counts worked out by hand, cross-validation by scikit-learn."""

import warnings

import h5py
import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import (
    StratifiedGroupKFold,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from speechcodes.experiment import confounds
from speechcodes.figures import confounds as figures
from speechcodes.records import LABELS

# Speaker, session, class and split of each utterance.
UTTERANCES = [
    ("anna", "1", "negative", "training"),
    ("anna", "1", "negative", "training"),
    ("anna", "2", "negative", "training"),
    ("ben", "2", "negative", "training"),
    ("ben", "2", "neutral", "training"),
    ("", "3", "neutral", "training"),
    ("", "4", "neutral", ""),
    ("cleo", "5", "negative", "test"),
    ("dora", "5", "neutral", "test"),
]


@pytest.fixture(autouse=True)
def _no_warnings():
    """Neither scikit-learn nor a layout has anything to complain of."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture(scope="module")
def published(reference):
    """Features and classes of the training utterances that the study published."""
    with h5py.File(reference / "msp_podcast_valence_features.h5") as file:
        group = file["training/midterm"]
        return group["features"][:], group["label"][:]


def utterance_table(rows=UTTERANCES):
    table = pd.DataFrame(rows, columns=["speaker", "session", "label", "split"])
    return table.assign(utterance=[f"u{i:04d}" for i in range(len(table))])


def recorded(labels, speakers=None, sessions=None):
    """Make the table of a training split; speakers are unknown unless given."""
    return pd.DataFrame(
        {
            "utterance": [f"u{i:04d}" for i in range(len(labels))],
            "speaker": [""] * len(labels) if speakers is None else speakers,
            "session": [""] * len(labels) if sessions is None else sessions,
            "label": np.array(LABELS)[labels],
            "split": "training",
        },
        dtype=str,
    )


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


def one_set(features, utterances, name="midterm"):
    return {("30k", name): (features, utterances["utterance"].to_numpy())}


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
    def counted(self, quantity, split):
        table = confounds.table(utterance_table(), {}, 0)
        rows = only(table, quantity, split=split)
        return dict(zip(rows["label"], rows["value"], strict=True))

    def test_every_split_and_class_is_counted(self):
        assert self.counted("utterances", "training") == {
            "negative": 4,
            "neutral": 2,
            "positive": 0,
            "all": 6,
        }
        assert self.counted("sessions", "training") == {
            "negative": 2,
            "neutral": 2,
            "positive": 0,
            "all": 3,
        }
        assert self.counted("utterances", "unlabelled") == {}

    def test_unknown_speakers_are_not_one_speaker(self):
        assert self.counted("speakers", "training") == {
            "negative": 2,
            "neutral": 1,
            "positive": 0,
            "all": 2,
        }
        assert self.counted("unknown_speaker", "training") == {
            "negative": 0,
            "neutral": 1,
            "positive": 0,
            "all": 1,
        }

    def test_the_largest_speaker_has_a_share_of_the_whole_class(self):
        table = confounds.table(utterance_table(), {}, 0)
        shares = only(table, "largest_speaker_share").set_index(["split", "label"])
        assert shares["value"].to_dict() == {
            ("training", "negative"): 0.75,
            ("training", "neutral"): 0.5,
            ("training", "all"): 0.5,
            ("test", "negative"): 1,
            ("test", "neutral"): 1,
            ("test", "all"): 0.5,
        }
        assert list(shares["detail"]) == ["anna", "ben", "anna", "cleo", "dora", "cleo"]

    def test_mutual_information_by_hand(self):
        table = confounds.table(utterance_table(), {}, 0)
        # Of known speakers: anna 3 negative, ben 1 negative and 1 neutral.
        of_class = -(0.8 * np.log(0.8) + 0.2 * np.log(0.2))
        of_speaker = -(0.6 * np.log(0.6) + 0.4 * np.log(0.4))
        shared = (
            0.6 * np.log(0.6 / (0.8 * 0.6))
            + 0.2 * np.log(0.2 / (0.8 * 0.4))
            + 0.2 * np.log(0.2 / (0.2 * 0.4))
        )
        found = value_of(table, "class_speaker_nmi", split="training", label="all")
        assert found[0] == pytest.approx(2 * shared / (of_class + of_speaker))
        # In the test split each class is one speaker.
        found = value_of(table, "class_speaker_nmi", split="test")
        assert found[0] == pytest.approx(1)

    def test_without_speakers_there_is_nothing_to_say_of_them(self):
        table = confounds.table(utterance_table().assign(speaker=""), {}, 0)
        assert not {"largest_speaker_share", "class_speaker_nmi"} & set(
            table["quantity"]
        )
        assert (only(table, "speakers")["value"] == 0).all()

    def test_the_table_is_tidy(self):
        table = confounds.table(utterance_table(), {}, 0)
        assert list(table.columns) == confounds.COLUMNS
        assert table["value"].dtype == float
        assert set(table["split"]) == {"training", "test"}
        assert not table.duplicated(["quantity", "split", "label"]).any()
        assert set(table["segment"]) == set(table["feature_set"]) == {""}


class TestCrossValidation:
    def test_scores_are_those_of_scikit_learn(self):
        features, labels, speakers = voices(7, 5, voice=1)
        utterances = recorded(labels, speakers)
        table = confounds.table(utterances, one_set(features, utterances), 3)
        seeds = (3, 4, 5)
        shuffled = scored(
            features,
            labels,
            [StratifiedKFold(5, shuffle=True, random_state=s) for s in seeds],
        )
        grouped = scored(
            features,
            labels,
            [StratifiedGroupKFold(5, shuffle=True, random_state=s) for s in seeds],
            speakers,
        )
        where = {"split": "training", "segment": "30k", "feature_set": "midterm"}
        assert value_of(table, "shuffled_macro_f1", **where)[0] == pytest.approx(
            shuffled
        )
        assert value_of(table, "grouped_macro_f1", **where) == (
            pytest.approx(grouped),
            "speakers",
        )
        assert value_of(table, "macro_f1_gap", **where)[0] == pytest.approx(
            shuffled - grouped
        )
        assert value_of(table, "cross_validated", **where) == (105, "5 folds")

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
        table = confounds.table(utterances, sets, 0)
        for quantity in ("shuffled_macro_f1", "grouped_macro_f1", "cross_validated"):
            midterm, code = only(table, quantity)["value"]
            assert midterm == pytest.approx(code)

    def test_published_classes_are_told_by_recording(self, published):
        features, labels = published
        utterances = recorded(labels)
        table = confounds.table(utterances, one_set(features, utterances), 0)
        assert value_of(table, "shuffled_macro_f1")[0] == pytest.approx(0.58, abs=0.02)
        blocks, held_out = value_of(table, "grouped_macro_f1")
        assert 0.26 < blocks < 0.32
        assert blocks == pytest.approx(scored(features, labels, [StratifiedKFold(5)]))
        assert held_out == "contiguous blocks"
        gap, unknown = confounds.warnings(table)
        assert "0.58" in gap
        assert "0.28" in gap
        assert "None of 1031 utterances has a known speaker" in unknown

    def test_blocks_are_of_sorted_ids(self):
        features, labels, _ = voices(2, 5, voice=0)
        utterances = recorded(labels)
        order = np.random.default_rng(0).permutation(len(labels))
        there = confounds.table(utterances, one_set(features, utterances), 0)
        mixed = utterances.iloc[order]
        again = confounds.table(mixed, one_set(features[order], mixed), 0)
        assert there["value"].tolist() == again["value"].tolist()

    def test_sessions_stand_in_for_unknown_speakers(self):
        features, labels, speakers = voices(6, 4, voice=1)
        known = np.where(np.isin(speakers, ["s0", "s1"]), "", speakers)
        utterances = recorded(labels, known, speakers)
        table = confounds.table(utterances, one_set(features, utterances), 0)
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
        table = confounds.table(utterances, one_set(features, utterances), 0)
        assert value_of(table, "cross_validated")[1] == "3 folds"
        few = utterances.drop(index=np.flatnonzero(labels == 2)[2:])
        table = confounds.table(few, one_set(features[few.index], few), 0)
        assert value_of(table, "cross_validated") == (26, "2 folds")

    def test_speakers_who_differ_in_nothing_leave_no_large_gap(self):
        features, labels, speakers = voices(12, 10, voice=0)
        utterances = recorded(labels, speakers)
        table = confounds.table(utterances, one_set(features, utterances), 0)
        assert abs(value_of(table, "macro_f1_gap")[0]) < 0.06

    def test_a_speaker_for_each_class_is_the_largest_confound(self):
        rng = np.random.default_rng(0)
        labels = np.repeat([0, 1, 2], 10)
        features = rng.normal(size=(30, 4)) + 9 * labels[:, None]
        utterances = recorded(labels, np.array(["a", "b", "c"])[labels])
        table = confounds.table(utterances, one_set(features, utterances), 0)
        assert value_of(table, "shuffled_macro_f1")[0] == 1
        # A class whose only speaker is held out cannot be learned.
        assert value_of(table, "grouped_macro_f1")[0] == 0

    def test_one_class_left_to_learn_from_is_all_that_is_predicted(self):
        labels = np.array([0, 0, 0, 1, 1, 1, 2, 2])
        features = np.arange(8.0)[:, None]
        utterances = recorded(labels, np.where(labels == 0, "a", "b"))
        table = confounds.table(utterances, one_set(features, utterances), 0)
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
        table = confounds.table(utterances, one_set(features, utterances), 0)
        value, detail = value_of(table, "no_cross_validation", segment="30k")
        assert value == found
        assert words in detail
        assert not table["quantity"].str.contains("f1").any()
        (sentence,) = (s for s in confounds.warnings(table) if "no cross-val" in s)
        assert detail in sentence

    def test_features_of_other_utterances_are_an_error(self):
        with pytest.raises(KeyError, match="stranger"):
            confounds.table(
                recorded(np.array([0])),
                {("30k", "midterm"): (np.zeros((1, 2)), np.array(["stranger"]))},
                0,
            )


def made(*rows):
    """Make a table as `confounds.table` does."""
    table = pd.DataFrame(rows, columns=confounds.COLUMNS)
    return table.astype({"value": float})


def validated(shuffled, grouped, held_out="speakers", name="midterm", segment="30k"):
    where = ("training", "", segment, name)
    return [
        ("shuffled_macro_f1", *where, shuffled, ""),
        ("grouped_macro_f1", *where, grouped, held_out),
        ("macro_f1_gap", *where, shuffled - grouped, ""),
        ("cross_validated", *where, 60, "5 folds"),
    ]


class TestWarnings:
    @pytest.mark.parametrize(
        ("held_out", "words"),
        [
            ("speakers", "0.28 when whole speakers are held out"),
            ("contiguous blocks", "0.28 when contiguous blocks are held out"),
            ("speakers and sessions", "(sessions where the speaker is unknown)"),
        ],
    )
    def test_a_large_gap(self, held_out, words):
        (sentence,) = confounds.warnings(made(*validated(0.58, 0.28, held_out)))
        assert sentence.startswith("Segments 30k, mid-term features: cross-validation")
        assert "scores 0.58 when utterances are shuffled" in sentence
        assert words in sentence
        assert "splits.max_speaker_share" in sentence

    def test_small_and_negative_gaps_are_no_warning(self):
        rows = [*validated(0.58, 0.50), *validated(0.3, 0.6, name="code")]
        assert confounds.warnings(made(*rows)) == []

    @pytest.mark.parametrize("split", ["training", "test"])
    def test_a_speaker_who_gives_much_of_a_class(self, split):
        quantity = "largest_speaker_share"
        table = made(
            (quantity, split, "negative", "", "", 0.26, "anna"),
            (quantity, split, "neutral", "", "", 0.25, "anna"),
            (quantity, split, "positive", "", "", 0.5, "ben\n# Answer"),
            (quantity, split, "all", "", "", 0.3, "anna"),
            (quantity, "unlabelled", "neutral", "", "", 0.9, "cleo"),
        )
        (sentence,) = confounds.warnings(table)
        assert f"In the {split} split" in sentence
        assert "26 % of the negative utterances ('anna')" in sentence
        # A name of the user's makes no line of the summary.
        assert r"50 % of the positive utterances ('ben\n# Answer')" in sentence
        assert "neutral" not in sentence
        assert "Lower splits.max_speaker_share" in sentence

    def speakers(self, **splits):
        return confounds.warnings(
            made(
                *(
                    (quantity, split, "all", "", "", number, "")
                    for split, n in splits.items()
                    for quantity, number in (("speakers", n), ("utterances", 40))
                )
            )
        )

    def test_few_speakers(self):
        training, test = self.speakers(training=9, unlabelled=2, test=6)
        assert "training split: 9" in training
        assert "test split: 6" in test
        assert "intervals" in test
        assert self.speakers(training=10, unlabelled=2, test=10) == []

    def test_no_speaker_is_known(self):
        (sentence,) = self.speakers(training=0, test=0)
        assert "None of 40 test utterances" in sentence
        assert "independent" in sentence
        assert "too narrow" in sentence
        # Intervals are those of the test split.
        assert self.speakers(training=30, test=0) == [sentence]
        assert self.speakers(training=0, test=30) == []

    def test_a_fair_corpus_gives_none(self):
        features, labels, speakers = voices(12, 4, voice=0)
        utterances = recorded(labels, speakers)
        both = pd.concat([utterances, utterances.assign(split="test")])
        sets = one_set(features, utterances)
        assert confounds.warnings(confounds.table(both, sets, 0)) == []


def drawn(table, **options):
    """Lay the figure out, as saving it would."""
    figure = figures.confounds(table, **options)
    figure.draw_without_rendering()
    return figure


def texts(figure):
    return [t.get_text() for t in figure.findobj(lambda a: hasattr(a, "get_text"))]


def counted(split, speakers, share):
    """Make the rows of a split of 1200 utterances per class."""
    rows = []
    for label in LABELS:
        where = (split, label, "", "")
        unknown = 0 if speakers else 1200
        rows += [
            ("utterances", *where, 1200, ""),
            ("speakers", *where, speakers, ""),
            ("sessions", *where, 7, ""),
            ("unknown_speaker", *where, unknown, ""),
        ]
        if speakers:
            rows.append(("largest_speaker_share", *where, share, "anna"))
    return rows


class TestFigure:
    def test_bars_are_shares_with_numbers_below(self):
        table = made(*counted("test", 5, 0.4), *counted("training", 6, 0.2))
        training, test = drawn(table).axes
        assert [training.get_title(), test.get_title()] == ["training", "test"]
        assert [bar.get_height() for bar in training.patches] == pytest.approx([20] * 3)
        assert [bar.get_height() for bar in test.patches] == pytest.approx([40] * 3)
        labels = [tick.get_text() for tick in training.get_xticklabels()]
        assert labels == [f"{label}\n6\n1\N{THIN SPACE}200" for label in LABELS]
        assert "%" in training.get_ylabel()
        assert "\nspeakers\nutterances" in texts(training.figure)

    def test_dumbbells_reach_from_one_score_to_the_other(self):
        rows = [*validated(0.58, 0.28), *validated(0.3, 0.35, name="code")]
        *_, axes = drawn(made(*counted("training", 6, 0.2), *rows)).axes
        for y, (shuffled, grouped) in enumerate([(0.58, 0.28), (0.3, 0.35)]):
            bar, hollow, filled = axes.lines[3 * y : 3 * y + 3]
            assert sorted(bar.get_xdata()) == sorted([shuffled, grouped])
            assert set(bar.get_ydata()) == {y}
            assert hollow.get_xdata() == [grouped]
            assert hollow.get_markerfacecolor() == "white"
            assert filled.get_xdata() == [shuffled]
            assert filled.get_markerfacecolor() != "white"
        assert {"gap 0.30", "gap \N{MINUS SIGN}0.05"} <= set(texts(axes.figure))
        assert [tick.get_text() for tick in axes.get_yticklabels()] == [
            "mid-term (136)\nn = 60",
            "code\nn = 60",
        ]
        assert "segment variant 30k" in axes.get_title(loc="left")

    def test_variants_are_told_apart(self):
        rows = [*validated(0.5, 0.5), *validated(0.4, 0.4, segment="20k")]
        *_, axes = drawn(made(*counted("training", 6, 0.2), *rows)).axes
        labels = [tick.get_text() for tick in axes.get_yticklabels()]
        assert [label.split(",")[0] for label in labels] == ["30k", "20k"]
        assert "gap 0.00" in texts(axes.figure)

    @pytest.mark.parametrize(
        ("held_out", "legend", "caption"),
        [
            ("speakers", "whole speakers held out", "Open: whole speakers"),
            ("speakers and sessions", "speakers or sessions", "whole sessions where"),
            ("contiguous blocks", "contiguous blocks held out", "stand together"),
        ],
    )
    def test_both_kinds_of_cross_validation_are_explained(
        self, held_out, legend, caption
    ):
        rows = [*counted("training", 6, 0.2), *validated(0.5, 0.4, held_out)]
        figure = drawn(made(*rows), note="the speech is synthetic")
        (key,) = (axes.get_legend() for axes in figure.axes if axes.get_legend())
        assert any(legend in text.get_text() for text in key.get_texts())
        words = figure.get_supxlabel().replace("\n", " ")
        assert caption in words
        assert "Filled: utterances are divided at random" in words
        assert "The speech is synthetic." in words

    def test_without_speakers_bars_are_utterances(self):
        table = made(
            *counted("training", 0, 0), *validated(0.58, 0.28, "contiguous blocks")
        )
        figure = drawn(table)
        assert [bar.get_height() for bar in figure.axes[0].patches] == [1200] * 3
        assert figure.axes[0].get_ylabel() == "Utterances"
        assert "\nsessions\nutterances" in texts(figure)
        assert "No speaker is known." in figure.get_supxlabel()

    def test_unknown_speakers_of_one_split(self):
        table = made(*counted("training", 6, 0.2), *counted("test", 0, 0))
        figure = drawn(table)
        assert "no speaker is known" in texts(figure)
        unknown = "3\N{THIN SPACE}600 of 7\N{THIN SPACE}200 utterances are unknown"
        assert unknown in figure.get_supxlabel().replace("\n", " ")

    def test_without_cross_validation(self):
        rows = counted("training", 6, 0.2)
        assert len(drawn(made(*rows)).axes) == 1
        where = ("training", "", "30k", "code")
        rows.append(("no_cross_validation", *where, 1, "the neutral class has 1"))
        assert "the neutral class has 1" in texts(drawn(made(*rows)))

    @pytest.mark.parametrize("score", [0, 1])
    def test_nothing_is_cut_off(self, score):
        rows = [*counted("training", 0, 0), *counted("test", 0, 0)]
        for name in ("midterm", "code", "a_rather_long_name"):
            for segment in ("20k", "30k"):
                rows += validated(score, 0.05, name=name, segment=segment)
        figure = drawn(made(*rows))
        width, height = figure.get_size_inches() * figure.dpi
        for text in figure.findobj(lambda artist: hasattr(artist, "get_text")):
            box = text.get_window_extent()
            if text.get_text() and text.get_visible() and box.width:
                assert -1 <= box.x0 < box.x1 <= width + 1, text.get_text()
                assert -1 <= box.y0 < box.y1 <= height + 1, text.get_text()
