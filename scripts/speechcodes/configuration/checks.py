"""Find settings that contradict each other, before any long work."""

from contextlib import contextmanager
from itertools import pairwise

from speechcodes import names
from speechcodes.autoencoders import grid
from speechcodes.configuration.validation import validate
from speechcodes.corpus.readers.common import Labelling, normalised
from speechcodes.corpus.readers.registry import READERS
from speechcodes.errors import InputError
from speechcodes.features import channels, midterm, onnx, spectrograms
from speechcodes.records import WHOLE, Utterance

#: Names that files of predictions, and the lists of features, have for other things.
TAKEN = ("utterance", "label", "speaker", "rejected", "corpus", names.BEST_REFERENCE)
#: Of so many rows at most, settings left open are tuned: a matter of seconds.
FEW_ROWS = 500


def check(config: dict, architectures: dict) -> dict:
    """Check all settings against each other, and return the autoencoders asked for.

    Takes a complete configuration, and {name: layers} of `config/architectures.yaml`;
    returns {segment variant: {name: `grid.Configuration`}}, empty for feature tables.

    Raises InputError if settings contradict each other.
    """
    _check_corpus(config["corpus"])
    _check_groups(config["report"]["groups"])
    percentages = config["experiment"]["percentages"]
    if not _grow(percentages):
        raise InputError(
            f"experiment.percentages: {percentages} must be in increasing order"
        )
    _check_feature_sets(config["experiment"], config["corpus"]["reader"])
    if config["corpus"]["reader"] == "feature_tables":
        return {}
    _check_predictor(config)
    _check_splits(config["splits"], config["corpus"]["classes"], config["experiment"])
    rate = config["audio"]["sampling_rate"]
    _check_windows(config["features"], rate)
    _check_onnx(config)
    shapes = {
        name: _spectrogram_shape(name, variant, rate)
        for name, variant in config["segments"].items()
    }
    if "autoencoders" not in config:
        _check_no_autoencoder(config["experiment"]["feature_sets"])
        return {}
    with _blaming("autoencoders.configurations"):
        return grid.expand(
            config["autoencoders"]["configurations"], architectures, shapes
        )


def _check_no_autoencoder(feature_sets):
    """Raise InputError if a feature set comes from an autoencoder."""
    needing = [name for name in feature_sets if names.need_autoencoders([name])]
    if needing:
        raise InputError(
            f"autoencoders is missing, but experiment.feature_sets has {needing[0]}, "
            "which comes from one: name some to train, or leave the set out"
        )


def _check_corpus(corpus):
    """Raise InputError if labels or ratings do not fit the classes of a corpus."""
    seen = {}
    for label in corpus["classes"]:
        if (first := seen.setdefault(normalised(label), label)) != label:
            raise InputError(
                f"corpus.classes: {first!r} and {label!r} differ only in "
                "case, spaces or Unicode form: rename one of them"
            )
    labelling, reader = Labelling.of(corpus), corpus["reader"]
    if reader == "msp_podcast" and corpus["labels"] and corpus["rating"]:
        raise InputError(
            "corpus: labels and rating are both given, but msp_podcast has classes "
            "either by the words of EmoClass or by a rating: leave one of them out"
        )
    # A table need not have ratings.
    rated = READERS[reader].takes_rating and reader != "table" and not corpus["labels"]
    if corpus["rating"] or rated:
        _check_rating(labelling)


def _check_groups(groups):
    """Raise InputError if a group is a column that utterances.csv has anyway."""
    if taken := [column for column in groups if column in Utterance._fields]:
        raise InputError(
            f"report.groups: {taken[0]} is a column of utterances.csv with another"
            " meaning: name one that describes speakers, such as gender"
        )


def _check_rating(labelling):
    """Raise InputError if the bounds of a rating do not part it into the classes."""
    classes, bounds = labelling.classes, list(labelling.bounds)
    low, high = labelling.scale
    if low >= high:
        raise InputError(
            f"corpus.rating.scale: [{low}, {high}] must be the lowest and the highest "
            "rating there can be"
        )
    if len(bounds) != len(classes) - 1:
        raise InputError(
            f"corpus.rating.bounds: {bounds} divides ratings into {len(bounds) + 1} "
            f"classes, but corpus.classes has {len(classes)} ({', '.join(classes)}): "
            f"give {len(classes) - 1}"
        )
    if not _grow(bounds) or bounds[0] < low or bounds[-1] > high:
        raise InputError(
            f"corpus.rating.bounds: {bounds} must be in increasing order, within "
            f"the scale from {low} to {high}"
        )


def _grow(numbers):
    return all(a < b for a, b in pairwise(numbers))


def _check_splits(splits, classes, experiment):
    """Raise InputError if the division fits neither the classes nor the experiment."""
    for role, size in splits.get("sizes", {}).items():
        if isinstance(size, dict) and set(size) != set(classes):
            raise InputError(
                f"splits.sizes.{role}: {', '.join(size)} must be a number for each of "
                f"corpus.classes: {', '.join(classes)}"
            )
    if splits["method"] == "folds" and experiment["protocol"] == "study":
        raise InputError(
            "splits.method: protocol study has one division, but folds are several: "
            "use study, balanced or given"
        )


