"""Who has which role, and how much speech that is, in a corpus counted by hand."""

import pytest
from corpora import speak

from speechcodes.corpus.splits import checks, roles
from speechcodes.corpus.splits.roles import Roles
from speechcodes.errors import InputError


def in_part(part, *rows):
    """Utterances of (id, speaker, session, label)."""
    return [speak(*row)._replace(part=part) for row in rows]


TABLE = [
    *in_part(
        "p01",
        ("a1", "anna", "s1", "happy"),
        ("a2", "anna", "s1", "sad"),
        ("a3", "anna", "s2", ""),
    ),
    *in_part("p02", ("b1", "", "s3", "happy"), ("b2", "", "s3", "sad")),
    *in_part("p03", ("c1", "", "", "sad"), ("c2", "carl", "", "happy")),
    *in_part("unlabelled", ("d1", "", "", ""), ("d2", "dora", "", "")),
    *in_part("", ("e1", "eve", "", ""), ("e2", "eve", "", "sad")),
]
FOLDS = [
    Roles(("p02", "p03"), ("p02", "p03", "unlabelled"), ("p01",)),
    Roles(("p01",), ("p03", "unlabelled"), ("p02",)),
]
CLASSES = ["happy", "sad"]


def rows(fold, role):
    """Who has a role in a fold."""
    return list(zip(*roles.of_role(TABLE, fold, role).values(), strict=True))


def test_training_and_test_have_labels_and_unlabelled_shows_none():
    assert rows(FOLDS[0], "test") == [
        ("a1", "p01", "happy", "anna", "s1", "speaker anna"),
        ("a2", "p01", "sad", "anna", "s1", "speaker anna"),
    ]
    training = rows(FOLDS[1], "training")
    assert [utterance for utterance, *_ in training] == ["a1", "a2"]
    assert rows(FOLDS[1], "unlabelled") == [
        ("c1", "p03", "", "", "", "utterance c1"),
        ("c2", "p03", "", "carl", "", "speaker carl"),
        ("d1", "unlabelled", "", "", "", "utterance d1"),
        ("d2", "unlabelled", "", "dora", "", "speaker dora"),
    ]


def test_with_everything_all_labels_train_and_what_has_none_is_to_be_labelled():
    fold = roles.everything({u.part for u in TABLE if u.part})
    found = {role: rows(fold, role) for role in fold._fields}
    ids = {role: [row[0] for row in who] for role, who in found.items()}
    assert ids == {
        "training": ["a1", "a2", "b1", "b2", "c1", "c2"],
        "unlabelled": ["a1", "a2", "a3", "b1", "b2", "c1", "c2", "d1", "d2"],
        "test": ["a3", "d1", "d2"],
    }
    assert {row[2] for role in ("unlabelled", "test") for row in found[role]} == {""}


def test_utterances_voices_and_classes_are_counted_per_fold_and_role():
    assert [tuple(found) for found in roles.count(TABLE, FOLDS, CLASSES)] == [
        (1, "training", 4, 3, {"happy": 2, "sad": 2}),
        (1, "unlabelled", 6, 5, {}),
        (1, "test", 2, 1, {"happy": 1, "sad": 1}),
        (2, "training", 2, 1, {"happy": 1, "sad": 1}),
        (2, "unlabelled", 4, 4, {}),
        (2, "test", 2, 1, {"happy": 1, "sad": 1}),
    ]


def test_what_any_fold_uses_is_counted():
    assert roles.used(TABLE, FOLDS)._asdict() == {
        "labelled": 7,
        "labelled_used": 6,
        "unlabelled": 4,
        "unlabelled_used": 2,
        "unknown_speaker": 1,
    }
    # The third of anna's trains autoencoders where others are tested.
    more = [*FOLDS, Roles(("p01",), ("p01",), ("p02",))]
    assert roles.used(TABLE, more).unlabelled_used == 3


def test_a_class_that_a_fold_lacks_is_an_error_that_names_both():
    checks.check_classes(TABLE, FOLDS, CLASSES)
    words = "no calm utterance has the role training in fold 1"
    with pytest.raises(InputError, match=words):
        checks.check_classes(TABLE, FOLDS, [*CLASSES, "calm"])
    table = [u for u in TABLE if u.utterance != "b2"]
    with pytest.raises(InputError, match="no sad .* role test in fold 2"):
        checks.check_classes(table, FOLDS, CLASSES)
    with pytest.raises(InputError, match="no sad .* role test; each class"):
        checks.check_classes(table, FOLDS[1:], CLASSES)


def test_one_unlabelled_speaker_is_an_error_where_an_autoencoder_is_trained():
    checks.check_voices(TABLE, FOLDS)
    folds = [*FOLDS, Roles((), ("p01",), ("p02",))]
    with pytest.raises(InputError, match="only speaker anna .* in fold 3, .*needs 2"):
        checks.check_voices(TABLE, folds)
    with pytest.raises(InputError, match="only nobody has the role unlabelled, but"):
        checks.check_voices(TABLE, [Roles(("p01",), (), ("p02",))])
    # Whose speaker is unknown is told apart by session, or else is one by itself.
    unknown = [u._replace(speaker="") for u in TABLE]
    checks.check_voices(unknown, folds)


def test_features_per_speaker_need_speakers_or_sessions():
    checks.check_speakers(TABLE, [FOLDS[1]], "code@speaker")
    with pytest.raises(InputError, match="code@speaker: 1 utterances, such as c1"):
        checks.check_speakers(TABLE, FOLDS, "code@speaker")
