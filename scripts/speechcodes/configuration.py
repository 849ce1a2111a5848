"""Validate the configuration and fill in its defaults, and document its schema."""

import sys
from itertools import pairwise
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import best_match

from speechcodes import spectrograms
from speechcodes.autoencoders import grid
from speechcodes.errors import InputError


def load(path):
    """Return the content of a YAML file."""
    return yaml.safe_load(Path(path).read_text(encoding="utf-8"))


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
    error = best_match(_Validator(schema).iter_errors(data))
    if error:
        # The deepest cause says most: "oneOf" alone would not say which value.
        raise InputError(f"{name}: {_key(error.absolute_path)}: {_explain(error)}")


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
    autoencoders : dict
        Name to `Configuration`, all that the configuration asks for.

    Raises
    ------
    InputError
        If thresholds cross, percentages do not grow, a segment is shorter than
        what one spectrogram frame needs, or an autoencoder fits no variant.
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
    autoencoders = grid.expand(config["autoencoders"]["configurations"], architectures)
    for name, variant in config["segments"].items():
        shape = _spectrogram_shape(name, variant["samples"], config)
        for autoencoder in autoencoders.values():
            grid.check(autoencoder, architectures, shape)
    return autoencoders


def _spectrogram_shape(name, samples, config):
    """Frames and bins of a variant's spectrograms; InputError if there are none."""
    rate, settings = config["audio"]["sampling_rate"], config["features"]["spectrogram"]
    shape = spectrograms.shape(samples, rate, settings["window"], settings["step"])
    if min(shape) < 1:
        raise InputError(
            f"segments.{name}.samples: {samples} is too short for a spectrogram; at "
            f"{rate} Hz and with a window of {settings['window']} s it must be at "
            f"least {2 * round(settings['window'] * rate)}"
        )
    return shape


def _set_defaults(validator, properties, instance, schema):
    if isinstance(instance, dict):
        for name, subschema in properties.items():
            if isinstance(subschema, dict) and "default" in subschema:
                instance.setdefault(name, subschema["default"])
    yield from Draft202012Validator.VALIDATORS["properties"](
        validator, properties, instance, schema
    )


_Validator = validators.extend(Draft202012Validator, {"properties": _set_defaults})


def _key(path):
    return ".".join(str(part) for part in path) or "top level"


def _explain(error):
    """One sentence on what is wrong with a value, and what would be right."""
    schema, value = error.schema, error.instance
    if schema is False:
        return f"{value!r} has no use here: leave the key out"
    description = " ".join(schema.get("description", "").split())
    message = error.message
    if error.validator == "additionalProperties":
        known = ", ".join(schema.get("properties", {}))
        message = f"{message}; known keys: {known}"
        description = ""
    return f"{message}. {description}".strip().rstrip(".")


# --- config/README.md -----------------------------------------------------------


def markdown(schema):
    """Return a description of every key of a schema, as Markdown.

    Parameters
    ----------
    schema : dict
        JSON schema with a description for each property.
    """
    lines = [f"# {schema['title']}", "", schema["description"], ""]
    for name, section in schema["properties"].items():
        lines += [f"## {name}", "", section["description"], ""]
        rows = list(_rows(section, ""))
        lines += ["| key | value | default | what |", "| --- | --- | --- | --- |"]
        lines += [f"| `{key}` | {' | '.join(cells)} |" for key, *cells in rows] + [""]
    return "\n".join(lines)


def _rows(schema, prefix):
    """Rows of the table: key, kind of value, default, description."""
    children = dict(schema.get("properties", {}))
    if isinstance(schema.get("additionalProperties"), dict):
        children["NAME"] = schema["additionalProperties"]
    if isinstance(schema.get("items"), dict) and "properties" in schema["items"]:
        children = schema["items"]["properties"]
    for name, child in children.items():
        key = prefix + name
        nested = list(_rows(child, key + "."))
        default = "" if nested or "default" not in child else _yaml(child["default"])
        yield key, _kind(child), default, " ".join(child.get("description", "").split())
        yield from nested


def _kind(schema):
    """The values a schema allows, in few words."""
    if "enum" in schema:
        return ", ".join(_yaml(value) for value in schema["enum"])
    if "const" in schema:
        return _yaml(schema["const"])
    if "oneOf" in schema:
        return " or ".join(_kind(option) for option in schema["oneOf"])
    kind = schema.get("type", "")
    if kind == "array":
        return f"list of {_kind(schema['items'])}"
    kinds = [kind] if isinstance(kind, str) else kind
    words = {"object": "mapping"}
    limits = {
        "minimum": "≥",
        "exclusiveMinimum": ">",
        "maximum": "≤",
        "exclusiveMaximum": "<",
    }
    bounds = [f"{sign} {schema[k]}" for k, sign in limits.items() if k in schema]
    return " ".join([" or ".join(words.get(k, k) for k in kinds), *bounds])


def _yaml(value):
    text = yaml.safe_dump(value, default_flow_style=True, width=1000)
    return f"`{text.removesuffix('...').strip().removesuffix('...').strip()}`"


if __name__ == "__main__":
    sys.stdout.write(markdown(load(sys.argv[1])))
