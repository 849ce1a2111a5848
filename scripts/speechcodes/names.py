"""What feature sets, classifiers and metrics are called in sentences and figures."""

FEATURE_SETS = {
    "midterm": "mid-term features",
    "code": "codes",
    "pooled": "pooled spectra",
    "pca": "principal components",
}
#: What the name of a feature set ends in that is normalised per speaker.
PER_SPEAKER = "@speaker"
CLASSIFIERS = {
    "svm": "SVM",
    "knn": "k-NN",
    "decision_tree": "Decision tree",
    "random_forest": "Random forest",
    "adaboost": "AdaBoost",
}
METRICS = {
    "weighted_f1": "Weighted F1",
    "macro_f1": "Macro F1",
    "uar": "UAR",
    "accuracy": "Accuracy",
    "f1_weighted_by_predictions": "F1 weighted by predicted class counts",
}
#: What autoencoders are compared by, where it is not simply the name of the column.
CRITERIA = {
    "validation_mse": "validation squared error",
    "restored_loss": "loss of restoring from noise",
    "restored_mse": "squared error of restoring from noise",
    "instability": "instability under noise",
    "speaker_share": "speakers' share of the variance",
}


def feature_set(name):
    """Return what a feature set is called, in the plural where it is one of ours.

    >>> feature_set("midterm"), feature_set("code@speaker")
    ('mid-term features', 'codes, per speaker')
    """
    plain = name.removesuffix(PER_SPEAKER)
    called = FEATURE_SETS.get(plain, plain)
    return f"{called}, per speaker" if is_per_speaker(name) else called


def is_per_speaker(name):
    """Tell whether a feature set is normalised per speaker.

    >>> is_per_speaker("code@speaker"), is_per_speaker("code")
    (True, False)
    """
    return name.endswith(PER_SPEAKER)


def parts(name):
    """Return the names that a feature set is the concatenation of.

    >>> parts("midterm+code"), parts("code@speaker")
    (['midterm', 'code'], ['code'])
    """
    return name.removesuffix(PER_SPEAKER).split("+")


def all_parts(names):
    """Return the set of all names that some feature sets are made of.

    >>> sorted(all_parts(["midterm", "midterm+code"]))
    ['code', 'midterm']
    """
    return {part for name in names for part in parts(name)}


def is_learned(name):
    """Tell whether codes are in a feature set.

    >>> is_learned("midterm+code@speaker"), is_learned("pca")
    (True, False)
    """
    return "code" in parts(name)


def need_autoencoders(names):
    """Tell whether some feature sets need one: components are as many as a code has.

    >>> need_autoencoders(["midterm", "pooled"]), need_autoencoders(["midterm+pca"])
    (False, True)
    """
    return bool(all_parts(names) & {"code", "pca"})


def classifier(name):
    """Return what a classifier is called.

    >>> classifier("knn"), classifier("perceptron")
    ('k-NN', 'perceptron')
    """
    return CLASSIFIERS.get(name, name)


def metric(name):
    """Return what a metric is called inside a sentence.

    >>> metric("macro_f1"), metric("uar")
    ('macro F1', 'UAR')
    """
    word = METRICS[name]
    return word[0].lower() + word[1:] if word[1].islower() else word


def criterion(name):
    """Return what a criterion of the choice of autoencoders is called.

    >>> criterion("validation_loss"), criterion("instability")
    ('validation loss', 'instability under noise')
    """
    return CRITERIA.get(name, name.replace("_", " "))
