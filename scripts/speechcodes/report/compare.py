"""The page about several corpora and segment variants, side by side."""

from typing import NamedTuple

import pandas as pd

from speechcodes import names
from speechcodes.report import answers, html, page, stages, tables
from speechcodes.report.results import Results


class Case(NamedTuple):
    """One segment variant of one corpus."""

    corpus: str
    segment: str

    @property
    def title(self) -> str:
        """Return what it is called in a heading."""
        return f"{self.corpus}, {answers.variant(self.segment).lower()}"


def compare(several: list[Results]) -> str:
    """Return the page about several runs as HTML.

    Parameters
    ----------
    several : list of results.Results
        Of at least two segment variants together.
    """
    return html.render(
        "compare.html",
        runs=[
            {
                "corpus": results.corpus,
                "facts": answers.facts(results),
                "synthetic": answers.synthetic(results),
                "answers": answers.answers(results),
                "warnings": answers.warnings(results),
                "report": f"{results.folder.name}/report.html",
            }
            for results in several
        ],
        cases=cases(several),
        how_sure=answers.HOW_SURE,
        nothing_to_compare=answers.NOTHING_TO_COMPARE,
        figures={case.title: _overview(r, case) for r, case in cases(several)},
        side_by_side=_table(side_by_side(several), "Side by side", SIDE_BY_SIDE),
        differences=_table(
            differences(several), "Differences over the whole curve", DIFFERENCES
        ),
        scores=_table(scores(several), "Scores", SCORES),
        conditions=_table(conditions(several), "Conditions", CONDITIONS),
        settings=_table(settings(several), "Settings that differ", SETTINGS),
    )


SIDE_BY_SIDE = (
    "Which feature set is ahead of the first one, and the difference between the two "
    "over the whole curve."
)
DIFFERENCES = (
    "Mean difference over the whole curve, in the score that each run quotes, with its "
    "95 % interval. A feature set is ahead only where p ahead is below 0.05."
)
SCORES = "Mean over the draws, with 95 % interval, at three shares of the labels."
CONDITIONS = (
    "What the scores were measured on. Do not compare scores of corpora that differ "
    "here; which feature set is ahead in each can be compared."
)
SETTINGS = "All settings that are not the same in every configuration."


def cases(several: list[Results]) -> list[tuple[Results, Case]]:
    """Return each run with each `Case` of it."""
    return [
        (results, Case(results.corpus, segment))
        for results in several
        for segment in results.statistics
    ]


def differences(several: list[Results]) -> pd.DataFrame:
    """Return who is ahead over the whole curve, a row per case, pair and classifier."""
    rows = []
    for results, case in cases(several):
        found = results.statistics[case.segment]
        areas = found.areas[found.areas["metric"] == results.metric]
        keys = ["baseline", "feature_set", "classifier"]
        ahead = found.conclusions.set_index(keys)["ahead"]
        for area in areas.to_dict("records"):
            winner = ahead.loc[tuple(area[key] for key in keys)]
            rows.append(
                {
                    **case._asdict(),
                    "classifier": area["classifier"],
                    "ahead": " and ".join(map(names.feature_set, winner.split()))
                    or "neither for certain",
                    **{key: area[key] for key in ("feature_set", "baseline")},
                    "metric": results.metric,
                    **{key: area[key] for key in ("difference", "low", "high")},
                    "p_ahead": area["p_ahead"],
                }
            )
    columns = [*Case._fields, "classifier", "ahead", "feature_set", "baseline"]
    columns += ["metric", "difference", "low", "high", "p_ahead"]
    return pd.DataFrame(rows, columns=columns)


def side_by_side(several: list[Results]) -> pd.DataFrame:
    """Return the same in short, a row per classifier and feature set."""
    table = differences(several)
    # Of each segment variant those from its first feature set, which come first.
    first = table.groupby([*Case._fields])["baseline"].transform("first")
    table = table[table["baseline"] == first]
    return (
        table.assign(
            case=[Case(*row).title for row in table[[*Case._fields]].to_numpy()],
            found=table["ahead"] + table["difference"].map(" ({:+.3f})".format),
        )
        .pivot_table(
            "found", ["classifier", "feature_set"], "case", aggfunc="first", sort=False
        )
        .fillna("")
        .reset_index()
    )


def scores(several: list[Results]) -> pd.DataFrame:
    """Return score and interval, a row per case, classifier and feature set."""
    found = []
    for results, case in cases(several):
        intervals = results.statistics[case.segment].intervals
        table = stages.score_table(intervals, results.metric)
        found.append(pd.DataFrame([case] * len(table)).join(table))
    return pd.concat(found, ignore_index=True)


def conditions(several: list[Results]) -> pd.DataFrame:
    """Return what the scores were measured on, a row per case."""
    rows = []
    for results, case in cases(several):
        found = results.statistics[case.segment]
        main = found.intervals[found.intervals["main"]]
        level = found.chance.loc[found.chance["metric"] == results.metric, "score"]
        chosen = results.choices.get(case.segment)
        rows.append(
            {
                **case._asdict(),
                "classes": len(results.classes),
                "folds": len(results.folds),
                "training_utterances": main["n_training_utterances"].max(),
                "tested_on": " and ".join(
                    dict.fromkeys(
                        f"{row.n} {row.unit}s"
                        for row in main.drop_duplicates("feature_set").itertuples()
                    )
                ),
                "resampled": " and ".join(main["resampled"].unique()),
                "draws": main["draws"].max(),
                "warnings": len(answers.warnings(results)),
                "metric": results.metric,
                "chance": level.mean(),
                **({} if chosen is None else _of_choice(chosen)),
            }
        )
    return pd.DataFrame(rows)


def _of_choice(chosen):
    """What is known of the autoencoders chosen: all names, and losses as means."""
    losses = chosen[["validation_loss", "mean_spectrogram_loss"]].mean()
    return {"autoencoders": ", ".join(chosen["name"].unique()), **losses}


def settings(several: list[Results]) -> pd.DataFrame:
    """Return the keys whose values differ, a row per key and a column per run."""
    flat = {
        results.folder.name: {
            key: str(value) for key, value in _flat(results.config).items()
        }
        for results in several
    }
    table = pd.DataFrame(flat).fillna("")
    differ = table.nunique(axis=1) > 1
    return table[differ].rename_axis("key").reset_index()


def _flat(config, prefix=""):
    """Keys of a nested configuration, dots leading inwards."""
    found = {}
    for key, value in config.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and value:
            found |= _flat(value, f"{name}.")
        else:
            found[name] = value
    return found


def _overview(results, case):
    path = results.folder / "figures" / case.segment / "learning_curves.svg"
    return page.figure(path, results, with_numbers=False)


def _table(frame, title, caption):
    return tables.make(frame, title, caption, "")
