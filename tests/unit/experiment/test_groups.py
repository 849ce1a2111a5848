"""Groups have the scores of their own speech, and one that is served worse is found."""

import numpy as np
import pandas as pd
import pytest
from made_up_predictions import predicted, sklearn_scores
from scipy import stats
from sklearn.metrics import f1_score

from speechcodes.experiment import comparison, groups
from speechcodes.experiment.metrics import METRICS

FAST = {"resamples": 500, "seed": 1}


def world(rights, speakers=12, each=20, seed=0, draws=2, halvings=0, spread=0.08):
    """Predictions of groups that are right in such shares, and whose groups they are.

    Speakers of a group differ in how often they are understood.
    """
    rng = np.random.default_rng(seed)
    of_speaker = np.repeat(list(rights), speakers)
    right = np.array([rights[g] for g in of_speaker]) + rng.normal(
        scale=spread, size=len(of_speaker)
    )
    who = np.repeat(np.arange(len(of_speaker)), each)
    truth = rng.choice(3, len(who))

    def guesses(n):
        wrong = (truth + rng.choice([1, 2], (n, len(who)))) % 3
        return np.where(rng.random((n, len(who))) < right[who], truth, wrong)

    ids = np.array([f"u{i}" for i in range(len(who))], object)
    case = predicted(
        truth, guesses(draws), who, halves=guesses(2 * halvings)[None], id=ids
    )
    return case, pd.DataFrame({"gender": of_speaker[who]}, index=ids)


def scored(*arguments, **options):
    case, of_groups = world(*arguments, **options)
    return groups.score(case, of_groups, **FAST)


def only(case, cases):
    """Some of the cases, as predictions of their own."""
    return predicted(
        case.truth[cases],
        case.predicted[:, cases],
        [name.removeprefix("speaker ") for name in case.speaker[cases]],
        halves=case.halves[..., cases],
    )


def test_scores_and_differences_are_those_of_the_groups_own_utterances():
    case, of_groups = world({"f": 0.7, "m": 0.5, "x": 0.6})
    table = groups.score(case, of_groups, **FAST).set_index(["group", "metric"])
    value = of_groups["gender"].to_numpy()

    def mean(cases):
        every = [
            sklearn_scores(case.truth[cases], guess)
            for guess in case.predicted[:, cases]
        ]
        return {m: np.mean([scores[m] for scores in every]) for m in METRICS}

    for group in ("f", "m", "x"):
        own, others = mean(value == group), mean(value != group)
        for metric in METRICS:
            row = table.loc[(group, metric)]
            assert row["score"] == pytest.approx(own[metric])
            assert row["difference"] == pytest.approx(own[metric] - others[metric])
            assert row["utterances"] == 240 and row["speakers"] == 12
    assert list(table.index.levels[1].sort_values()) == sorted(METRICS)


def test_a_groups_interval_is_that_of_its_speech_alone():
    case, of_groups = world({"f": 0.7, "m": 0.5}, halvings=3)
    table = groups.score(case, of_groups, resamples=4000, seed=1)
    for group, rows in table.groupby("group"):
        alone = only(case, (of_groups["gender"] == group).to_numpy())
        found = comparison.compare([alone], resamples=4000, shuffles=10).intervals
        for end in ("low", "high"):
            np.testing.assert_allclose(rows[end], found[end], atol=0.006)


def test_a_difference_has_the_interval_of_welchs_test_on_speakers_means():
    case, of_groups = world({"f": 0.7, "m": 0.6}, speakers=40, draws=1)
    table = groups.score(case, of_groups, resamples=4000, seed=1)
    row = table[(table["group"] == "m") & (table["metric"] == "accuracy")].iloc[0]
    right = (case.predicted[0] == case.truth).reshape(-1, 20).mean(axis=1)
    welch = stats.ttest_ind(right[40:], right[:40], equal_var=False)
    low, high = welch.confidence_interval()
    assert row["difference"] == pytest.approx(right[40:].mean() - right[:40].mean())
    # Degrees of freedom are those of one group, so that it errs on the wide side.
    assert 0.97 < (row["difference_high"] - row["difference_low"]) / (high - low) < 1.06


