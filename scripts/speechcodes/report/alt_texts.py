"""What each figure shows, told to those who do not see it, with its main number."""

from speechcodes import names
from speechcodes.experiment import selection_check
from speechcodes.report import contents


def alt_text(path, results, numbers=None):
    """Return the alternative text of a figure.

    Parameters
    ----------
    path : Path
        Of the figure; its folder is the segment variant, if it is of one.
    results : results.Results
    numbers : pd.DataFrame, optional
        What the figure shows, as text.
    """
    name, segment = contents.name_of(path), path.parent.name
    if name == "learning_curve":
        classifier = path.stem.removeprefix("learning_curve_")
        return _learning_curve(results, segment, classifier)
    if name == "times":
        return _times(numbers)
    if path.parent == results.folder / "figures":
        return _OF_CORPUS[name](results)
    return _OF_VARIANT[name](results, segment)


def _durations(results):
    seconds = results.durations["seconds"]
    return (
        f"Box plots of how long {len(seconds)} utterances are, per split and class: "
        f"the median is {seconds.median():.2f} s, the longest {seconds.max():.2f} s."
    )


def _share_kept(results):
    kept = results.segments.groupby("segment", sort=False)[["kept", "utterances"]].sum()
    shares = " and ".join(
        f"{100 * row.kept / row.utterances:.0f} % for segments {row.Index}"
        for row in kept.itertuples()
    )
    return (
        "Curves of the share of utterances that a minimum length keeps, per split and "
        "class: "
        f"{shares}."
    )


def _confounds(results):
    table = results.confounds
    gaps = table[table["quantity"] == "macro_f1_gap"]
    start = (
        "Bars of the largest share of a class that one speaker gives, and macro F1 "
        "inside the training split, cross-validated with utterances shuffled "
        "and with whole speakers held out"
    )
    if gaps.empty:
        return f"{start}: there is too little speech for it."
    largest = gaps.loc[gaps["value"].idxmax()]
    return (
        f"{start}: the largest gap is {largest['value']:.2f}, of "
        f"{names.feature_set(largest['feature_set'])}, segments {largest['segment']}."
    )


def _times(numbers):
    start = "Bars of the time that the jobs of each rule took"
    if numbers is None or numbers.empty:
        return f"{start}."
    seconds = numbers["seconds"].astype(float)
    longest = numbers["rule"].iloc[seconds.argmax()]
    return (
        f"{start}, {seconds.sum():.0f} s in all; most went into {longest}, "
        f"{100 * seconds.max() / seconds.sum():.0f} %."
    )


def _losses(results, segment):
    chosen = results.choices[segment]
    return (
        f"Loss of {len(results.autoencoders[segment])} autoencoders over their epochs, "
        f"segments {segment}. The one chosen, {chosen['name']}, ends with a validation "
        f"loss of {chosen['validation_loss']:.4f} after {chosen['epochs']} epochs."
    )


def _loss_against_parameters(results, segment):
    chosen = results.choices[segment]
    losses = results.autoencoders[segment]["validation_loss"]
    return (
        f"Validation loss of {len(losses)} autoencoders, {losses.min():.4f} to "
        f"{losses.max():.4f}, against the size of their encoders, segments {segment}. "
        f"The one chosen, {chosen['name']}, has {chosen['encoder_parameters']} "
        f"parameters and a loss of {chosen['validation_loss']:.4f}."
    )


def _criteria(results, segment):
    table = results.criteria[segment]
    highest = selection_check.best(table)
    chosen = table.loc[table["chosen"], "score"].item()
    return (
        f"Mean score of the codes of {len(table)} autoencoders against "
        f"{len(selection_check.directions(table))} criteria that need no labels, "
        f"segments "
        f"{segment}. The one chosen scores {chosen:.3f}, the best, {highest['name']}, "
        f"{highest['score']:.3f}."
    )


def _reconstructions(results, segment):
    chosen = results.choices[segment]
    return (
        f"Spectrograms of test segments {segment} of each class, the best, the median "
        f"and the worst by error, above what the autoencoder {chosen['name']} makes of "
        "them; its validation loss is "
        f"{chosen['validation_loss']:.4f}, that of the mean spectrogram "
        f"{chosen['mean_spectrogram_loss']:.4f}."
    )


def _codes(results, segment):
    return (
        f"Codes of segments {segment}, {results.choices[segment]['latent']} numbers "
        "each, as points in two dimensions, coloured once by class and once by speaker."
    )


def _learning_curves(results, segment):
    scores = _main_scores(results, segment)
    last = scores[scores["percentage"] == scores["percentage"].max()]
    best = last.loc[last["score"].idxmax()]
    return (
        f"Learning curves of {scores['classifier'].nunique()} classifiers, segments "
        f"{segment}. With {best['percentage']} % of the labels the highest "
        f"{names.metric(results.metric)} is {best['score']:.3f}, of "
        f"{names.classifier(best['classifier'])} on "
        f"{names.feature_set(best['feature_set'])}; chance is "
        f"{_chance(results, segment):.3f}."
    )


def _learning_curve(results, segment, classifier):
    scores = _main_scores(results, segment)
    scores = scores[scores["classifier"] == classifier].sort_values("percentage")
    curves = "; ".join(
        f"{names.feature_set(name)} {curve['score'].iloc[0]:.3f} and "
        f"{curve['score'].iloc[-1]:.3f}"
        for name, curve in scores.groupby("feature_set", sort=False)
    )
    return (
        f"Learning curve of {names.classifier(classifier)}, segments {segment}: "
        f"{names.metric(results.metric)} at {scores['percentage'].min()} and "
        f"{scores['percentage'].max()} % of the labels is, for {curves}; chance is "
        f"{_chance(results, segment):.3f}."
    )


def _differences(results, segment):
    areas = results.statistics[segment].areas
    areas = areas[areas["metric"] == results.metric]
    areas = areas[areas["baseline"] == areas["baseline"].iloc[0]]
    largest = areas.loc[areas["difference"].abs().idxmax()]
    return (
        f"Differences in {names.metric(results.metric)} at each percentage, segments "
        f"{segment}. Over the whole curve the largest is "
        f"{largest['difference']:+.3f}, of "
        f"{names.feature_set(largest['feature_set'])} against "
        f"{names.feature_set(largest['baseline'])} with "
        f"{names.classifier(largest['classifier'])}."
    )


def _confusions(results, segment):
    return (
        "Confusion matrices of negative, neutral and positive, segments "
        f"{segment}, per classifier and feature set, with few labels and with all."
    )


def _study(results, segment):
    return (
        "Published learning curves with those recomputed by the same protocol and with "
        f"a correct F1, segments {segment}."
    )


_OF_CORPUS = {
    "durations": _durations,
    "share_kept": _share_kept,
    "confounds": _confounds,
}
_OF_VARIANT = {
    "losses": _losses,
    "loss_against_parameters": _loss_against_parameters,
    "criteria": _criteria,
    "reconstructions": _reconstructions,
    "codes": _codes,
    "learning_curves": _learning_curves,
    "differences": _differences,
    "confusions": _confusions,
    "study": _study,
}


def _main_scores(results, segment):
    table = results.statistics[segment].intervals
    return table[table["main"] & (table["metric"] == results.metric)]


def _chance(results, segment):
    table = results.statistics[segment].chance
    return table.loc[table["metric"] == results.metric, "score"].mean()
