"""Tables that pages show of a run, counted from what it left."""

import pandas as pd
import run_folder

from speechcodes.report import stages


def test_labels_and_voices_of_each_class_are_counted(fair):
    table = stages.class_table(fair).set_index("class")
    assert list(table.index) == ["negative", "neutral", "positive", "no label"]
    for label in ("negative", "neutral", "positive"):
        assert table.loc[label].tolist() == [12, 12, 0, 12, 12, 0]
    # A speaker, two sessions, and four utterances of nobody known.
    assert table.loc["no label"].tolist()[:3] == [12, 7, 6]
    assert table.loc["no label"].isna().sum() == 3


def test_labels_that_no_fold_uses_are_counted(fair):
    left = fair.utterances.assign(part=fair.utterances["part"].replace("p06", ""))
    table = stages.class_table(fair._replace(utterances=left))
    assert table["labels_not_used"].tolist()[:3] == [2, 2, 2]
    assert table["labels_for_test"].tolist()[:3] == [10, 10, 10]


def test_utterances_and_voices_of_each_fold_are_counted(fair):
    assert stages.fold_table(fair).to_dict("records") == [
        {
            "fold": fold,
            "training_utterances": 18,
            "training_voices": 6,
            "unlabelled_utterances": unlabelled,
            "unlabelled_voices": 12,
            "test_utterances": 18,
            "test_voices": 6,
            "parts_tested": parts,
        }
        for fold, unlabelled, parts in [(1, 24, "p01 p03 p05"), (2, 30, "p02 p04 p06")]
    ]


def test_labels_of_each_fold_are_counted_per_class(fair):
    table = stages.fold_table(fair, per_class=True)
    assert list(table.columns) == [
        *("fold", "class", "training_utterances", "training_voices"),
        *("test_utterances", "test_voices"),
    ]
    assert table[["fold", "class"]].values.tolist() == [
        [fold, label] for fold in (1, 2) for label in run_folder.CLASSES
    ]
    assert (table.drop(columns=["fold", "class"]) == 6).all(axis=None)


def test_the_choice_of_each_fold_is_shown(fair):
    (group,) = stages.stages(fair)["autoencoders"]
    (chosen,) = group.tables
    titles = [column.title for column in chosen.columns]
    for fold, row in enumerate(chosen.rows, start=1):
        told = dict(zip(titles, (cell.text for cell in row), strict=True))
        assert told["fold"] == str(fold) and told["name"] == "study1_latent8"
        assert told["encoder parameters"] == "8001" and told["epochs"] == "17"
        assert told["training loss"] == "0.3123" and told["validation loss"] == "0.308"


def test_feature_tables_have_no_autoencoders(fair):
    tables = fair._replace(choices={}, autoencoders={}, criteria={}, segments=None)
    shown = stages.stages(tables)
    assert shown["autoencoders"] == []
    (speech,) = shown["speech"]
    assert "What each segment variant keeps" not in {t.title for t in speech.tables}


# Scores


def test_the_ranking_is_shown_with_what_each_row_is_behind(fair):
    table = stages.ranking_table(fair, "30k")
    columns = ["rank", "feature_set", "classifier", "macro F1"]
    assert list(table.columns) == [*columns, "behind_the_first", "significantly_lower"]
    # 0.3, 0.004 per per cent, 0.01 more for codes, and 0.1 less for k-NN.
    assert table.values.tolist() == [
        [1, "code", "svm", "0.710 (0.660 to 0.760)", "", ""],
        [2, "midterm", "svm", "0.700 (0.650 to 0.750)", "0.010 (-0.040 to 0.060)"]
        + ["no"],
        [3, "code", "knn", "0.610 (0.560 to 0.660)", "0.100 (0.050 to 0.150)", "yes"],
        [4, "midterm", "knn", "0.600 (0.550 to 0.650)", "0.110 (0.060 to 0.160)"]
        + ["yes"],
    ]


def test_each_pair_has_a_row_that_says_who_is_ahead(fair):
    table = stages.pair_table(fair.statistics["30k"].conclusions)
    assert table.values.tolist() == [
        [
            *("learned against reference", "code", "mid-term features", "svm"),
            "codes at 5 and from 50 to 100 % of the labels, by 0.010 to 0.030",
            *("+0.012 (+0.002 to +0.022)", 0.0078),
        ],
        [
            *("learned against reference", "code", "mid-term features", "knn"),
            *("no significant difference", "-0.005 (-0.015 to +0.005)", 0.4),
        ],
    ]


def intervals():
    """Scores at 20, 45 and 100 %, per utterance and, lower, per segment."""
    table = run_folder.intervals()
    table["percentage"] = table["percentage"].replace({5: 20, 50: 45})
    table["score"] = table["percentage"] / 200 + (table["metric"] == "uar") * 0.2
    table = table.assign(low=0.175, high=0.255)
    return pd.concat([table, table.assign(main=False, unit="segment", score=0.9)])


def test_the_score_table_quotes_the_nearest_percentages_of_the_main_unit():
    table = stages.score_table(intervals())
    # 20 is nearest to 10, 45 to 50.
    assert list(table.columns) == ["classifier", "feature_set", "20 %", "45 %", "100 %"]
    rows = table[["feature_set", "classifier"]].values.tolist()
    assert sorted(rows) == [
        *(["code", "knn"], ["code", "svm"], ["midterm", "knn"], ["midterm", "svm"])
    ]
    assert set(table["45 %"]) == {"0.225 (0.175 to 0.255)"}
    of_uar = stages.score_table(intervals(), "uar")
    assert set(of_uar["45 %"]) == {"0.425 (0.175 to 0.255)"}
    # One that is nearest to several is quoted once.
    table = intervals()
    table = stages.score_table(table[table["percentage"] == 20])
    assert list(table.columns) == ["classifier", "feature_set", "20 %"]
