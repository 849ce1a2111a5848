"""Hold data against a JSON schema, explain what is wrong, and set defaults."""

import math
import re
from contextlib import suppress
from copy import deepcopy

import yaml
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError, best_match, relevance

from speechcodes.errors import InputError

#: Keys of earlier versions, and what replaces them.
REPLACED = {
    "corpus.valence": "thresholds are now given as corpus.rating: {bounds: [3, 5]}",
    "corpus.emotions": "words and their classes are now given as corpus.labels",
    "splits.fold": "one run now computes all folds: leave it out",
}


def validate(data, schema: dict, name: str) -> None:
    """Hold data against a JSON schema, and set its defaults at every level, in place.

    No default is set for a key that has no use beside the others, such as the sizes of
    a division whose method is folds. An error calls the data by `name`.

    Raises InputError naming the key, the value found and what would be right.
    """
    validator = _Validator(schema)
    error = best_match(validator.iter_errors(data), key=_relevance)
    if error:
        raise InputError(f"{name}: {_explain(error, schema)}")
    _set_defaults(data, schema)
    # What the user gave was right, so that these are defaults without use.
    useless = [e for e in validator.iter_errors(data) if e.validator == "not"]
    for error in sorted(useless, key=lambda error: -len(error.absolute_path)):
        *path, key = error.absolute_path
        place = data
        for part in path:
            place = place[part]
        place.pop(key, None)


def _set_defaults(data, schema):
    """Set the defaults that a schema has for the keys of mappings, inner ones too."""
    if isinstance(data, dict):
        properties = schema.get("properties", {})
        for key, inner in properties.items():
            if "default" in inner:
                # A copy, since the schema's own would be filled in turn.
                data.setdefault(key, deepcopy(inner["default"]))
        for key, value in data.items():
            inner = properties.get(key, schema.get("additionalProperties"))
            if isinstance(inner, dict):
                _set_defaults(value, inner)
    elif isinstance(data, list):
        for value in data:
            _set_defaults(value, schema.get("items", {}))


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
    {"pattern": _match_whole},
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
        return f"{_key(path)}: the name {value!r} is not allowed. {wanted}".rstrip(".")
    if rule == "additionalProperties":
        known = schema["properties"]
        path.append(next(key for key in value if key not in known))
        if replaced := REPLACED.get(_key(path)):
            return f"{_key(path)} is of an earlier version: {replaced}"
        return f"{_key(path)} is unknown; known keys here are {', '.join(known)}"
    if rule == "required":
        path.append(next(key for key in error.validator_value if key not in value))
        what = f"is missing; it must be {kind_of(_find(root, path)[0])}"
    elif rule == "not":
        what = f"is {value!r}, but is not used here: leave it out"
    elif rule in _RULES:
        what = f"is {value!r}, but {_RULES[rule].format(error.validator_value)}"
    else:
        wanted = kind_of(schema)
        what = f"is {_found(value, wanted)}, but must be {wanted}"
    return f"{_key(path)} {what}. {_find(root, path)[1]}".rstrip(". ")


#: What to say of values that are of the right kind and wrong all the same.
_RULES = {
    "minItems": "must have {} or more entries",
    "maxItems": "must have at most {} entries",
    "minProperties": "must have {} or more entries",
    "minLength": "must not be empty",
    "maxLength": "must have at most {} characters",
    "contains": "must contain {0[const]}",
    "uniqueItems": "must not contain an entry twice",
    "pattern": "must match {}",
}


def _key(path):
    return ".".join(str(part) for part in path) or "the top level"


def _found(value, wanted):
    """A value as an error shows it, with a hint where YAML may have misread it."""
    if value is None:
        return "empty"
    if isinstance(value, bool) and "text" in wanted:
        return f"{value} (put words such as no and yes in quotes for the text)"
    if isinstance(value, str) and ("number" in wanted or "integer" in wanted):
        with suppress(ValueError):
            return f"the text {value!r} (write {float(value):.12g} for the number)"
    if isinstance(value, str) and value[:1] in ("{", "["):
        return f"the text {value!r} (is a bracket or a quote not closed?)"
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


def kind_of(schema: dict) -> str:
    """Say in a few words which values a schema allows.

    >>> kind_of({"type": ["integer", "null"], "minimum": 1})
    'integer ≥ 1 or `null`'
    """
    if "enum" in schema:
        return _alternatives([f"`{as_yaml(value)}`" for value in schema["enum"]])
    if "const" in schema:
        return f"`{as_yaml(schema['const'])}`"
    if "oneOf" in schema:
        one, *others = schema["oneOf"]
        if [other.get("items") for other in others] == [one]:
            return f"{kind_of(one)}, or a list"
        return _alternatives([kind_of(option) for option in schema["oneOf"]])
    types = schema.get("type", "anything")
    types = [types] if isinstance(types, str) else types
    return _alternatives([_kind_of_type(name, schema) for name in types])


def _kind_of_type(name, schema):
    if name == "array":
        return f"list of {kind_of(schema['items'])}"
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


def as_yaml(value) -> str:
    """Write a value as YAML in one line."""
    text = yaml.safe_dump(
        value, default_flow_style=True, sort_keys=False, width=math.inf
    )
    return text.strip().removesuffix("...").strip()
