"""The schema against what it describes, and the page that is made from it."""

import ast
import re
from importlib import import_module

import pytest
from configurations import CONFIG, SCHEMA, keys
from jsonschema import Draft202012Validator
from projects import ROOT

from speechcodes import names
from speechcodes.configuration.documentation import markdown
from speechcodes.corpus.readers.registry import READERS

SECTION = SCHEMA["properties"]["experiment"]["properties"]["classifiers"]


def estimator(classifier):
    """Return the scikit-learn class of a classifier."""
    module, _, name = classifier.estimator.rpartition(".")
    return getattr(import_module(module), name)


CLASSIFIERS = {name: estimator(one) for name, one in names.CLASSIFIERS.items()}


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_knows_what_the_registries_have():
    found = dict(keys(SCHEMA))
    assert found["corpus", "reader"]["enum"] == list(READERS)
    assert found["statistics", "metric"]["enum"] == list(names.METRICS)
    assert found["autoencoders", "select_by"]["enum"] == list(names.CRITERIA)
    assert list(SECTION["default"]) == list(names.CLASSIFIERS)
    for key in ("published", "tuning"):
        section = found["experiment", key]
        section = section if key == "published" else section["properties"]["grids"]
        assert section["propertyNames"]["enum"] == list(names.CLASSIFIERS)
    for key, known in [
        (("experiment", "feature_sets"), names.FEATURE_SETS),
        (("autoencoders", "select_by"), names.CRITERIA),
    ]:
        assert all(f"`{name}`" in found[key]["description"] for name in known)


@pytest.mark.parametrize("name", SECTION["properties"])
def test_keys_of_a_classifier_are_arguments_and_defaults_of_scikit_learn(name):
    properties = SECTION["properties"][name]["properties"]
    own = {key: schema["default"] for key, schema in properties.items()}
    assert own.pop("standardise") is None, "the protocol decides"
    parameters = CLASSIFIERS[name]().get_params()
    expected = {key: parameters[key] for key in own}
    for key, values in names.CLASSIFIERS[name].tried.items():
        assert own.pop(key) is None, "what is tried stands in the registry"
        assert expected.pop(key) == values[0]
    if name == "svm":
        expected["C"] = 10  # as in the published study
    if name == "logistic_regression":
        expected["max_iter"] = 1000  # enough for hundreds of features
    assert own == expected


@pytest.mark.parametrize("name", SECTION["properties"])
def test_scikit_learn_takes_every_word_that_the_schema_offers(name):
    for key, schema in SECTION["properties"][name]["properties"].items():
        options = [schema, *schema.get("oneOf", [])]
        for value in [v for option in options for v in option.get("enum", [])]:
            model = CLASSIFIERS[name](**{key: value})
            model.fit([[0.0], [1.0], [2.0], [0.5], [1.5], [2.5]] * 2, [0, 1, 2] * 4)


def test_the_page_on_the_configuration_is_up_to_date():
    page = (CONFIG / "README.md").read_text(encoding="utf-8")
    assert page == markdown(SCHEMA), "run: make config/README.md"


def test_the_page_has_a_row_for_every_key_with_its_default():
    lines = [line for line in markdown(SCHEMA).splitlines() if line.startswith("| `")]
    rows = [line.strip("| ").split(" | ") for line in lines]
    expected = [".".join(path[1:]) for path, _ in keys(SCHEMA) if len(path) > 1]
    assert [key.strip("`") for key, *_ in rows] == expected
    assert all(what for *_, what in rows)
    defaults = {key: default for key, _, default, _ in rows}
    found = [defaults[f"`{key}`"] for key in ("sampling_rate", "rating", "reader")]
    assert found == ["`8000`", "`null`", "required"]


def leaves():
    """Return the path of every key that holds no further keys."""
    return [path for path, schema in keys(SCHEMA) if not list(keys(schema))]


def words_of_the_code():
    """Return the strings, arguments and fields that the code names."""
    words = set()
    for path in (ROOT / "scripts").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
            elif isinstance(node, ast.arg):
                words.add(node.arg)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                words.add(node.target.id)
    for path in [ROOT / "Snakefile", *(ROOT / "rules").glob("*.smk")]:
        words.update(re.findall(r"""["'](\w+)["']""", path.read_text()))
    return words


def test_every_key_is_read_somewhere():
    # Names that the user gives are none of the code's, and arguments of
    # scikit-learn go there as they are, as another test holds.
    arguments = {
        ("experiment", "classifiers", name, key)
        for name, kind in CLASSIFIERS.items()
        for key in kind().get_params()
    }
    unread = {
        path[-1] for path in set(leaves()) - arguments if path[-1] != "NAME"
    } - words_of_the_code()
    assert not unread
