"""How the configuration is read: its files, the command line, and all at once."""

import pytest
import yaml
from configurations import ARCHITECTURES, CONFIG, DEMO, FILES, SCHEMA, TABLE, changed
from snakemake.cli import parse_config

from speechcodes.configuration import loading
from speechcodes.errors import InputError

# --- the files that come with the project ------------------------------------------


def test_there_is_a_file_for_the_demo_and_for_other_corpora():
    assert "config.yaml" in FILES and len(FILES) > 1


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_valid_though_no_corpus_is_there(name, tmp_path, monkeypatch):
    # Paths of a corpus are relative: nothing is found from here.
    monkeypatch.chdir(tmp_path)
    config = yaml.safe_load((CONFIG / name).read_text())
    architectures, autoencoders = read(config, [CONFIG / name])
    assert architectures == ARCHITECTURES
    expected = set(SCHEMA["properties"])
    if config["corpus"]["reader"] == "feature_tables":
        expected = {"corpus", "experiment", "statistics", "report"}
    else:
        assert set(autoencoders) == set(config["segments"])
    assert set(config) == expected, "defaults of every section"
    # What a run writes down of its configuration can be run again.
    again = yaml.safe_load(yaml.safe_dump(config))
    read(again)
    assert again == config


@pytest.mark.parametrize(
    ("name", "keys", "instead_of"),
    [
        ("table.yaml", {"classes: [angry", "labels: "}, None),
        ("table.yaml", {"classes: [calm", "rating: "}, None),
        ("table.yaml", {"unlabelled: "}, None),
        ("msp_podcast.yaml", {"classes: ", "labels: "}, "rating: "),
        ("msp_podcast.yaml", {"partitions: "}, None),
        ("ravdess.yaml", {"training: ", "unlabelled: "}, None),
    ],
)
def test_what_a_file_offers_in_comments_is_valid(name, keys, instead_of):
    lines = (CONFIG / name).read_text().splitlines()
    found = set()
    for position, line in enumerate(lines):
        for key in keys:
            if line.lstrip().startswith(f"# {key}"):
                lines[position] = line.replace("# ", "", 1)
                found.add(key)
        if instead_of and line.lstrip().startswith(instead_of):
            lines[position] = ""
    assert found == keys
    read(yaml.safe_load("\n".join(lines)))


def read(config, configfiles=(), overwrite=None):
    """Read a configuration as the workflow does."""
    return loading.read_configuration(config, configfiles, overwrite or {}, CONFIG)


# --- the command line ---------------------------------------------------------------


def test_settings_of_the_command_line_are_read_as_those_of_a_file():
    # As Snakemake hands on --config splits='{folds: 4, sizes: {test: all}}'.
    given = {"splits": {"folds": "4", "partitions": "null", "sizes": {"test": "all"}}}
    given["experiment"] = {"percentages": ["5", "10"], "draws": 3}
    assert loading.typed(given) == {
        "splits": {"folds": 4, "partitions": None, "sizes": {"test": "all"}},
        "experiment": {"percentages": [5, 10], "draws": 3},
    }


@pytest.mark.parametrize("text", ["[a", "a: b", "2020-13-45", "=", "!x", "@a", "it's"])
def test_text_of_the_command_line_stays_text(text):
    assert loading.typed({"path": text}) == {"path": text}


def test_what_the_command_line_gives_is_set_and_nothing_beside_it():
    config = yaml.safe_load(changed(TABLE, "splits", "{folds: 4, seed: 7}"))
    given = parse_config(["splits={folds: 6, training: 2}", "statistics={metric: uar}"])
    read(config, overwrite=given)
    assert config["splits"]["folds"] == 6 and config["splits"]["training"] == 2
    assert config["splits"]["seed"] == 7
    assert config["statistics"]["metric"] == "uar"


def test_text_of_a_file_that_looks_like_a_number_stays_text():
    config = yaml.safe_load(changed(TABLE, "corpus/classes", "['1', '2']"))
    read(config, overwrite={"splits": {"folds": "4"}})
    assert config["corpus"]["classes"] == ["1", "2"]


@pytest.mark.parametrize("given", ["splits={folds: 4", "splits={folds: [4}"])
def test_a_bracket_that_the_command_line_does_not_close_is_told(given):
    with pytest.raises(InputError, match="config: splits is .*bracket.* mapping"):
        read(yaml.safe_load(DEMO), overwrite=parse_config([given]))


# --- a file -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a: 1\nb: 2\na: 3\n", "line 3: the key 'a' occurs twice"),
        (b"a:\n  b: 1\n  c: 2\n  b: 1\n", "line 4: the key 'b' occurs twice"),
        (b"a: [{b: 1, b: 2}]\n", "line 1: the key 'b' occurs twice"),
        (b"a: [1\nb: 2\n", "line 2: expected ',' or ']'"),
        (b"a:\n\tb: 1\n", "line 2: found character '\\t' that cannot start any token"),
        (b"a: !!python/object/apply:os.getcwd []\n", "line 1: could not determine"),
        (b"a: \x01\n", "is not valid YAML: unacceptable character"),
        (b"a: M\xfcller\n", "must be UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_a_sentence(tmp_path, content, words):
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError) as error:
        loading.load(path)
    message = str(error.value)
    assert message.startswith(str(path)) and words in message and "\n" not in message


def test_a_configfile_with_a_key_twice_is_refused(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(DEMO + "experiment: {draws: 3, draws: 4}\n")
    with pytest.raises(InputError, match="mine.yaml, line .*'draws' occurs twice"):
        read(yaml.safe_load(path.read_text()), [path])


def test_keys_may_be_given_anew_where_they_are_merged(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("a: &a {x: 1, y: 2}\nb: &b {<<: *a, x: 3}\nc: {<<: *b, x: 4}\n")
    assert loading.load(path)["c"] == {"x": 4, "y": 2}


def test_vocabularies_are_filled_into_a_schema(tmp_path):
    path = tmp_path / "schema.yaml"
    path.write_text("a: {enum: <metrics>, description: One of <metrics> or <none>.}")
    found = loading.load_schema(path)["a"]
    assert found["enum"][:2] == ["weighted_f1", "macro_f1"]
    assert found["description"].startswith("One of `weighted_f1`, `macro_f1`, ")
    assert found["description"].endswith(" or <none>.")
