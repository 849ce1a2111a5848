"""From spectrograms of unlabelled speech to an autoencoder, and to codes, fold by fold."""

from speechcodes.autoencoders import halving

TRAINING = CODING.get("training", {})
SEARCH = CODING.get("search")
# Successive halving: the rounds before the last, of each variant; none without a search.
RUNGS = {
    segment: halving.rungs(len(AUTOENCODERS[segment]), TRAINING["epochs"], **SEARCH)
    for segment in (CODED if SEARCH else [])
}
SELECT_BY = CODING.get("select_by")
TOLERANCE = CODING.get("selection_tolerance")
TRIED_PERCENTAGES = CODING.get("trial", {}).get("percentages")
# What codes of all autoencoders are tried by, for analysis: classifiers that differ most.
DIFFERING = [c for c in ("svm", "random_forest") if c in CLASSIFIERS]
TRIED_CLASSIFIERS = DIFFERING or [next(iter(CLASSIFIERS))]
TRIED_SET = next((s for s in FEATURE_SETS if s == "code@speaker"), "code")


def autoencoder_of(wildcards):
    """The configuration of one autoencoder, which a variant must have."""
    known = AUTOENCODERS[wildcards.segment]
    if wildcards.autoencoder not in known:
        raise WorkflowError(
            f"{wildcards.autoencoder} is not an autoencoder of the segment variant "
            f"{wildcards.segment}; those are {', '.join(known)}"
        )
    return known[wildcards.autoencoder]


def rung_of(wildcards):
    """One round of the search, which the configuration must have."""
    rungs = RUNGS.get(wildcards.segment, [])
    if not 0 < int(wildcards.rung) <= len(rungs):
        raise WorkflowError(
            f"rung {wildcards.rung} of the segment variant {wildcards.segment}: "
            f"autoencoders.search gives {len(rungs)} rungs"
        )
    return rungs[int(wildcards.rung) - 1]


def left_after(rung, fold, segment):
    """The autoencoders that a rung leaves to be trained on; all before the first one."""
    if not rung:
        return list(AUTOENCODERS[segment])
    choice = checkpoints.choose_rung.get(rung=rung, fold=fold, segment=segment)
    kept = halving.kept(choice.output.kept)
    return [name for name in AUTOENCODERS[segment] if name in kept]


def trained(fold, segment):
    """The autoencoders of a fold and variant that are trained to the end."""
    return left_after(len(RUNGS.get(segment, [])), fold, segment)


def number_trained(segment):
    """How many autoencoders of a variant these are, which is the same in all folds."""
    rungs = RUNGS.get(segment)
    return rungs[-1].kept if rungs else len(AUTOENCODERS[segment])


def kept_after_rungs(folds):
    """Which autoencoders each rung of some folds leaves."""
    return [
        f"<results>/fold{fold}/autoencoders/{segment}/rung{rung}/kept.csv"
        for fold in folds
        for segment, rungs in RUNGS.items()
        for rung in range(1, len(rungs) + 1)
    ]


def of_trained(fold, segment, *files):
    """Some files of each autoencoder of a fold and variant that is trained to the end."""
    return [
        f"<results>/fold{fold}/autoencoders/{segment}/{name}/{file}"
        for name in trained(fold, segment)
        for file in files
    ]


def of_autoencoders(file):
    """One file of each of them, of the fold and variant of a job."""
    return lambda wildcards: of_trained(wildcards.fold, wildcards.segment, file)


def state_before(wildcards):
    """What a training goes on from: what the rung before it left, if there is one."""
    rung = int(wildcards.get("rung", len(RUNGS.get(wildcards.segment, [])) + 1)) - 1
    folder = f"<results>/fold{wildcards.fold}/autoencoders/{wildcards.segment}"
    return [f"{folder}/rung{rung}/{wildcards.autoencoder}.h5"] if rung else []


def states_of_rung(wildcards):
    """What a rung left of all that took part in it."""
    given = dict(wildcards) | {"rung": int(wildcards.rung)}
    folder = "<results>/fold{fold}/autoencoders/{segment}/rung{rung}".format(**given)
    given["rung"] -= 1
    return [f"{folder}/{name}.h5" for name in left_after(**given)]


def chosen(file):
    """One file of the autoencoder that was chosen, known once all are trained.

    The choice is a checkpoint, since codes depend on which model was chosen and on
    nothing else: one more autoencoder remakes them only if it is the new choice.
    """

    return lambda w: chosen_in(w.get("fold", "1"), w.segment, file)


def chosen_in(fold, segment, file):
    """The same, of one fold and variant."""
    choice = checkpoints.select_autoencoder.get(fold=fold, segment=segment)
    name = loading.load(choice.output.choice)["name"]
    return f"<results>/fold{fold}/autoencoders/{segment}/{name}/{file}"


