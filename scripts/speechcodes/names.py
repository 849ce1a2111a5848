"""The vocabularies: feature sets, classifiers, metrics and criteria, one record each.

Whatever is one of a kind stands here once, and the rest of the code asks. Nothing here
is imported, since every job and every plan reads it.
"""

from typing import NamedTuple


class FeatureSet(NamedTuple):
    """A kind of features."""

    #: What it is called in a sentence, in the plural, and in the legend of a figure.
    title: str
    short: str
    #: What it is, after its title and a colon.
    about: str
    #: Where it stands in its HDF5 files.
    dataset: str
    #: What it is computed for: each `corpus`; each `segment` variant of it; or each
    #: `fold` of a variant, as it is learned from the fold's unlabelled speech.
    per: str
    #: Its look in figures, and its colour where it is normalised per speaker.
    colour: str
    colour_per_speaker: str
    marker: str
    #: Whether it is what a run is about, learned from unlabelled speech; all others are
    #: references.
    learned: bool = False
    #: Whether an autoencoder must be chosen first.
    needs_autoencoder: bool = False
    #: Whether its columns share one scale, so that a column's variance is its weight.
    scaled: bool = False
    #: Functionals of signals: numbers of a row, for the estimate of disk.
    columns: int = 0
    #: What the package that computes it allows, for the report.
    licence: str = ""


#: What openSMILE says, of itself and of what it computes.
_OPENSMILE_LICENCE = (
    "openSMILE computed some features: they may be used for research, as openSMILE "
    "itself, but in a product only with a licence of audEERING"
)


#: In the order of figures and tables.
FEATURE_SETS = {
    "midterm": FeatureSet(
        title="mid-term features",
        short="mid-term",
        about=(
            "means and deviations of 34 short-term features and their "
            "changes, by pyAudioAnalysis"
        ),
        dataset="midterm",
        per="corpus",
        columns=136,
        colour="#0072B2",
        colour_per_speaker="#56B4E9",
        marker="o",
    ),
    "egemaps": FeatureSet(
        title="eGeMAPS features",
        short="eGeMAPS",
        about=(
            "88 functionals of pitch, loudness, spectrum and voice "
            "quality, by openSMILE"
        ),
        dataset="egemaps",
        per="corpus",
        columns=88,
        licence=_OPENSMILE_LICENCE,
        colour="#332288",
        colour_per_speaker="#882255",
        marker="P",
    ),
    "compare2016": FeatureSet(
        title="ComParE features",
        short="ComParE",
        about="6373 functionals of many acoustic descriptors, by openSMILE",
        dataset="compare2016",
        per="corpus",
        columns=6373,
        licence=_OPENSMILE_LICENCE,
        colour="#117733",
        colour_per_speaker="#AA7700",
        marker="X",
    ),
    "f0": FeatureSet(
        title="pitch functionals",
        short="pitch",
        about="12 functionals of Praat's pitch track",
        dataset="f0",
        per="corpus",
        columns=12,
        colour="#999933",
        colour_per_speaker="#44AA99",
        marker="p",
    ),
    # As many columns as 768 numbers of a frame make.
    "onnx": FeatureSet(
        title="embeddings",
        short="embeddings",
        about=(
            "mean and deviation over time of what a network of your own "
            "makes of the audio"
        ),
        dataset="onnx",
        per="corpus",
        columns=1536,
        colour="#A05A2C",
        colour_per_speaker="#5A7D2C",
        marker="d",
    ),
    "code": FeatureSet(
        title="codes",
        short="code",
        about=(
            "what an autoencoder, trained on speech without labels, keeps "
            "of the spectrum"
        ),
        dataset="codes",
        per="fold",
        learned=True,
        needs_autoencoder=True,
        colour="#E69F00",
        colour_per_speaker="#D55E00",
        marker="s",
    ),
    "fisher": FeatureSet(
        title="Fisher vectors",
        short="Fisher vectors",
        about=(
            "how the frames of an utterance differ from a mixture of "
            "Gaussians that was fitted without labels"
        ),
        dataset="fisher",
        per="fold",
        learned=True,
        scaled=True,
        colour="#6A3D9A",
        colour_per_speaker="#E31A8C",
        marker="*",
    ),
    "pooled": FeatureSet(
        title="pooled spectra",
        short="pooled spectra",
        about="mean and deviation over time of each band of the spectrum",
        dataset="pooled",
        per="segment",
        colour="#009E73",
        colour_per_speaker="#B8A500",
        marker="^",
    ),
    "modulation": FeatureSet(
        title="modulation spectra",
        short="modulation spectra",
        about="how fast each band of the spectrum changes over time",
        dataset="modulation",
        per="segment",
        colour="#4B6A88",
        colour_per_speaker="#C44E52",
        marker="h",
    ),
    # As many components as the code chosen has.
    "pca": FeatureSet(
        title="principal components",
        short="principal components",
        about="the directions in which the spectra of unlabelled speech vary most",
        dataset="pca",
        per="fold",
        needs_autoencoder=True,
        colour="#CC79A7",
        colour_per_speaker="#000000",
        marker="D",
    ),
    # Of the same network as the code, with random weights, as before training.
    "untrained": FeatureSet(
        title="codes of an untrained network",
        short="untrained code",
        about="the code of the same network with random weights",
        dataset="untrained",
        per="fold",
        needs_autoencoder=True,
        colour="#7F7F7F",
        colour_per_speaker="#8C564B",
        marker="v",
    ),
}

