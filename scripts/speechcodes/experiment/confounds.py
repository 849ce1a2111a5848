"""Is the corpus fair? How far class is confounded with speaker and recording."""

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score, normalized_mutual_info_score
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from speechcodes import names, progress
from speechcodes.corpus.speakers import voices
from speechcodes.records import LABELS, SPLITS

COLUMNS = ["quantity", "split", "label", "segment", "feature_set", "value", "detail"]
#: The label of what holds for all classes of a split.
ALL = "all"

#: What is held out together, as the detail of `grouped_macro_f1` says.
SPEAKERS = "speakers"
SPEAKERS_AND_SESSIONS = "speakers and sessions"
BLOCKS = "contiguous blocks"

#: Folds of a cross-validation, where there are enough utterances and speakers.
FOLDS = 5
#: How often utterances or speakers are divided into folds anew.
REPEATS = 3
#: Utterances of each class, and speakers, that a cross-validation needs.
NEEDED = 2

#: Loss of macro F1 to warn of when whole speakers are held out. Where speakers differ
#: in nothing, simulation gives a gap of 0 ± 0.05 (standard deviation) with 72
#: utterances of 6 speakers, and 0 ± 0.02 with 360.
LARGE_GAP = 0.10
#: Share of a class to warn of when one speaker gives it.
LARGE_SHARE = 0.25
#: Known speakers of a split below which a warning is due.
FEW_SPEAKERS = 10

_WATCHED = ("training", "test")
_HOW = "(lower splits.max_speaker_share, larger splits.sizes)"

_GAP = (
    "Segments {segment}, {features}: cross-validation inside the training split scores "
    "{shuffled:.2f} when utterances are shuffled and {grouped:.2f} when {held_out} are "
    "held out. This suggests that {source} met in training are recognised, rather than "
    "classes, so that a shuffled validation tells nothing of others. Spread each class "
    f"over more speakers and sessions {_HOW}, and trust only scores on other speakers."
)
#: What is held out, and what is met again where it is not.
_HELD_OUT = {
    SPEAKERS: ("whole speakers", "speakers"),
    SPEAKERS_AND_SESSIONS: (
        "whole speakers (sessions where the speaker is unknown)",
        "speakers or sessions",
    ),
    BLOCKS: (BLOCKS, "recordings"),
}
_NO_CROSS_VALIDATION = (
    "Segments {segment}, {features}: no cross-validation inside the training split can "
    "tell whether classes are confounded with speakers, as {detail}. Take more "
    "utterances and speakers (larger splits.sizes.training) or shorter segments."
)
_SHARE = (
    "In the {split} split a single speaker gives {shares}: what is learned or "
    "measured there may be a voice instead of a class. Lower splits.max_speaker_share, "
    "or add speakers."
)
_FEW = (
    "Known speakers of the {split} split: {known:.0f}. With fewer than "
    f"{FEW_SPEAKERS}, {{result}}. Take utterances of more speakers {_HOW}."
)
_RESULT_OF_FEW = {
    "training": "what is learned from so few may hold for their voices only",
    "test": "intervals over so few test speakers are wide and rough",
}
_UNKNOWN = (
    "None of {utterances:.0f} {which}utterances has a known speaker: intervals treat "
    "utterances as independent, and are too narrow if speakers repeat. Give the "
    "speakers if they can be found out, and doubt differences as small as an interval."
)


def table(utterances, sets, seed):
    """Tell how far class is confounded with speaker and recording.

    Parameters
    ----------
    utterances : pd.DataFrame
        Columns utterance, speaker, session, label and split, all text. An empty
        speaker is unknown; utterances of an empty split are left out.
    sets : dict
        Segment variant and name of the feature set, as a pair, to features
        (rows, d) and the utterance (rows,) of each row, of the training split. The
        rows of an utterance are averaged first.
    seed : int
        Of the folds.

    Returns
    -------
    table : pd.DataFrame
        Columns `COLUMNS`, text but for value; empty where one does not apply.
        Per split and class, and per split with the label `ALL`:

        - utterances, speakers, sessions: how many; unknown speakers do not count.
        - unknown_speaker: utterances whose speaker is unknown.
        - largest_speaker_share: share, 0 to 1, of these utterances that the most
          frequent known speaker gives, who is named in detail; no row where no
          speaker is known.

        Per split, with the label `ALL`:

        - class_speaker_nmi: normalised mutual information, 0 to 1, of class and
          speaker over the utterances of known speakers; no row where there are
          none. Not corrected for chance: few utterances per speaker raise it even
          if class and speaker have nothing to do with each other.

        Per segment variant and feature set, in the training split:

        - shuffled_macro_f1, grouped_macro_f1: macro F1 of a standardised SVM in
          stratified cross-validation, with utterances shuffled and with whole
          speakers held out; detail names what was held out (see `cross_validate`).
        - macro_f1_gap: the former less the latter.
        - cross_validated: number of utterances; detail gives the number of folds.
        - no_cross_validation: instead of all these, where there is too little
          speech. Value is the number found and detail what is missing.

    Raises
    ------
    KeyError
        If features are of an utterance that is not in the training split.
    """
    rows = []
    for split in SPLITS:
        of_split = utterances[utterances["split"] == split]
        if len(of_split):
            rows += _describe(of_split, split)
    training = utterances[utterances["split"] == "training"].set_index("utterance")
    for name, (features, ids) in progress.each(sets.items(), "feature sets"):
        segment, feature_set = name
        means = pd.DataFrame(features).groupby(np.asarray(ids)).mean()
        where = {"split": "training", "segment": segment, "feature_set": feature_set}
        rows += [
            _row(quantity, *found, **where)
            for quantity, found in cross_validate(
                means.to_numpy(), training.loc[means.index], seed
            ).items()
        ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"value": float})


