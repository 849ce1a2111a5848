"""Is the corpus fair? How far class is confounded with speaker and recording."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score, normalized_mutual_info_score
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from speechcodes import progress

COLUMNS = ["quantity", "role", "label", "segment", "feature_set", "value", "detail"]
#: The label of what holds for all classes of a role.
ALL = ""

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

#: What cross-validates.
SVM = make_pipeline(StandardScaler(), SVC(C=10))
#: Leaves, for each class, of the tree that a single column is tried with.
LEAVES = 4

#: Share of a class that is large for a single speaker.
LARGE_SHARE = 0.25


def table(
    roles: dict[str, pd.DataFrame],
    sets: dict[tuple[str, str], tuple[np.ndarray, np.ndarray]],
    classes: Sequence[str],
    seed: int,
    tables: dict[str, tuple[np.ndarray, np.ndarray, list[str]]] | None = None,
) -> pd.DataFrame:
    """Tell how far class is confounded with speaker and recording.

    Parameters
    ----------
    roles : dict of str to pd.DataFrame
        Role to its utterances: columns utterance, label, speaker, session and voice,
        all text. An empty speaker is unknown. One of them is training.
    sets : dict
        Segment variant and name of the feature set, as a pair, to features
        (rows, d) and the utterance (rows,) of each row, of the training role. The
        rows of an utterance are averaged first.
    tables : dict, optional
        Name of a user's feature table to features (rows, d), the utterance (rows,) of
        each row, and the names (d,) of its columns.

    Returns
    -------
    table : pd.DataFrame
        Columns `COLUMNS`, text but for value; empty where one does not apply.
        Per role and class, and per role with the label `ALL`:

        - utterances, speakers, sessions: how many; unknown speakers do not count.
        - unknown_speaker: utterances whose speaker is unknown.
        - largest_speaker_share: share, 0 to 1, of these utterances that the most
          frequent known speaker gives, who is named in detail; no row where no
          speaker is known.

        Per role, with the label `ALL`:

        - class_speaker_nmi: normalised mutual information, 0 to 1, of class and
          speaker over the utterances of known speakers; no row where there are
          none. Not corrected for chance: few utterances per speaker raise it even
          if class and speaker have nothing to do with each other.

        Per segment variant and feature set, in the training role:

        - shuffled_macro_f1, grouped_macro_f1: macro F1 of a standardised SVM in
          stratified cross-validation, with utterances shuffled and with whole
          speakers held out; detail names what was held out (see `_cross_validate`).
        - macro_f1_gap: the former less the latter.
        - cross_validated: number of utterances; detail gives the number of folds.
        - no_cross_validation: instead of all these, where there is too little
          speech. Value is the number found and detail what is missing.

        Per table of several columns, in the training role:

        - column_macro_f1: macro F1, with speakers held out, of a small decision tree
          on the one column that tells classes best, named in detail.
        - others_macro_f1: that of the SVM on all other columns.

    """
    rows = []
    for role, utterances in roles.items():
        if len(utterances):
            rows += _describe(utterances, role, classes)
    training = roles["training"].set_index("utterance")
    for name, (features, ids) in progress.each(sets.items(), "feature sets"):
        segment, feature_set = name
        means = pd.DataFrame(features).groupby(np.asarray(ids)).mean()
        utterances = training.loc[means.index]
        found = _cross_validate(means.to_numpy(), utterances, classes, seed)
        rows += _rows(found, role="training", segment=segment, feature_set=feature_set)
    for name, (features, ids, columns) in (tables or {}).items():
        means = pd.DataFrame(features).groupby(np.asarray(ids)).mean()
        means = means.loc[means.index.isin(training.index)]
        utterances = training.loc[means.index]
        found = _of_columns(means.to_numpy(), columns, utterances, classes, seed)
        rows += _rows(found, role="training", feature_set=name)
    return pd.DataFrame(rows, columns=COLUMNS).astype({"value": float})


def _cross_validate(features, utterances, classes, seed):
    """Cross-validate an SVM with utterances shuffled and with speakers held out.

    Both ways use the same number of folds: `FOLDS`, or as many as the smallest
    class has utterances or as there are speakers. A score is the mean over folds,
    as of `sklearn.model_selection.cross_val_score`, and over `REPEATS` divisions.
    A class that occurs neither in a fold nor among its predictions has an F1 of 0
    there: six speakers of one class each give 0.4 at best when they are held out.

    Where a speaker is unknown, the session stands in. Where no speaker and no session
    is known, contiguous blocks of each class do, in the order given: as
    files are mostly named after recordings, blocks of sorted names share few.

    Returns quantities, as in `table`, with value and detail.
    """
    truth, groups, held_out, lacking = _truth(utterances, classes)
    if lacking:
        return {"no_cross_validation": lacking}
    folds, shuffled, grouped = _splitters(truth, groups, seed)
    easy = _macro_f1(features, truth, len(classes), shuffled)
    hard = _macro_f1(features, truth, len(classes), grouped, groups)
    return {
        "shuffled_macro_f1": (easy, ""),
        "grouped_macro_f1": (hard, held_out),
        "macro_f1_gap": (easy - hard, ""),
        "cross_validated": (len(truth), f"{folds} folds"),
    }


def _of_columns(features, columns, utterances, classes, seed):
    """Compare the column that tells classes best with all others together."""
    truth, groups, _, lacking = _truth(utterances, classes)
    if lacking or len(columns) < 2:
        return {}
    _, _, grouped = _splitters(truth, groups, seed)
    tree = DecisionTreeClassifier(
        max_leaf_nodes=LEAVES * len(classes), class_weight="balanced", random_state=seed
    )
    options = {"average": "macro", "labels": range(len(classes)), "zero_division": 0}
    fitted = [
        f1_score(truth, tree.fit(column, truth).predict(column), **options)
        for column in features.T[..., None]
    ]
    best = int(np.argmax(fitted))
    alone, others = features[:, [best]], np.delete(features, best, axis=1)
    return {
        "column_macro_f1": (
            _macro_f1(alone, truth, len(classes), grouped, groups, tree),
            columns[best],
        ),
        "others_macro_f1": (
            _macro_f1(others, truth, len(classes), grouped, groups),
            "",
        ),
    }


def _truth(utterances, classes):
    """Return classes, whom to hold out, words for that, and what is too little."""
    truth = utterances["label"].map(list(classes).index).to_numpy(dtype=int)
    groups, held_out = _groups(utterances["voice"])
    sizes = np.bincount(truth, minlength=len(classes))
    return truth, groups, held_out, _lacking(sizes, groups, classes)


def _splitters(truth, groups, seed):
    """Return how many folds there are, and how to shuffle and how to hold out."""
    folds = min(FOLDS, np.bincount(truth).min())
    if groups is not None:
        folds = min(folds, len(set(groups)))
    shuffled, grouped = (
        [kind(folds, shuffle=True, random_state=seed + i) for i in range(REPEATS)]
        for kind in (StratifiedKFold, StratifiedGroupKFold)
    )
    return folds, shuffled, [StratifiedKFold(folds)] if groups is None else grouped


def _rows(found, **where):
    """Return the row of each quantity of known value and detail."""
    return [
        dict.fromkeys(COLUMNS, "")
        | where
        | {"quantity": quantity, "value": value, "detail": detail}
        for quantity, (value, detail) in found.items()
    ]


def _describe(utterances, role, classes):
    """Return the rows that describe the utterances of one role."""
    rows = []
    for label in (*classes, ALL):
        chosen = utterances[utterances["label"].eq(label) | (label == ALL)]
        rows += _rows(_count(chosen), role=role, label=label)
    known = utterances[utterances["speaker"] != ""]
    if len(known):
        nmi = normalized_mutual_info_score(known["label"], known["speaker"])
        rows += _rows({"class_speaker_nmi": (nmi, "")}, role=role, label=ALL)
    return rows


def _count(utterances):
    known = utterances.loc[utterances["speaker"] != "", "speaker"]
    found = {
        "utterances": (len(utterances), ""),
        "speakers": (known.nunique(), ""),
        "sessions": (utterances["session"].replace("", None).nunique(), ""),
        "unknown_speaker": (len(utterances) - len(known), ""),
    }
    if len(known):
        # Sorted, so that of several as frequent the first by name is named.
        of_speaker = known.value_counts().sort_index()
        share = of_speaker.max() / len(utterances)
        found["largest_speaker_share"] = (share, of_speaker.idxmax())
    return found


def _groups(voices):
    """Return what to hold out together, if it is known, and what that is."""
    kinds = {voice.partition(" ")[0] for voice in voices}
    if kinds == {"utterance"}:
        return None, BLOCKS
    held_out = SPEAKERS if kinds == {"speaker"} else SPEAKERS_AND_SESSIONS
    return voices.to_numpy(), held_out


def _lacking(sizes, groups, classes):
    """Return how much there is of what is too little, and words for it, or None."""
    fewest = sizes.argmin()
    if (n := sizes[fewest]) < NEEDED:
        return n, (
            f"the {classes[fewest]} class has {n or 'no'} training "
            f"utterance{'' if n == 1 else 's'} and {NEEDED} are needed"
        )
    if groups is not None and (n := len(set(groups))) < NEEDED:
        return n, (
            f"all {sizes.sum()} training utterances are of one speaker or session "
            f"and {NEEDED} are needed"
        )
    return None


def _macro_f1(features, truth, n_classes, splitters, groups=None, model=SVM):
    """Return the mean macro F1 over the folds of all splitters."""
    options = {"labels": range(n_classes), "average": "macro", "zero_division": 0}
    scores = []
    for splitter in splitters:
        for training, test in splitter.split(features, truth, groups):
            guesses = _predict(model, features, truth, training, test)
            scores.append(f1_score(truth[test], guesses, **options))
    return np.mean(scores)


def _predict(model, features, truth, training, test):
    known = np.unique(truth[training])
    if len(known) == 1:
        # An SVM refuses to learn a single class, which is then all it could say.
        return np.repeat(known, len(test))
    return model.fit(features[training], truth[training]).predict(features[test])
