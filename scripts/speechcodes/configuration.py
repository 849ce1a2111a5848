"""Validate the configuration and fill in its defaults, and document its schema."""

import math
import re
import sys
from contextlib import contextmanager, suppress
from copy import deepcopy
from itertools import pairwise
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError, best_match, relevance

from speechcodes import names
from speechcodes.autoencoders import grid
from speechcodes.errors import InputError
from speechcodes.features import midterm, spectrograms


class _Loader(yaml.SafeLoader):
    """YAML in which no key stands twice: the last would win, and nothing be said."""

    def compose_mapping_node(self, anchor):
        node = super().compose_mapping_node(anchor)
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key.value!r} stands twice",
                    problem_mark=key.start_mark,
                )
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else key)
        return node


def load(path):
    """Return the content of a YAML file.

    Raises
    ------
    InputError
        If it is not UTF-8, no YAML, or has a key twice.
    """
    try:
        return yaml.load(Path(path).read_text(encoding="utf-8"), _Loader)
    except UnicodeDecodeError as error:
        raise InputError(f"{path} must be UTF-8, but is not: {error}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1
        raise InputError(f"{path}, line {line}: {error.problem}") from None
    except yaml.YAMLError as error:
        raise InputError(f"{path} is no YAML: {' '.join(str(error).split())}") from None


def typed(value):
    """Return what `--config` gave with numbers as numbers.

    Inside of mappings and lists, Snakemake leaves text of all that a file would have
    as a number, a list or null.

    >>> typed({"fold": "2", "method": "balanced"})
    {'fold': 2, 'method': 'balanced'}
    """
    if isinstance(value, dict):
        return {key: typed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [typed(inner) for inner in value]
    return yaml.safe_load(value) if isinstance(value, str) else value


def validate(data, schema, name):
    """Hold data against a JSON schema, and set the schema's defaults in it.

    Parameters
    ----------
    data : dict
        Changed in place.
    schema : dict
    name : str
        What to call the data in an error.

    Raises
    ------
    InputError
        Naming the key, the value found and what would be right.
    """
    error = best_match(_Validator(schema).iter_errors(data), key=_relevance)
    if error:
        raise InputError(f"{name}: {_explain(error, schema)}")


#: What null stands for in each protocol.
PROTOCOLS = {
    "robust": {"draws": 10, "standardise": {"svm", "knn"}},
    "study": {"draws": 1, "standardise": set()},
}

#: Names that predictions have for other things.
TAKEN = ("utterance", "label", "speaker", "rejected")


def set_protocol(experiment, schema):
    """Set what the protocol decides, and find settings that it does not allow.

    Parameters
    ----------
    experiment : dict
        The section of a valid configuration; changed in place.
    schema : dict
        The configuration's, for the values to try in tuning.

    Raises
    ------
    InputError
        If the study's protocol should draw several times, tune or normalise, settings
        or curves are given of a classifier that the experiment does not have, or a
        value to try would not do as a setting.
    """
    name, grids = experiment["protocol"], experiment["tuning"]["grids"]
    if name == "study" and experiment["draws"] not in (None, 1):
        raise InputError(
            f"experiment.draws: {experiment['draws']}, but protocol study takes the "
            "first utterances, and has one draw: leave it out"
        )
    if name == "study" and grids:
        raise InputError(
            "experiment.tuning.grids: protocol study has fixed settings: leave it out"
        )
    normalised = [s for s in experiment["feature_sets"] if names.is_per_speaker(s)]
    if name == "study" and normalised:
        raise InputError(
            f"experiment.feature_sets: {normalised[0]} is normalised per speaker, "
            "which protocol study did not do: leave it out, or use protocol robust"
        )
    protocol = PROTOCOLS[name]
    if experiment["draws"] is None:
        experiment["draws"] = protocol["draws"]
    for classifier, settings in experiment["classifiers"].items():
        if settings["standardise"] is None:
            settings["standardise"] = classifier in protocol["standardise"]
    section = schema["properties"]["experiment"]["properties"]["classifiers"]
    for key, named in [("tuning.grids", grids), ("published", experiment["published"])]:
        for classifier in named:
            if classifier not in experiment["classifiers"]:
                raise InputError(
                    f"experiment.{key}.{classifier}: {classifier} is not among "
                    "experiment.classifiers, which are "
                    f"{', '.join(experiment['classifiers'])}"
                )
    for classifier, values_of in grids.items():
        where = f"experiment.tuning.grids.{classifier}"
        for key, values in values_of.items():
            for value in values:
                validate({key: value}, section["properties"][classifier], where)


def check_feature_sets(experiment, reader):
    """Raise InputError for feature sets that are not known, or given for nothing.

    Parameters
    ----------
    experiment : dict
    reader : str
        That of the corpus; feature tables may hold sets of any name.
    """
    used = names.all_parts(experiment["feature_sets"])
    tables = experiment["feature_tables"]
    known = [*names.FEATURE_SETS, *tables]
    if taken := sorted(used & set(TAKEN)):
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
    for part in sorted(used - set(known)):
        if reader != "feature_tables":
            raise InputError(
                f"experiment.feature_sets: there is no {part}; known are "
                f"{', '.join(known)}, and what experiment.feature_tables names"
            )
    for name in tables:
        if name not in used:
            raise InputError(
                f"experiment.feature_tables.{name} is in no set of "
                f"experiment.feature_sets ({', '.join(experiment['feature_sets'])}): "
                "add it there or leave it out"
            )


def check(config, architectures):
    """Find settings that contradict each other, before any long work.

    Parameters
    ----------
    config : dict
        Valid by the schema, defaults set.
    architectures : dict
        Name to layers, from `config/architectures.yaml`.

    Returns
    -------
    autoencoders : dict of dict
        Segment variant to name to `Configuration`, all that the configuration asks for;
        none where the corpus is one of feature tables.

    Raises
    ------
    InputError
        If thresholds cross, percentages do not grow, a feature set is unknown, windows
        do not fit into each other, a segment is shorter than what one spectrogram
        frame needs, or an autoencoder does not fit a variant.
    """
    valence = config["corpus"]["valence"]
    if valence["negative_at_most"] >= valence["positive_at_least"]:
        raise InputError(
            f"corpus.valence: negative_at_most is {valence['negative_at_most']}, which "
            f"must be below positive_at_least ({valence['positive_at_least']})"
        )
    percentages = config["experiment"]["percentages"]
    if any(a >= b for a, b in pairwise(percentages)):
        raise InputError(
            f"experiment.percentages: {percentages} must grow from one to the next"
        )
    check_feature_sets(config["experiment"], config["corpus"]["reader"])
    if config["corpus"]["reader"] == "feature_tables":
        return {}
    _check_windows(config["features"], config["audio"]["sampling_rate"])
    shapes = {
        name: _spectrogram_shape(name, variant, config["audio"]["sampling_rate"])
        for name, variant in config["segments"].items()
    }
    with _blaming("autoencoders.configurations"):
        return grid.of_variants(
            config["autoencoders"]["configurations"], architectures, shapes
        )


def set_spectrograms(config, schema):
    """Give each segment variant all settings of its spectrograms.

    Parameters
    ----------
    config : dict
        Valid by the schema, defaults set; changed in place.
    schema : dict
        The configuration's.

    Raises
    ------
    InputError
        If a variant has a setting that there is not, or a value that will not do.
    """
    section = schema["properties"]["features"]["properties"]["spectrogram"]
    for name, variant in config.get("segments", {}).items():
        own = config["features"]["spectrogram"] | variant["spectrogram"]
        validate(own, section, f"segments.{name}.spectrogram")
        variant["spectrogram"] = own


def _check_windows(features, rate):
    """Raise InputError if a window or a step could not be taken."""
    for section, key, least in [
        ("spectrogram", "window", 2),
        ("spectrogram", "step", 1),
        ("midterm", "short_window", 2),
        ("midterm", "short_step", 1),
    ]:
        _check_long_enough(f"features.{section}", features[section], key, least, rate)
    settings = features["midterm"]
    for key in ("window", "step"):
        if settings[key] < settings[f"short_{key}"]:
            raise InputError(
                f"features.midterm.{key}: {settings[key]} s are too short; it must be "
                f"at least short_{key} ({settings[f'short_{key}']} s)"
            )
    midterm.check_windows(round(settings["short_window"] * rate), rate)


def _check_long_enough(where, settings, key, least, rate):
    """Raise InputError if a window or a step has too few samples."""
    seconds = settings[key]
    if round(seconds * rate) < least:
        raise InputError(
            f"{where}.{key}: {seconds} s are too short; at {rate} Hz it must be at "
            f"least {least / rate:g}"
        )


def _spectrogram_shape(name, variant, rate):
    """Frames and bins of a variant's spectrograms; InputError if there are none."""
    settings, samples = variant["spectrogram"], variant["samples"]
    where = f"segments.{name}.spectrogram"
    # Fewer samples than two have no frequency bin.
    _check_long_enough(where, settings, "window", 2, rate)
    _check_long_enough(where, settings, "step", 1, rate)
    window, bands = settings["window"], settings["bands"]
    if bands:
        with _blaming(f"{where}.bands"):
            spectrograms.mel_weights(bands, round(window * rate), rate)
    shape = spectrograms.shape(samples, rate, window, settings["step"], bands)
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


# --- validation -----------------------------------------------------------------


def _set_defaults(validator, properties, instance, schema):
    if isinstance(instance, dict):
        for name, subschema in properties.items():
            if isinstance(subschema, dict) and "default" in subschema:
                # A copy, since the schema's own would be filled in turn.
                instance.setdefault(name, deepcopy(subschema["default"]))
    yield from Draft202012Validator.VALIDATORS["properties"](
        validator, properties, instance, schema
    )


def _is_integer(checker, value):
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(checker, value):
    is_float = isinstance(value, float) and math.isfinite(value)
    return is_float or _is_integer(checker, value)


def _match_whole(validator, pattern, instance, schema):
    # re.search, which is the library's, lets a name end in a line break.
    if isinstance(instance, str) and not re.fullmatch(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


_Validator = validators.extend(
    Draft202012Validator,
    {"properties": _set_defaults, "pattern": _match_whole},
    # JSON has no inf and nan, and takes 10.0 for an integer, which range() does not.
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {"integer": _is_integer, "number": _is_number}
    ),
)


def _relevance(error):
    """The library's, which cannot compare the keys of a mapping if one is a number."""
    depth, path, *rest = relevance(error)
    return depth, [str(part) for part in path], *rest


def _explain(error, root):
    """One sentence on what is wrong with a value, and what would be right."""
    while error.parent and error.parent.absolute_path == error.absolute_path:
        # Of several kinds of values allowed, name all and not the nearest miss.
        error = error.parent
    schema, value, path = error.schema, error.instance, list(error.absolute_path)
    rule = error.validator
    if "propertyNames" in error.absolute_schema_path:
        wanted = " ".join(schema["description"].split())
        return f"{_key(path)}: the name {value!r} will not do. {wanted}".rstrip(".")
    if rule == "additionalProperties":
        known = schema["properties"]
        path.append(next(key for key in value if key not in known))
        return f"{_key(path)} is unknown; known keys here are {', '.join(known)}"
    if rule == "required":
        path.append(next(key for key in error.validator_value if key not in value))
        what = f"is missing; it must be {_kind(_find(root, path)[0])}"
    elif rule == "not":
        what = f"is {value!r}, but has no use here: leave it out"
    elif rule in _RULES:
        what = f"is {value!r}, but {_RULES[rule].format(error.validator_value)}"
    else:
        kind = _kind(schema)
        what = f"is {_found(value, kind)}, but must be {kind}"
    return f"{_key(path)} {what}. {_find(root, path)[1]}".rstrip(". ")


#: What to say of values that are of the right kind and wrong all the same.
_RULES = {
    "minItems": "must have an entry",
    "minProperties": "must have an entry",
    "minLength": "must not be empty",
    "uniqueItems": "must not have an entry twice",
    "pattern": "must match {}",
}


def _key(path):
    return ".".join(str(part) for part in path) or "the top level"


def _found(value, wanted):
    """A value as an error shows it, with a hint where YAML reads a number as text."""
    if value is None:
        return "empty"
    if isinstance(value, str) and ("number" in wanted or "integer" in wanted):
        with suppress(ValueError):
            return f"the text {value!r} (write {float(value):.12g} for the number)"
    return repr(value)


def _find(schema, path):
    """The schema of a key, {} if none, and the description nearest to it."""
    description = ""
    for part in path:
        known = schema.get("properties", {})
        inner = schema.get("items") or schema.get("additionalProperties")
        schema = known.get(part, inner)
        if not isinstance(schema, dict):
            return {}, description
        description = " ".join(schema.get("description", description).split())
    return schema, description


# --- config/README.md -----------------------------------------------------------


def markdown(schema):
    """Return a description of every key of a schema, as Markdown.

    Parameters
    ----------
    schema : dict
        JSON schema with a description for each property.
    """
    lines = [f"# {schema['title']}", "", schema["description"], "", *_NOTES, ""]
    for name, section in schema["properties"].items():
        lines += [f"## {name}", "", section["description"], ""]
        lines += ["| key | value | default | what |", "| --- | --- | --- | --- |"]
        lines += [
            f"| `{key}` | {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
            for key, *cells in _rows(section, "")
        ]
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


_NOTES = [
    "In a key's name `NAME` stands for a name of your choice, and dots lead inwards:",
    "`demo.speakers` in the section `corpus` is written",
    "",
    "```yaml",
    "corpus:",
    "  demo:",
    "    speakers: 36",
    "```",
    "",
    "This page is made from `schemas/config.schema.yaml` by `make config/README.md`.",
]


def _rows(schema, prefix):
    """Rows of the table: key, kind of value, default, description."""
    if "properties" in schema.get("items", {}):
        schema = schema["items"]
    children = dict(schema.get("properties", {}))
    if isinstance(schema.get("additionalProperties"), dict):
        children["NAME"] = schema["additionalProperties"]
    for name, child in children.items():
        default = "required" if name in schema.get("required", []) else ""
        # An empty mapping is filled with the defaults in the rows below it.
        if child.get("default", {}) != {}:
            default = f"`{_yaml(child['default'])}`"
        description = " ".join(child.get("description", "").split())
        yield prefix + name, _kind(child), default, description
        yield from _rows(child, f"{prefix}{name}.")


def _kind(schema):
    """The values a schema allows, in few words."""
    if "enum" in schema:
        return _alternatives([f"`{_yaml(value)}`" for value in schema["enum"]])
    if "const" in schema:
        return f"`{_yaml(schema['const'])}`"
    if "oneOf" in schema:
        one, *others = schema["oneOf"]
        if [other.get("items") for other in others] == [one]:
            return f"{_kind(one)}, or a list"
        return _alternatives([_kind(option) for option in schema["oneOf"]])
    types = schema.get("type", "anything")
    types = [types] if isinstance(types, str) else types
    return _alternatives([_kind_of_type(name, schema) for name in types])


def _kind_of_type(name, schema):
    if name == "array":
        return f"list of {_kind(schema['items'])}"
    if name in ("integer", "number"):
        signs = {"minimum": "≥", "exclusiveMinimum": ">"}
        signs |= {"maximum": "≤", "exclusiveMaximum": "<"}
        bounds = [
            f"{sign} {schema[key]}" for key, sign in signs.items() if key in schema
        ]
        return f"{name} {' and '.join(bounds)}".strip()
    return {"object": "mapping", "string": "text", "null": "`null`"}.get(name, name)


def _alternatives(words):
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _yaml(value):
    text = yaml.safe_dump(
        value, default_flow_style=True, sort_keys=False, width=math.inf
    )
    return text.strip().removesuffix("...").strip()


if __name__ == "__main__":
    sys.stdout.write(markdown(load(sys.argv[1])))