def test_draws_and_training_speakers_that_groups_share_do_not_blur_a_difference():
    case, of_groups = world({"f": 0.6, "m": 0.6})

    def widths(halves):
        table = groups.score(case._replace(halves=halves), of_groups, **FAST)
        row = table[table["metric"] == "accuracy"].iloc[0]
        return row["high"] - row["low"], row["difference_high"] - row["difference_low"]

    same = np.repeat(case.predicted[None, :1], 8, axis=1)
    # One half of each halving teaches nothing, for nobody.
    apart = np.where(np.arange(8)[:, None] % 2, same, (case.truth + 1) % 3)
    score, difference = widths(same)
    wider, as_wide = widths(apart)
    assert wider > 2 * score and as_wide < 1.5 * difference


def test_two_groups_mirror_each_other():
    female, male = (
        rows.reset_index(drop=True)
        for _, rows in scored({"f": 0.7, "m": 0.6}).groupby("group")
    )
    np.testing.assert_allclose(female["difference"], -male["difference"])
    np.testing.assert_allclose(female["difference_low"], -male["difference_high"])


def test_a_group_that_lacks_a_class_is_scored_on_those_there_and_not_compared():
    case, of_groups = world({"f": 0.7, "m": 0.6})
    male = (of_groups["gender"] == "m").to_numpy()
    case = case._replace(truth=np.where(male & (case.truth == 1), 2, case.truth))
    table = groups.score(case, of_groups, **FAST).set_index(["group", "metric"])
    row = table.loc[("m", "macro_f1")]
    expected = [
        f1_score(case.truth[male], guess, labels=[0, 2], average="macro")
        for guess in case.predicted[:, male]
    ]
    assert row["score"] == pytest.approx(np.mean(expected))
    assert row["lacking"] == "neutral" and table.loc[("f", "uar"), "lacking"] == ""
    assert table["difference"].isna().all() and not table["worse"].any()


def test_of_few_speakers_there_is_a_score_and_no_interval():
    table = scored({"f": 0.9, "m": 0.3}, speakers=3)
    assert table[["score", "difference"]].notna().all(axis=None)
    ends = ["low", "high", "difference_low", "difference_high"]
    assert table[ends].isna().all(axis=None) and not table["worse"].any()


def test_utterances_without_a_value_are_a_group_of_their_own():
    case, of_groups = world({"f": 0.7, "": 0.6})
    table = groups.score(case, of_groups.iloc[:-40], **FAST)
    assert dict(zip(table["group"], table["utterances"], strict=True)) == {
        "f": 240,
        "unknown": 240,
    }


def test_one_group_alone_is_held_against_nobody():
    table = scored({"f": 0.6})
    assert table["difference"].isna().all() and not table["worse"].any()
    assert table["low"].notna().all()


def test_columns_are_told_one_after_the_other():
    case, of_groups = world({"f": 0.7, "m": 0.6})
    both = of_groups.assign(language=np.arange(len(of_groups)) % 2)
    both["language"] = both["language"].map({0: "de", 1: "fr"})
    table = groups.score(case, both, **FAST)
    told = table[["column", "group"]].drop_duplicates().to_numpy().tolist()
    assert told == [
        ["gender", "f"],
        ["gender", "m"],
        ["language", "de"],
        ["language", "fr"],
    ]
    # The same speakers speak both languages.
    assert set(table.loc[table["column"] == "language", "speakers"]) == {24}


def worse(rights, seed, **options):
    """The groups that are called worse by UAR."""
    table = scored(rights, seed=seed, **options)
    return set(table[(table["metric"] == "uar") & table["worse"]]["group"])


def test_a_group_that_is_served_worse_is_found_and_no_other_is():
    found = [worse({"f": 0.75, "m": 0.75, "x": 0.5}, seed) for seed in range(20)]
    assert found.count({"x"}) >= 19


@pytest.mark.parametrize("names", ["fm", "abcdef"])
def test_equal_groups_are_seldom_called_worse(names):
    alike = dict.fromkeys(names, 0.6)
    found = [worse(alike, seed, speakers=8, spread=0.15) for seed in range(40)]
    # 5 % of 40 are 2; more than 5 come with a probability of 1.4 %.
    assert sum(map(bool, found)) <= 5


def test_a_certain_but_small_difference_is_not_called_worse():
    rights = {"f": 0.64, "m": 0.6}
    table = scored(rights, speakers=100, spread=0)
    row = table[(table["group"] == "m") & (table["metric"] == "uar")].iloc[0]
    assert -0.05 < row["difference"] < row["difference_high"] < 0 and not row["worse"]