#: What follows the features in the name of a set that is normalised per speaker.
PER_SPEAKER = "@speaker"
#: And what ends it where classifiers also learn from their own labels of the rest.
SELF_TRAINED = "@self_training"
#: Stands for the best of all feature sets that are not learned.
BEST_REFERENCE = "best_reference"


class Classifier(NamedTuple):
    """A kind of classifier."""

    title: str
    #: Full name of the scikit-learn class.
    estimator: str
    #: Whether features get zero mean and unit variance first, unless configured.
    standardise: bool
    #: Whether what it learns also depends on its seed.
    random: bool
    #: About how long a fit takes, and the predictions after it, of a thousand rows of a
    #: hundred features. Percentages that take little time run in one job.
    seconds: float
    #: Values to try of settings that are left open, where labels are few; the first is
    #: taken elsewhere.
    tried: dict[str, tuple] = {}


CLASSIFIERS = {
    # With few rows of many numbers the usual width is too narrow; C changes little.
    "svm": Classifier(
        title="SVM",
        estimator="sklearn.svm.SVC",
        standardise=True,
        random=False,
        seconds=0.2,
        tried={"gamma": ("scale", 0.01, 0.001, 0.0001)},
    ),
    "knn": Classifier(
        title="k-NN",
        estimator="sklearn.neighbors.KNeighborsClassifier",
        standardise=True,
        random=False,
        seconds=0.03,
    ),
    "decision_tree": Classifier(
        title="Decision tree",
        estimator="sklearn.tree.DecisionTreeClassifier",
        standardise=False,
        random=True,
        seconds=0.1,
    ),
    "random_forest": Classifier(
        title="Random forest",
        estimator="sklearn.ensemble.RandomForestClassifier",
        standardise=False,
        random=True,
        seconds=0.6,
    ),
    "adaboost": Classifier(
        title="AdaBoost",
        estimator="sklearn.ensemble.AdaBoostClassifier",
        standardise=False,
        random=True,
        seconds=0.8,
    ),
    "logistic_regression": Classifier(
        title="Logistic regression",
        estimator="sklearn.linear_model.LogisticRegression",
        standardise=True,
        random=False,
        seconds=0.05,
    ),
}

METRICS = {
    "weighted_f1": "Weighted F1",
    "macro_f1": "Macro F1",
    "uar": "UAR",
    "accuracy": "Accuracy",
    "f1_weighted_by_predictions": "F1 weighted by predicted class counts",
}


class Criterion(NamedTuple):
    """What autoencoders can be chosen by, without any label."""

    title: str
    more_is_better: bool


CRITERIA = {
    "validation_loss": Criterion("validation loss", False),
    "restored_loss": Criterion("loss of restoring from noise", False),
    "instability": Criterion("instability under noise", False),
    "speaker_share": Criterion("speakers' share of the variance", False),
    "effective_dimensions": Criterion("effective dimensions", True),
}
#: What a loss is replaced by where loss functions differ.
SQUARED_ERRORS = {
    "validation_mse": "validation squared error",
    "restored_mse": "squared error of restoring from noise",
}


def feature_set(name: str, short: bool = False) -> str:
    """Return what a feature set is called, in the plural where it is one of ours.

    The short name is that of legends.

    >>> feature_set("midterm"), feature_set("f0+code@speaker")
    ('mid-term features', 'pitch functionals + codes (per speaker)')
    >>> feature_set("f0@speaker@self_training")
    'pitch functionals (per speaker, self-trained)'
    >>> feature_set("f0+code@speaker", short=True)
    'pitch + code (per speaker)'
    """
    if name == BEST_REFERENCE:
        return "the best reference"
    known = map(FEATURE_SETS.get, parts(name))
    called = [
        (one.short if short else one.title) if one else part
        for one, part in zip(known, parts(name), strict=True)
    ]
    title = " + ".join(called)
    how = ["per speaker"] if is_per_speaker(name) else []
    how += ["self-trained"] if is_self_trained(name) else []
    return f"{title} ({', '.join(how)})" if how else title


