"""List the utterances without a label in the order in which to label them."""

from pathlib import Path

from speechcodes.experiment import feature_sets, next_labels, ranking
from speechcodes.experiment.draws import Protocol
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import (
    read_scores,
    read_table,
    read_variants,
    write_table,
)

log_to(snakemake.log[0])
params, files = snakemake.params, snakemake.input
best = ranking.best(read_variants(files.intervals), params.metric, params.wanted)
simulated = {Path(path).parent.name: read_scores(path) for path in files.simulated}
prefix = f"{best.segment}:"
of_variant = {
    key.removeprefix(prefix): paths
    for key, paths in files.items()
    if key.startswith(prefix)
}
tables = {role: read_table(files[role]) for role in ("training", "test")}
tables["test"] = next_labels.can_be_listed(tables["test"], best.feature_set)
known, unlabelled = (
    feature_sets.read_role([best.feature_set], role, table, of_variant, params.classes)
    for role, table in tables.items()
)
found = next_labels.listed(
    best.classifier,
    params.classifiers[best.classifier],
    known,
    unlabelled,
    feature_set=best.feature_set,
    protocol=Protocol(**params.protocols[best.classifier]),
    better=next_labels.is_better(simulated[best.segment], params.metric),
    batch=params.batch,
    most_per_speaker=params.most_per_speaker,
    threads=snakemake.threads,
)
utterances = read_table(files.utterances)[["utterance", "path", "speaker", "session"]]
found = found.merge(utterances, how="left", on="utterance")
write_table(snakemake.output.order, found, float_format="%.4g")