def cross_validate(features, utterances, seed):
    """Cross-validate an SVM with utterances shuffled and with speakers held out.

    Both ways use the same number of folds: `FOLDS`, or as many as the smallest
    class has utterances or as there are speakers. A score is the mean over folds,
    as of `sklearn.model_selection.cross_val_score`, and over `REPEATS` divisions.
    A class that occurs neither in a fold nor among its predictions has an F1 of 0
    there: six speakers of one class each give 0.4 at best when they are held out.

    Where a speaker is unknown, the session stands in. Where no speaker and no session
    is known, contiguous blocks of each class do, in the order given: as
    files are mostly named after recordings, blocks of sorted names share few.

    Parameters
    ----------
    features : np.ndarray, shape (n, d)
        One row per utterance.
    utterances : pd.DataFrame
        Columns speaker, session and label of the n utterances, sorted by the index,
        which is `utterance`.
    seed : int

    Returns
    -------
    found : dict
        Quantity, as in `table`, to value and detail.
    """
    truth = utterances["label"].map(LABELS.index).to_numpy(dtype=int)
    groups, held_out = _groups(utterances)
    classes = np.bincount(truth, minlength=len(LABELS))
    if lacking := _lacking(classes, groups):
        return {"no_cross_validation": lacking}
    folds = min(FOLDS, classes.min())
    if groups is not None:
        folds = min(folds, len(set(groups)))
    seeds = range(seed, seed + REPEATS)
    shuffled = [StratifiedKFold(folds, shuffle=True, random_state=s) for s in seeds]
    grouped = [StratifiedGroupKFold(folds, shuffle=True, random_state=s) for s in seeds]
    if groups is None:
        grouped = [StratifiedKFold(folds)]
    easy = _macro_f1(features, truth, shuffled)
    hard = _macro_f1(features, truth, grouped, groups)
    return {
        "shuffled_macro_f1": (easy, ""),
        "grouped_macro_f1": (hard, held_out),
        "macro_f1_gap": (easy - hard, ""),
        "cross_validated": (len(truth), f"{folds} folds"),
    }


def warnings(table):
    """Say in plain words what makes a corpus unfair, and what to do about it.

    Parameters
    ----------
    table : pd.DataFrame
        Of the function `table`.

    Returns
    -------
    sentences : list of str
        Of gaps over `LARGE_GAP` and cross-validations that were not possible, of
        speakers who give more than `LARGE_SHARE` of a class, of splits with fewer
        than `FEW_SPEAKERS` known speakers and of unknown ones; the unlabelled split
        is not looked at.
    """
    return [
        *_warn_of_gaps(table),
        *_warn_of_shares(table),
        *_warn_of_few_speakers(table),
        *_warn_of_unknown_speakers(table),
    ]


def _row(quantity, value, detail="", **where):
    empty = dict.fromkeys(COLUMNS, "")
    return empty | where | {"quantity": quantity, "value": value, "detail": detail}


def _describe(utterances, split):
    """Return the rows that describe the utterances of one split."""
    rows = []
    for label in (*LABELS, ALL):
        chosen = utterances[utterances["label"].eq(label) | (label == ALL)]
        rows += [
            _row(quantity, *found, split=split, label=label)
            for quantity, found in _count(chosen).items()
        ]
    known = utterances[utterances["speaker"] != ""]
    if len(known):
        nmi = normalized_mutual_info_score(known["label"], known["speaker"])
        rows.append(_row("class_speaker_nmi", nmi, split=split, label=ALL))
    return rows


