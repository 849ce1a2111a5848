"""What is stored of a plan is read as it was, and never for another run."""

import zipfile

import pytest

from speechcodes.corpus import plan
from speechcodes.corpus.splits.roles import Roles
from speechcodes.errors import InputError
from speechcodes.records import Rejected, Utterance
from speechcodes.storage import sharding

UTTERANCES = [
    Utterance("a/1", "x/a/1.wav", "anna", "", "happy", 3.5, "train", part="p01"),
    Utterance("a/2", "x/a/2.wav", "anna", "", "", part="p01"),
    Utterance("b/1", "x/b/1.wav", "bert", "", "sad", groups=(("gender", "m"),)),
    *(
        Utterance(f"c/{i}", f"x/ü/{i}.wav", "", "s", "sad", part="p02")
        for i in range(9)
    ),
]
REJECTED = [Rejected("d", "d.wav", "missing_file", "row 3: there is no file")]
FOLDS = [
    Roles(("p01",), ("p01", "unlabelled"), ("p02",)),
    Roles(("p02",), (), ("p01",)),
]


@pytest.fixture
def made():
    shards = sharding.shards(UTTERANCES, 4)
    return plan.make(UTTERANCES, REJECTED, FOLDS, shards)


@pytest.fixture
def path(made, tmp_path):
    plan.write(tmp_path / "new" / "plan.zip", made, "mine")
    return tmp_path / "new" / "plan.zip"


def test_a_stored_plan_is_read_as_it_was(made, path):
    stored = plan.read(path, "mine")
    assert stored.folds == made.folds == {"1": FOLDS[0], "2": FOLDS[1]}
    found = {("p01", "happy"): 1, ("p01", ""): 1, ("", "sad"): 1, ("p02", "sad"): 9}
    assert stored.found == made.found == found
    assert stored.parts == ("p01", "p02")
    assert stored.utterances() == UTTERANCES and stored.rejected() == REJECTED
    assert list(stored.shards) == list(made.shards)
    for key, of_key in made.shards.items():
        assert dict(stored.shards[key]) == of_key
        assert list(stored.shards[key]) == list(of_key)
    assert len(stored.shards["p02", "sad"]) > 1
    assert "b000000" not in stored.shards["p02", "sad"]


def test_a_corpus_without_shards_is_stored_too(tmp_path):
    plan.write(tmp_path / "plan.zip", plan.make(UTTERANCES, [], FOLDS, {}), "mine")
    stored = plan.read(tmp_path / "plan.zip", "mine")
    assert stored.shards == {} and stored.utterances() == UTTERANCES


def test_another_run_or_none_has_no_plan(path):
    assert plan.read(path, "another") is None and plan.read(path, None) is None
    assert plan.read(path.with_name("none.zip"), "mine") is None


def test_a_damaged_plan_is_none_or_told(path):
    with zipfile.ZipFile(path) as archive:
        first = archive.infolist()[0]
    content = bytearray(path.read_bytes())
    # In the middle of the first shard, behind its header.
    content[first.header_offset + 30 + len(first.filename) + 9] ^= 4
    path.write_bytes(content)
    stored = plan.read(path, "mine")
    with pytest.raises(InputError, match="plan.zip is damaged .* run the same command"):
        stored.utterances()
    path.write_bytes(content[: len(content) // 2])
    assert plan.read(path, "mine") is None