#: What an autoencoder is, and how it is trained.
WHAT_IS_TRAINED = {
    "configuration": lambda wildcards: vars(autoencoder_of(wildcards)),
    "architecture": lambda w: ARCHITECTURES[autoencoder_of(w).architecture],
    "training": TRAINING,
}


rule train_autoencoder:
    """Train one autoencoder on a fold's unlabelled speech, on a GPU if there is one."""
    input:
        spectrograms=in_role("spectrograms/{segment}", "unlabelled"),
        roles="<results>/fold{fold}/roles/unlabelled.csv",
        state=state_before,
    output:
        model="<results>/fold{fold}/autoencoders/{segment}/{autoencoder}/model.keras",
        history="<results>/fold{fold}/autoencoders/{segment}/{autoencoder}/history.csv",
        summary="<results>/fold{fold}/autoencoders/{segment}/{autoencoder}/summary.txt",
        metrics="<results>/fold{fold}/autoencoders/{segment}/{autoencoder}/metrics.json",
    log:
        "<logs>/fold{fold}/autoencoders/{segment}/{autoencoder}.log",
    benchmark:
        "<benchmarks>/fold{fold}/autoencoders/{segment}/{autoencoder}.tsv"
    conda:
        "../envs/autoencoder.yaml"
    resources:
        mem_mb=by_attempt(4000),
        runtime=by_attempt(30, per_mb=0.001 * TRAINING.get("epochs", 0)),
        gpu=1,
        # No param: it tells whether to train, not what comes out.
        max_unusable_share=str(AUDIO.get("max_unusable_share", 1)),
    params:
        **WHAT_IS_TRAINED,
    script:
        "../scripts/train_autoencoder.py"


use rule train_autoencoder as train_rung with:
    output:
        state="<results>/fold{fold}/autoencoders/{segment}/rung{rung}/{autoencoder}.h5",
    log:
        "<logs>/fold{fold}/autoencoders/{segment}/rung{rung}/{autoencoder}.log",
    benchmark:
        "<benchmarks>/fold{fold}/autoencoders/{segment}/rung{rung}/{autoencoder}.tsv"
    params:
        **WHAT_IS_TRAINED,
        until=lambda wildcards: rung_of(wildcards).epochs,


checkpoint choose_rung:
    """Choose the autoencoders that are trained further, by their loss so far."""
    input:
        states=states_of_rung,
    output:
        kept=shown("<results>/fold{fold}/autoencoders/{segment}/rung{rung}/kept.csv"),
    log:
        "<logs>/fold{fold}/autoencoders/{segment}/rung{rung}/choose_rung.log",
    benchmark:
        "<benchmarks>/fold{fold}/autoencoders/{segment}/rung{rung}/choose_rung.tsv"
    localrule: True
    conda:
        "../envs/report.yaml"
    params:
        kept=lambda wildcards: rung_of(wildcards).kept,
        losses=lambda w: {n: each.loss for n, each in AUTOENCODERS[w.segment].items()},
    script:
        "../scripts/choose_rung.py"


checkpoint select_autoencoder:
    """Choose the smallest encoder among those within the tolerance of the best."""
    input:
        metrics=of_autoencoders("metrics.json"),
    output:
        choice=shown("<results>/fold{fold}/autoencoders/{segment}/choice.yaml"),
    log:
        "<logs>/fold{fold}/autoencoders/{segment}/select_autoencoder.log",
    benchmark:
        "<benchmarks>/fold{fold}/autoencoders/{segment}/select_autoencoder.tsv"
    localrule: True
    conda:
        "../envs/autoencoder.yaml"
    params:
        select_by=SELECT_BY,
        tolerance=TOLERANCE,
    script:
        "../scripts/select_autoencoder.py"


def minutes_of_trial(wildcards):
    """Minutes of all fits per megabyte of spectrograms, 30 times as large as codes."""
    fits = [minutes_for(name, TRIED_PERCENTAGES) for name in TRIED_CLASSIFIERS]
    return 0.01 + sum(fits) / 30