def _count(utterances):
    known = utterances.loc[utterances["speaker"] != "", "speaker"]
    found = {
        "utterances": (len(utterances),),
        "speakers": (known.nunique(),),
        "sessions": (utterances["session"].replace("", None).nunique(),),
        "unknown_speaker": (len(utterances) - len(known),),
    }
    if len(known):
        # Sorted, so that of several as frequent the first by name is named.
        of_speaker = known.value_counts().sort_index()
        share = of_speaker.max() / len(utterances)
        found["largest_speaker_share"] = (share, of_speaker.idxmax())
    return found


def _groups(utterances):
    """Return what to hold out together, if it is known, and what that is."""
    groups = voices(utterances.reset_index())
    kinds = set(groups.str.split(" ").str[0])
    if kinds == {"utterance"}:
        return None, BLOCKS
    return groups.to_numpy(), SPEAKERS if kinds == {
        "speaker"
    } else SPEAKERS_AND_SESSIONS


def _lacking(classes, groups):
    """Return how much there is of what is too little, and words for it, or None."""
    fewest = classes.argmin()
    if (n := classes[fewest]) < NEEDED:
        return n, (
            f"the {LABELS[fewest]} class has {n or 'no'} training "
            f"utterance{'' if n == 1 else 's'} and {NEEDED} are needed"
        )
    if groups is not None and (n := len(set(groups))) < NEEDED:
        return n, (
            f"all {classes.sum()} training utterances are of one speaker or session "
            f"and {NEEDED} are needed"
        )
    return None


def _macro_f1(features, truth, splitters, groups=None):
    """Return the mean macro F1 over the folds of all splitters."""
    scores = [
        f1_score(
            truth[test],
            _predict(features, truth, training, test),
            labels=range(len(LABELS)),
            average="macro",
            zero_division=0,
        )
        for splitter in splitters
        for training, test in splitter.split(features, truth, groups)
    ]
    return np.mean(scores)


def _predict(features, truth, training, test):
    known = np.unique(truth[training])
    if len(known) == 1:
        # An SVM refuses to learn a single class, which is then all it could say.
        return np.repeat(known, len(test))
    model = make_pipeline(StandardScaler(), SVC(C=10))
    return model.fit(features[training], truth[training]).predict(features[test])


def _warn_of_gaps(table):
    validations = table[table["segment"] != ""]
    for (segment, name), rows in validations.groupby(
        ["segment", "feature_set"], sort=False
    ):
        found = rows.set_index("quantity")
        about = {"segment": segment, "features": names.feature_set(name)}
        if "no_cross_validation" in found.index:
            detail = found.at["no_cross_validation", "detail"]
            yield _NO_CROSS_VALIDATION.format(detail=detail, **about)
        elif found.at["macro_f1_gap", "value"] > LARGE_GAP:
            held_out, source = _HELD_OUT[found.at["grouped_macro_f1", "detail"]]
            yield _GAP.format(
                shuffled=found.at["shuffled_macro_f1", "value"],
                grouped=found.at["grouped_macro_f1", "value"],
                held_out=held_out,
                source=source,
                **about,
            )


def _warn_of_shares(table):
    large = table[
        (table["quantity"] == "largest_speaker_share")
        & (table["value"] > LARGE_SHARE)
        & table["label"].isin(LABELS)
    ]
    for split in _WATCHED:
        shares = [
            f"{100 * row.value:.0f} % of the {row.label} utterances ({row.detail!r})"
            for row in large[large["split"] == split].itertuples()
        ]
        if shares:
            yield _SHARE.format(split=split, shares=", ".join(shares))


def _warn_of_few_speakers(table):
    speakers = _totals(table, "speakers")
    for split in _WATCHED:
        if 0 < (known := speakers.get(split, 0)) < FEW_SPEAKERS:
            yield _FEW.format(split=split, known=known, result=_RESULT_OF_FEW[split])


def _warn_of_unknown_speakers(table):
    """Intervals are those of test scores; without a test split, look at all."""
    speakers, utterances = (_totals(table, q) for q in ("speakers", "utterances"))
    if "test" in speakers:
        speakers, utterances, which = speakers[["test"]], utterances[["test"]], "test "
    else:
        which = ""
    if utterances.sum() and not speakers.sum():
        yield _UNKNOWN.format(utterances=utterances.sum(), which=which)


def _totals(table, quantity):
    """Return a quantity over all classes, by split."""
    rows = table[(table["quantity"] == quantity) & (table["label"] == ALL)]
    return rows.set_index("split")["value"]