def set_protocol(experiment: dict, schema: dict) -> None:
    """Set what the protocol decides in a valid section, in place.

    Raises InputError if the protocol does not allow a setting, a classifier is not in
    the experiment, or a value to try in tuning would not do as a setting by the schema.
    """
    robust = experiment["protocol"] == "robust"
    if not robust:
        _check_study(experiment)
    for key, number in [("draws", 10 if robust else 1), ("halvings", 10 * robust)]:
        if experiment[key] is None:
            experiment[key] = number
    for name, settings in experiment["classifiers"].items():
        if settings["standardise"] is None:
            settings["standardise"] = robust and names.CLASSIFIERS[name].standardise
    grids = _set_tuning(experiment, robust)
    for key, named in [("tuning.grids", grids), ("published", experiment["published"])]:
        for name in named:
            if name not in experiment["classifiers"]:
                raise InputError(
                    f"experiment.{key}.{name}: {name} is not among "
                    "experiment.classifiers, which are "
                    f"{', '.join(experiment['classifiers'])}"
                )
    section = schema["properties"]["experiment"]["properties"]["classifiers"]
    for name, values_of in grids.items():
        settings = section["properties"].get(name, section["additionalProperties"])
        for key, values in values_of.items():
            for value in values:
                validate({key: value}, settings, f"experiment.tuning.grids.{name}")


def _set_tuning(experiment, robust):
    """Settle settings left open and what is tried of them; return the grids."""
    tuning, left_open = experiment["tuning"], {}
    for name, settings in experiment["classifiers"].items():
        for key, values in names.CLASSIFIERS[name].tried.items():
            if settings.get(key) is None:
                settings[key] = values[0]
                left_open.setdefault(name, {})[key] = list(values)
    if tuning["grids"] is None:
        tuning["grids"] = left_open if robust else {}
        tuning["most_rows"] = tuning["most_rows"] or FEW_ROWS
    return tuning["grids"]


def _check_study(experiment):
    """Raise InputError for settings that protocol study has no use for."""
    if experiment["draws"] not in (None, 1):
        raise InputError(
            f"experiment.draws: {experiment['draws']}, but protocol study takes the "
            "first utterances, and has one draw: leave it out"
        )
    for key in ("halvings", "balanced"):
        if experiment[key]:
            raise InputError(
                f"experiment.{key}: {experiment[key]}, but protocol study has none: "
                "leave it out"
            )
    if experiment["tuning"]["grids"]:
        raise InputError(
            "experiment.tuning.grids: protocol study has fixed settings: leave it out"
        )
    for what, is_so in [
        ("normalised per speaker", names.is_per_speaker),
        ("self-trained", names.is_self_trained),
    ]:
        if name := next(filter(is_so, experiment["feature_sets"]), None):
            raise InputError(
                f"experiment.feature_sets: {name} is {what}, which protocol study did "
                "not do: leave it out, or use protocol robust"
            )


def _check_feature_sets(experiment, reader):
    """Raise InputError for feature sets that are not known, or given for nothing."""
    used = names.all_parts(experiment["feature_sets"])
    tables = experiment["feature_tables"]
    known = [*names.FEATURE_SETS, *tables]
    if taken := sorted((used | set(tables)) & set(TAKEN)):
        raise InputError(
            f"experiment.feature_sets: {taken[0]} is the name of something else in the "
            "files of predictions: choose another"
        )
    for name in experiment["feature_sets"]:
        if len(set(names.parts(name))) < len(names.parts(name)):
            raise InputError(
                f"experiment.feature_sets: {name} has the same set twice; name each of "
                "its parts once"
            )
    # Those of a corpus of feature tables may have any name.
    if reader != "feature_tables" and (unknown := sorted(used - set(known))):
        raise InputError(
            f"experiment.feature_sets: there is no {unknown[0]}; known are "
            f"{', '.join(known)}, and what experiment.feature_tables names"
        )
    for name in tables:
        if name in names.FEATURE_SETS:
            raise InputError(
                f"experiment.feature_tables.{name}: the workflow computes a set of "
                "this name itself: choose another"
            )
        if name not in used:
            raise InputError(
                f"experiment.feature_tables.{name} is not used in "
                f"experiment.feature_sets ({', '.join(experiment['feature_sets'])}): "
                "add it there or leave it out"
            )


def _check_predictor(config):
    """Raise InputError if a predictor asks for what new speech does not have."""
    wanted, experiment = config["predictor"], config["experiment"]
    known = {
        "segment": list(config["segments"]),
        "feature_set": experiment["feature_sets"],
        "classifier": list(experiment["classifiers"]),
    }
    for key, there in known.items():
        if wanted[key] is not None and wanted[key] not in there:
            raise InputError(
                f"predictor.{key}: there is no {wanted[key]} in this run, but "
                f"{', '.join(there)}"
            )
    name = wanted["feature_set"]
    if name and names.is_self_trained(name):
        raise InputError(
            f"predictor.feature_set: {name} is self-trained, which with all labels is "
            f"plain training: name {names.features(name)}"
        )
    unusable = {"untrained", *experiment["feature_tables"]}
    if name and (lacking := sorted(unusable.intersection(names.parts(name)))):
        raise InputError(
            f"predictor.feature_set: {name} has {lacking[0]}, which "
            "is a control or a table of yours, and new speech does not have it: name a "
            "set that the workflow computes from audio"
        )