rule trial:
    """Score the code of one autoencoder, for analysis only: the choice never reads it."""
    input:
        model="<results>/fold{fold}/autoencoders/{segment}/{autoencoder}/model.keras",
        metrics="<results>/fold{fold}/autoencoders/{segment}/{autoencoder}/metrics.json",
        training_spectrograms=in_role("spectrograms/{segment}", "training"),
        test_spectrograms=in_role("spectrograms/{segment}", "test"),
        training="<results>/fold{fold}/roles/training.csv",
        test="<results>/fold{fold}/roles/test.csv",
    output:
        trial="<results>/fold{fold}/autoencoders/{segment}/{autoencoder}/trial.csv",
    log:
        "<logs>/fold{fold}/trials/{segment}/{autoencoder}.log",
    benchmark:
        "<benchmarks>/fold{fold}/trials/{segment}/{autoencoder}.tsv"
    conda:
        "../envs/autoencoder.yaml"
    resources:
        mem_mb=by_attempt(4000, per_mb=0.5),
        runtime=by_attempt(30, per_mb=minutes_of_trial),
    params:
        feature_set=TRIED_SET,
        classes=CLASSES,
        classifiers={name: CLASSIFIERS[name] for name in TRIED_CLASSIFIERS},
        protocols={c: protocol_for(c) | {"halvings": 0} for c in TRIED_CLASSIFIERS},
        percentages=TRIED_PERCENTAGES,
    script:
        "../scripts/trial.py"


rule criteria:
    """Compare the criteria measured without labels with the scores of the codes."""
    input:
        metrics=of_autoencoders("metrics.json"),
        trials=of_autoencoders("trial.csv"),
        choice="<results>/fold{fold}/autoencoders/{segment}/choice.yaml",
    output:
        criteria=shown("<results>/fold{fold}/autoencoders/{segment}/criteria.csv"),
    log:
        "<logs>/fold{fold}/autoencoders/{segment}/criteria.log",
    benchmark:
        "<benchmarks>/fold{fold}/autoencoders/{segment}/criteria.tsv"
    localrule: True
    conda:
        "../envs/report.yaml"
    params:
        metric=config["statistics"]["metric"],
    script:
        "../scripts/criteria.py"


rule codes:
    """Encode a fold's training and test speech with the chosen and an untrained network."""
    input:
        training=in_role("spectrograms/{segment}", "training"),
        test=in_role("spectrograms/{segment}", "test"),
        model=chosen("model.keras"),
        metrics=chosen("metrics.json"),
    output:
        codes_training="<results>/fold{fold}/codes/{segment}/training.h5",
        codes_test="<results>/fold{fold}/codes/{segment}/test.h5",
        untrained_training="<results>/fold{fold}/untrained/{segment}/training.h5",
        untrained_test="<results>/fold{fold}/untrained/{segment}/test.h5",
    log:
        "<logs>/fold{fold}/codes/{segment}.log",
    benchmark:
        "<benchmarks>/fold{fold}/codes/{segment}.tsv"
    conda:
        "../envs/autoencoder.yaml"
    resources:
        mem_mb=by_attempt(4000),
        runtime=by_attempt(30, per_mb=0.02),
    params:
        seed=TRAINING.get("seed"),
    script:
        "../scripts/codes.py"


rule fisher:
    """Fit Fisher vectors to a fold's unlabelled speech; compute them for the other roles."""
    input:
        unlabelled=in_role("spectrograms/{segment}", "unlabelled"),
        roles="<results>/fold{fold}/roles/unlabelled.csv",
        training=in_role("spectrograms/{segment}", "training"),
        test=in_role("spectrograms/{segment}", "test"),
    output:
        model="<results>/fold{fold}/fisher/{segment}/model.skops",
        training="<results>/fold{fold}/fisher/{segment}/training.h5",
        test="<results>/fold{fold}/fisher/{segment}/test.h5",
    log:
        "<logs>/fold{fold}/fisher/{segment}.log",
    benchmark:
        "<benchmarks>/fold{fold}/fisher/{segment}.tsv"
    conda:
        "../envs/autoencoder.yaml"
    resources:
        mem_mb=by_attempt(4000),
        runtime=by_attempt(30, per_mb=0.01),
    params:
        seed=EXPERIMENT["seed"],
        input=lookup(dpath="{segment}", within=INPUTS),
    script:
        "../scripts/fisher.py"


rule pca:
    """Project a fold's other roles onto principal components of its unlabelled speech."""
    input:
        unlabelled=in_role("spectrograms/{segment}", "unlabelled"),
        roles="<results>/fold{fold}/roles/unlabelled.csv",
        training=in_role("spectrograms/{segment}", "training"),
        test=in_role("spectrograms/{segment}", "test"),
        metrics=chosen("metrics.json"),
    output:
        model="<results>/fold{fold}/pca/{segment}/model.skops",
        training="<results>/fold{fold}/pca/{segment}/training.h5",
        test="<results>/fold{fold}/pca/{segment}/test.h5",
    log:
        "<logs>/fold{fold}/pca/{segment}.log",
    benchmark:
        "<benchmarks>/fold{fold}/pca/{segment}.tsv"
    conda:
        "../envs/autoencoder.yaml"
    resources:
        mem_mb=by_attempt(4000),
        runtime=by_attempt(30, per_mb=0.01),
    params:
        seed=TRAINING.get("seed"),
    script:
        "../scripts/pca.py"
