"""What utterances are grouped by comes with them, from every corpus that tells it."""

from pathlib import Path

import pytest

from speechcodes.corpus import table
from speechcodes.corpus.readers import demo, registry
from speechcodes.errors import InputError

#: What the corpora's own pages say of some speakers, by a name of an audio file.
KNOWN = {
    "ravdess": {
        "03-01-03-01-01-01-01": "male",
        "03-01-03-01-01-01-12": "female",
        "03-01-03-01-01-01-23": "male",
    },
    "emodb": {"03a01Fa": "male", "08a01Fa": "female", "15a01Fa": "male"},
}


def corpus(reader, path):
    labels = {"happy" if reader == "ravdess" else "happiness": "positive"}
    return {"name": "mine", "reader": reader, "path": str(path), "labels": labels}


def touch(*paths):
    for path in map(Path, paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def of(utterances, column):
    return {u.utterance: dict(u.groups)[column] for u in utterances}


@pytest.mark.parametrize("reader", KNOWN)
def test_the_gender_of_actors_is_known(tmp_path, reader):
    touch(*(tmp_path / f"{name}.wav" for name in KNOWN[reader]))
    utterances, _ = registry.read(corpus(reader, tmp_path), ["gender"])
    assert of(utterances, "gender") == KNOWN[reader]


def test_half_of_the_actors_of_ravdess_are_women(ravdess):
    utterances, _ = registry.read(corpus("ravdess", ravdess), ["gender"])
    women = {u.speaker for u in utterances if dict(u.groups)["gender"] == "female"}
    assert len(women) == 12 and all(int(actor) % 2 == 0 for actor in women)


@pytest.mark.parametrize("slash", ["", "/"])
def test_crema_d_has_a_table_of_its_actors_beside_the_audio(tmp_path, slash):
    touch(*(tmp_path / f"AudioWAV/{s}_DFA_HAP_XX.wav" for s in (1001, 1002, 1003)))
    section = corpus("crema_d", f"{tmp_path}/AudioWAV{slash}")
    with pytest.raises(InputError, match=r"VideoDemographics.csv cannot be read.*Sex"):
        registry.read(section, ["Sex"])
    (tmp_path / "VideoDemographics.csv").write_text(
        "ActorID,Age,Sex,Race,Ethnicity\n"
        "1001,51,Male,Caucasian,Not Hispanic\n1002,21,Female,Asian,Not Hispanic\n"
    )
    utterances, _ = registry.read(section, ["Sex", "Age"])
    assert list(of(utterances, "Sex").values()) == ["Male", "Female", ""]
    assert list(of(utterances, "Age").values()) == ["51", "21", ""]
    with pytest.raises(
        InputError, match=r"no column gender: .*'ActorID', 'Age', 'Sex'"
    ):
        registry.read(section, ["gender"])


def write_table(folder, *rows):
    touch(*(folder / f"{name}.wav" for name in "abc"))
    path = folder / "mine.csv"
    path.write_text("\n".join(["path,speaker,label,language,age", *rows]) + "\n")
    return {"name": "mine", "reader": "table", "path": str(path)}


ROWS = ["a.wav,s1,positive,de,20", "b.wav,s2,negative,fr,30", "c.wav,s3,neutral,,40"]


def test_a_table_tells_what_its_columns_tell_and_only_what_is_asked_for(tmp_path):
    section = write_table(tmp_path, *ROWS)
    utterances, _ = registry.read(section, ["language"])
    assert [u.groups for u in utterances] == [
        (("language", "de"),),
        (("language", "fr"),),
        (("language", ""),),
    ]
    assert {u.groups for u in registry.read(section)[0]} == {()}
    with pytest.raises(InputError) as caught:
        registry.read(section, ["dialect"])
    for words in ("mine.csv has no column dialect", "'language', 'age'"):
        assert words in str(caught.value)


def test_more_speech_without_labels_is_of_no_group(tmp_path):
    touch(tmp_path / "more" / "d.wav")
    section = write_table(tmp_path, *ROWS) | {"unlabelled": [str(tmp_path / "more")]}
    utterances, _ = registry.read(section, ["language"])
    assert {u.utterance: u.groups for u in utterances}["more/d"] == ()


def test_groups_change_neither_parts_nor_anything_else_of_an_utterance(tmp_path):
    rows = [
        f"{label}{n}.wav,s{n},{label},{'de' if n % 2 else 'fr'},20"
        for label in ("negative", "neutral", "positive")
        for n in range(6)
    ]
    touch(*(tmp_path / row.split(",")[0] for row in rows))
    section = write_table(tmp_path, *rows) | {
        "classes": ["negative", "neutral", "positive"]
    }
    settings = {"method": "folds", "folds": 2, "repeats": 1, "parts_per_fold": 1}
    settings |= {"training": "all", "unlabelled": "all_but_test", "seed": 1}
    with_groups, _, folds = table.corpus_table(section, settings, ["language"])
    without, _, same = table.corpus_table(section, settings)
    assert [u._replace(groups=()) for u in with_groups] == without and folds == same
    assert {dict(u.groups)["language"] for u in with_groups} == {"de", "fr"}


def test_msp_podcast_tells_what_its_label_file_has(tmp_path):
    touch(*(tmp_path / f"Audios/MSP-PODCAST_0001_000{n}.wav" for n in (1, 2)))
    (tmp_path / "Labels").mkdir()
    (tmp_path / "Labels" / "labels_consensus.csv").write_text(
        "FileName,EmoClass,EmoAct,EmoVal,EmoDom,SpkrID,Gender,Split_Set\n"
        "MSP-PODCAST_0001_0001.wav,N,4,4,4,1,Female,Train\n"
    )
    section = {"name": "m", "reader": "msp_podcast", "path": str(tmp_path)}
    first, second = registry.read(section, ["Gender"])[0]
    assert first.groups == (("Gender", "Female"),)
    # It has no row.
    assert second.groups == ()


def test_the_demo_tells_the_gender_of_its_voices():
    settings = {"speakers": 24, "utterances_per_class": 1, "unlabelled_per_speaker": 1}
    section = {"name": "d", "reader": "demo", "demo": settings | {"seed": 1}}
    utterances, _ = registry.read(section, ["gender"])
    voices = {line.utterance: line.voice for line in demo.plan(section)}
    for name, gender in of(utterances, "gender").items():
        variant = voices[name].split("+")[1]
        assert variant in demo.VARIANTS[gender]
    with pytest.raises(InputError, match="the demo has no column 'age'.*are gender"):
        registry.read(section, ["age"])


def test_what_no_reader_can_tell_is_refused(tmp_path):
    touch(tmp_path / "03-01-03-01-01-01-01.wav")
    with pytest.raises(InputError, match="no column 'age'; those .* are gender"):
        registry.read(corpus("ravdess", tmp_path), ["age"])
    section = {"name": "t", "reader": "feature_tables", "path": "none.h5"}
    with pytest.raises(InputError, match="none.h5 has no column 'gender'.*are none"):
        registry.read(section | {"classes": ["a", "b"]}, ["gender"])