def set_references(config: dict) -> None:
    """Add what feature sets are held against, in place.

    Beside each self-trained set the same that is not; and to every run with codes of
    its own, but the study's, the untrained network.
    """
    sets, protocol = (config["experiment"][k] for k in ("feature_sets", "protocol"))
    plain = map(names.features, filter(names.is_self_trained, sets))
    sets += [name for name in dict.fromkeys(plain) if name not in sets]
    if config.get("segments") and protocol == "robust":
        for name in [name for name in sets if "code" in names.parts(name)]:
            each = names.PER_SPEAKER if names.is_per_speaker(name) else ""
            if f"untrained{each}" not in sets:
                sets.append(f"untrained{each}")


def set_primary(config: dict) -> None:
    """Name the primary comparison where the user left that open, in place.

    Raises InputError if what is named there is not in the experiment.
    """
    primary, experiment = config["statistics"]["primary"], config["experiment"]
    known = {
        "feature_set": experiment["feature_sets"],
        "segment": list(config.get("segments", {})) or ["tables"],
        "classifier": list(experiment["classifiers"]),
    }
    for key, there in known.items():
        if primary[key] is None:
            preferred = (
                filter(names.is_learned, there) if key == "feature_set" else there
            )
            primary[key] = next(iter(preferred), None)
        elif primary[key] not in there:
            raise InputError(
                f"statistics.primary.{key}: there is no {primary[key]} in this run, "
                f"but {', '.join(there)}"
            )


def set_spectrograms(config: dict, schema: dict) -> None:
    """Give each segment variant all settings of its spectrograms, in place.

    Raises InputError if a variant has a setting that there is not, or a value that will
    not do.
    """
    section = schema["properties"]["features"]["properties"]["spectrogram"]
    for name, variant in config.get("segments", {}).items():
        own = config["features"]["spectrogram"] | variant["spectrogram"]
        validate(own, section, f"segments.{name}.spectrogram")
        variant["spectrogram"] = own


def _check_onnx(config):
    """Raise InputError if embeddings are asked for, but no model could give them."""
    if "onnx" not in names.all_parts(config["experiment"]["feature_sets"]):
        return
    model, rate = config["features"]["onnx"]["model"], config["audio"]["sampling_rate"]
    if not model:
        raise InputError(
            "features.onnx.model names no file, but experiment.feature_sets has onnx: "
            "give the path of a model, or leave the set out"
        )
    if rate < onnx.RATE:
        raise InputError(
            f"audio.sampling_rate: {rate} Hz, but the model in features.onnx expects "
            f"{onnx.RATE} Hz: set that or more"
        )


def _check_windows(features, rate):
    """Raise InputError if a window or a step could not be taken."""
    settings = features["midterm"]
    _check_long_enough("features.spectrogram", features["spectrogram"], "", rate)
    _check_long_enough("features.midterm", settings, "short_", rate)
    for key in ("window", "step"):
        if settings[key] < settings[f"short_{key}"]:
            raise InputError(
                f"features.midterm.{key}: {settings[key]} s are too short; it must be "
                f"at least short_{key} ({settings[f'short_{key}']} s)"
            )
    midterm.check_windows(round(settings["short_window"] * rate), rate)


def _check_long_enough(where, settings, prefix, rate):
    """Raise InputError if a window or a step has too few samples."""
    # Fewer samples than two have no frequency bin.
    for key, least in [(f"{prefix}window", 2), (f"{prefix}step", 1)]:
        if round(settings[key] * rate) < least:
            raise InputError(
                f"{where}.{key}: {settings[key]} s are too short; at {rate} Hz it must "
                f"be at least {least / rate:g}"
            )


def _spectrogram_shape(name, variant, rate):
    """Frames and bins of a variant's spectrograms; InputError if there are none."""
    settings, samples = variant["spectrogram"], variant["samples"]
    where = f"segments.{name}.spectrogram"
    _check_long_enough(where, settings, "", rate)
    window, bands = settings["window"], settings["bands"]
    if bands:
        with _blaming(f"{where}.bands"):
            spectrograms.mel_weights(bands, round(window * rate), rate)
    beside = channels.beside(variant["input"])
    if beside and samples != WHOLE:
        raise InputError(
            f"segments.{name}.input: pitch can only be added to spectrograms of "
            f"whole utterances, but samples is {samples}: leave it out, or set samples "
            "to whole"
        )
    shape = spectrograms.shape(samples, rate, window, settings["step"], bands, beside)
    if 0 in shape:
        raise InputError(
            f"segments.{name}.samples: {samples} is too short for a spectrogram; at "
            f"{rate} Hz and with a window of {window} s it must be at least "
            f"{2 * round(window * rate)}"
        )
    return shape


@contextmanager
def _blaming(key):
    """Put a key in front of the message of an InputError."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{key}: {error}") from None