def is_per_speaker(name: str) -> bool:
    """Tell whether a feature set is normalised per speaker.

    >>> is_per_speaker("code@speaker"), is_per_speaker("code")
    (True, False)
    """
    return features(name).endswith(PER_SPEAKER)


def is_self_trained(name: str) -> bool:
    """Tell whether classifiers of a feature set label what is unlabelled themselves.

    >>> is_self_trained("code@speaker@self_training"), is_self_trained("code@speaker")
    (True, False)
    """
    return name.endswith(SELF_TRAINED)


def features(name: str) -> str:
    """Return the name of the feature set that is learned from plainly.

    >>> features("code@speaker@self_training"), features("code@speaker")
    ('code@speaker', 'code@speaker')
    """
    return name.removesuffix(SELF_TRAINED)


def parts(name: str) -> list[str]:
    """Return the names that a feature set is the concatenation of.

    >>> parts("midterm+code"), parts("code@speaker")
    (['midterm', 'code'], ['code'])
    """
    return features(name).removesuffix(PER_SPEAKER).split("+")


def all_parts(names) -> set[str]:
    """Return the set of all names that some feature sets are made of.

    >>> sorted(all_parts(["midterm", "midterm+code"]))
    ['code', 'midterm']
    """
    return {part for name in names for part in parts(name)}


def with_midterm(name: str) -> list[str]:
    """Return the parts of a feature set, and mid-term features if they are none.

    By these, speech is told that is unlike what a predictor was trained on: a set may
    lose what is unlike, as one does that takes out level and channel.

    >>> with_midterm("fisher@speaker"), with_midterm("midterm+code")
    (['fisher', 'midterm'], ['midterm', 'code'])
    """
    return list(dict.fromkeys([*parts(name), "midterm"]))


def is_learned(name: str) -> bool:
    """Tell whether something in a feature set counts as learned.

    >>> is_learned("midterm+code@speaker"), is_learned("pca")
    (True, False)
    """
    return any(one.learned for one in _ours([name]))


def need_autoencoders(names) -> bool:
    """Tell whether some feature sets need an autoencoder to be trained.

    >>> need_autoencoders(["midterm", "pooled"]), need_autoencoders(["midterm+pca"])
    (False, True)
    """
    return any(one.needs_autoencoder for one in _ours(names))


def need_unlabelled(names) -> bool:
    """Tell whether some feature sets are learned from unlabelled speech.

    >>> need_unlabelled(["midterm", "pooled"]), need_unlabelled(["midterm+fisher"])
    (False, True)
    """
    return any(one.per == "fold" for one in _ours(names))


def _ours(names):
    """The records of all that some feature sets are made of, but tables of users."""
    return [FEATURE_SETS[p] for p in all_parts(names) if p in FEATURE_SETS]


def functionals(names) -> list[str]:
    """Return the kinds of functionals that some feature sets need.

    Mid-term features are always among them: how long utterances are stands with them.

    >>> functionals(["code", "egemaps@speaker"])
    ['midterm', 'egemaps']
    """
    wanted = {"midterm", *all_parts(names)}
    return [
        name for name, one in FEATURE_SETS.items() if one.columns and name in wanted
    ]


def classifier(name: str) -> str:
    """Return what a classifier is called.

    >>> classifier("knn"), classifier("perceptron")
    ('k-NN', 'perceptron')
    """
    return CLASSIFIERS[name].title if name in CLASSIFIERS else name


def metric(name: str) -> str:
    """Return what a metric is called inside a sentence.

    >>> metric("macro_f1"), metric("uar")
    ('macro F1', 'UAR')
    """
    word = METRICS[name]
    return word[0].lower() + word[1:] if word[1].islower() else word


def criterion(name: str) -> str:
    """Return what a criterion of the choice of autoencoders is called.

    >>> criterion("validation_loss"), criterion("validation_mse")
    ('validation loss', 'validation squared error')
    """
    return CRITERIA[name].title if name in CRITERIA else SQUARED_ERRORS[name]


def listed(words) -> str:
    """Join words as a sentence does.

    >>> listed(["one"]), listed(["one", "two", "three"])
    ('one', 'one, two and three')
    """
    *others, last = map(str, words)
    return f"{', '.join(others)} and {last}" if others else last
