"""The page about several corpora and segment variants, side by side."""

import pandas as pd

from speechcodes import names
from speechcodes.report import answers, html, page, stages, tables
from speechcodes.report.caveats import caveats
from speechcodes.report.results import Results
from speechcodes.report.verdict import verdict

#: What names a case: a segment variant of a corpus.
KEYS = ["corpus", "segment"]


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
                "verdict": verdict(results),
                "warnings": [one._replace(table=None) for one in caveats(results)],
                "report": f"{results.folder.name}/report.html",
            }
            for results in several
        ],
        cases=cases(several),
        how_sure=answers.how_sure(*several),
        nothing_to_compare=answers.NOTHING_TO_COMPARE,
        figures={
            _title(results.corpus, segment): _overview(results, segment)
            for results, segment in cases(several)
        },
        side_by_side=_table(side_by_side(several), "Side by side", SIDE_BY_SIDE),
        differences=_table(
            differences(several), "Differences over the whole curve", DIFFERENCES
        ),
        scores=_table(scores(several), "Scores", SCORES),
        conditions=_table(conditions(several), "Conditions", CONDITIONS),
        settings=_table(settings(several), "Settings that differ", SETTINGS),
    )


SIDE_BY_SIDE = (
    "Each feature set with the classifier that suits it best, at the largest "
    "percentage. A star marks what cannot be told from the highest score of its column."
)
DIFFERENCES = (
    "Mean difference over the whole curve, in the score that each run quotes, with its "
    "95 % interval. A feature set is ahead only where the corrected p is below 0.05."
)
SCORES = "Mean over the draws, with 95 % interval, at three shares of the labels."
CONDITIONS = (
    "What the scores were measured on. Do not compare scores of corpora that differ "
    "here; which feature set is ahead in each can be compared."
)
SETTINGS = "All settings that are not the same in every configuration."


def cases(several: list[Results]) -> list[tuple[Results, str]]:
    """Return each run with the name of each segment variant of it."""
    return [(results, segment) for results in several for segment in results.statistics]


def _title(corpus, segment):
    return f"{corpus}, {answers.variant(segment).lower()}"


def differences(several: list[Results]) -> pd.DataFrame:
    """Return who is ahead over the whole curve, a row per case, pair and classifier."""
    tables_of = []
    keys = ["baseline", "feature_set", "classifier"]
    for results, segment in cases(several):
        found = results.statistics[segment]
        areas = found.areas[found.areas["metric"] == results.metric]
        areas = areas.drop(columns="p").merge(
            found.conclusions[[*keys, "ahead", "p"]], on=keys
        )
        tables_of.append(areas.assign(corpus=results.corpus, segment=segment))
    table = pd.concat(tables_of, ignore_index=True)
    winners = table["ahead"].map(
        lambda names_of: " and ".join(map(names.feature_set, names_of.split()))
    )
    columns = [*KEYS, "classifier", "ahead", "feature_set", "baseline", "metric"]
    columns += ["difference", "low", "high", "p"]
    return table.assign(ahead=winners.replace("", "no significant difference"))[columns]


def side_by_side(several: list[Results]) -> pd.DataFrame:
    """Return the highest score of each feature set, a column per case."""
    columns = {}
    for results, segment in cases(several):
        ranked = results.statistics[segment].ranked(results.metric)
        highest = ranked.drop_duplicates("feature_set")
        columns[_title(results.corpus, segment)] = {
            row.feature_set: f"{row.score:.3f} ({names.classifier(row.classifier)})"
            f"{' *' if row.as_good else ''}"
            for row in highest.itertuples()
        }
    return pd.DataFrame(columns).fillna("").rename_axis("feature_set").reset_index()


def scores(several: list[Results]) -> pd.DataFrame:
    """Return score and interval, a row per case, classifier and feature set."""
    found = []
    for results, segment in cases(several):
        table = stages.score_table(
            results.statistics[segment].intervals, results.metric
        )
        table.insert(0, "corpus", results.corpus)
        table.insert(1, "segment", segment)
        found.append(table)
    return pd.concat(found, ignore_index=True)


def conditions(several: list[Results]) -> pd.DataFrame:
    """Return what the scores were measured on, a row per case."""
    rows = []
    for results, segment in cases(several):
        found = results.statistics[segment]
        main = found.main
        level = found.chance.loc[found.chance["metric"] == results.metric, "score"]
        units = main.drop_duplicates("feature_set")
        units = units["n"].astype(str) + " " + units["unit"] + "s"
        row = {
            "corpus": results.corpus,
            "segment": segment,
            "classes": len(results.classes),
            "folds": len(results.folds),
            "training_utterances": main["n_training_utterances"].max(),
            "tested_on": " and ".join(units.unique()),
            "resampled": " and ".join(main["resampled"].unique()),
            "draws": main["draws"].max(),
            "warnings": len(caveats(results)),
            "metric": results.metric,
            "chance": level.mean(),
        }
        if segment in results.choices:
            chosen = results.choices[segment]
            row["autoencoders"] = ", ".join(chosen["name"].unique())
            row |= chosen[["validation_loss", "mean_spectrogram_loss"]].mean()
        rows.append(row)
    return pd.DataFrame(rows)


def settings(several: list[Results]) -> pd.DataFrame:
    """Return the keys whose values differ, a row per key and a column per run."""
    flat = {
        results.folder.name: pd.json_normalize(results.config).iloc[0].map(str)
        for results in several
    }
    table = pd.DataFrame(flat).fillna("")
    differ = table.nunique(axis=1) > 1
    return table[differ].rename_axis("key").reset_index()


def _overview(results, segment):
    path = results.folder / "figures" / segment / "learning_curves.svg"
    return page.figure(path, results)


def _table(frame, title, caption):
    return tables.make(frame, title, caption, "")
