"""From the best features and all labels to a predictor, and to labels for the rest."""


checkpoint choose_predictor:
    """Choose the best features and classifier for new speech, or those configured."""
    input:
        intervals=expand(
            "<results>/statistics/{segment}/intervals.csv", segment=VARIANTS
        ),
    output:
        choice=shown("<results>/fold0/predictor.yaml"),
    log:
        "<logs>/fold0/choose_predictor.log",
    benchmark:
        "<benchmarks>/fold0/choose_predictor.tsv"
    localrule: True
    conda:
        "../envs/report.yaml"
    params:
        metric=config["statistics"]["metric"],
        wanted=WANTED,
        unusable=UNUSABLE,
    script:
        "../scripts/choose_predictor.py"


def choice_of_predictor():
    """What was chosen, once it is."""
    return loading.load(checkpoints.choose_predictor.get().output.choice)


def features_of_predictor(*wanted):
    """Features of all labels, and of the rest, of the feature set that was chosen."""

    def files(wildcards):
        choice = choice_of_predictor()
        return {
            f"{name}_{role}": files_of_set(name, "0", choice["segment"], role)
            for name in names.with_midterm(choice["feature_set"])
            for role in wanted
        }

    return files


def models_of_predictor(wildcards):
    """What the feature set that was chosen has learned from unlabelled speech."""
    choice, files = choice_of_predictor(), {}
    segment, parts = choice["segment"], names.parts(choice["feature_set"])
    for name in {"fisher", "pca"}.intersection(parts):
        files[name] = f"<results>/fold0/{name}/{segment}/model.skops"
    if "code" in parts:
        files["code"] = chosen_in("0", segment, "model.keras")
    if names.need_autoencoders(parts):
        files["metrics"] = chosen_in("0", segment, "metrics.json")
    if "onnx" in parts:
        files["onnx"] = config["features"]["onnx"]["model"]
    return files


def settings_of_features(wildcards):
    """How the audio of new speech becomes the features that were chosen."""
    choice = choice_of_predictor()
    features = config["features"]
    return {
        "corpus": CORPUS,
        "audio": READING,
        "features": {
            name: features.get(name, {})
            for name in names.with_midterm(choice["feature_set"])
            if names.FEATURE_SETS[name].columns
        },
        "variant": LENGTHS[choice["segment"]],
        "spectrogram": SEGMENTS[choice["segment"]]["spectrogram"],
        "input": INPUTS[choice["segment"]],
    }


rule predictor:
    """Train the chosen classifier on all labels; write the predictor to a folder."""
    input:
        unpack(features_of_predictor("training")),
        unpack(models_of_predictor),
        training="<results>/fold0/roles/training.csv",
        choice="<results>/fold0/predictor.yaml",
    output:
        folder=directory("<results>/predictor"),
        reliability=shown("<results>/reliability.csv"),
    log:
        "<logs>/predictor.log",
    benchmark:
        "<benchmarks>/predictor.tsv"
    conda:
        "../envs/predictor.yaml"
    resources:
        mem_mb=by_attempt(2000, per_mb=8),
        runtime=by_attempt(10, per_mb=0.5),
    params:
        settings=settings_of_features,
        classes=CLASSES,
        classifier=lambda w: CLASSIFIERS[choice_of_predictor()["classifier"]],
        protocol=lambda w: protocol_for(choice_of_predictor()["classifier"]),
        # All that it may depend on: what it labels, say, is no reason to train it anew.
        config={
            key: value
            for key, value in config.items()
            if key not in ("predictor", "report", "next_to_label")
        },
    script:
        "../scripts/predictor.py"


def models_once_chosen(wildcards):
    """No file, but a second look once the autoencoder is chosen that it rests on."""
    choice = choice_of_predictor()
    coded = names.need_autoencoders(names.parts(choice["feature_set"]))
    return once_chosen({"fold": "0", "segment": choice["segment"]}) if coded else []


rule labelled:
    """Label the utterances of the corpus that have no label."""
    input:
        unpack(features_of_predictor("training", "test")),
        training="<results>/fold0/roles/training.csv",
        test="<results>/fold0/roles/test.csv",
        rejected="<results>/rejected.csv",
        predictor="<results>/predictor",
        choice=models_once_chosen,
    output:
        labelled=shown("<results>/labelled.csv"),
    log:
        "<logs>/labelled.log",
    benchmark:
        "<benchmarks>/labelled.tsv"
    conda:
        "../envs/predictor.yaml"
    resources:
        mem_mb=by_attempt(2000, per_mb=8),
        runtime=by_attempt(10, per_mb=0.2),
    params:
        paths=lambda wildcards: {
            u.utterance: u.path for u in PLAN.utterances() if not u.label
        },
    script:
        "../scripts/labelled.py"


#: The predictor and what it labels in the corpus, where a whole run makes them.
ALL_PREDICTED = ["<results>/predictor"] if PREDICTOR.get("in_all") else []
ALL_LABELLED = (
    ["<results>/labelled.csv"]
    if ALL_PREDICTED and any(not label for _, label in PLAN.found)
    else []
)


#: Shards of new speech, each of whole speakers; empty unless the configuration names some.
NEW, NEW_REJECTED = from_user(
    listing.find, PREDICTOR.get("audio", []), PREDICTOR.get("speaker_from")
)
NEW_SHARDS = listing.shards(NEW, PER_SHARD or 1)


rule label_shard:
    """Label one shard of new speech."""
    input:
        audio=lambda w: [u.path for u in NEW_SHARDS[w.shard] if os.path.exists(u.path)],
        predictor="<results>/predictor",
    output:
        labelled="<results>/labelled_audio/{shard}.csv",
    log:
        "<logs>/labelled_audio/{shard}.log",
    benchmark:
        "<benchmarks>/labelled_audio/{shard}.tsv"
    conda:
        "../envs/predictor.yaml"
    resources:
        mem_mb=by_attempt(2000, per_mb=4),
        runtime=by_attempt(30, per_mb=0.1),
    params:
        files=lambda wildcards: [tuple(u) for u in NEW_SHARDS[wildcards.shard]],
    script:
        "../scripts/label_shard.py"


def labels_of_new_speech(wildcards):
    """Labels of all shards of new speech."""
    if not NEW_SHARDS:
        raise WorkflowError(
            "predictor.audio names nothing that can be labelled: give audio files, "
            "folders or tables"
        )
    return expand("<results>/labelled_audio/{shard}.csv", shard=NEW_SHARDS)


rule label:
    """Label the new speech that the configuration names, shard by shard."""
    input:
        shards=labels_of_new_speech,
    output:
        labelled=shown("<results>/labelled_audio.csv"),
    log:
        "<logs>/gather_labels.log",
    benchmark:
        "<benchmarks>/gather_labels.tsv"
    localrule: True
    conda:
        "../envs/predictor.yaml"
    params:
        rejected=[tuple(one) for one in NEW_REJECTED],
    script:
        "../scripts/gather_labels.py"
