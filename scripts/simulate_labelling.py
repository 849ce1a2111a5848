"""Label more of a fold's training speech, by choice and at random, and predict."""

from dataclasses import replace

from speechcodes.experiment import feature_sets, next_labels, predictions, ranking
from speechcodes.experiment.draws import Protocol
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import read_table, read_variants

log_to(snakemake.log[0])
params, segment = snakemake.params, snakemake.wildcards.segment
files = dict(snakemake.input.items())
# The sets that the experiment compares, so that draws are the same.
training, test = (
    feature_sets.read_role(
        params.feature_sets, role, read_table(files[role]), files, params.classes
    )
    for role in ("training", "test")
)
intervals = read_variants([files["intervals"]])
best = ranking.best(intervals, params.metric, params.wanted | {"segment": segment})
protocol = Protocol(**params.protocols[best.classifier])
percentage = int(snakemake.wildcards.percentage)
predicted = next_labels.simulate(
    best.classifier,
    params.classifiers[best.classifier],
    training,
    test,
    feature_set=best.feature_set,
    step=(params.labelled, percentage),
    protocol=protocol,
    most_per_speaker=params.most_per_speaker,
    threads=snakemake.threads,
)
predictions.write(
    snakemake.output.predictions,
    {percentage: predicted},
    replace(test, sets=dict.fromkeys(next_labels.WAYS, test.sets[best.feature_set])),
    parameters={
        "segment": segment,
        "classifier": best.classifier,
        "n_training_voices": len(set(training.voices)),
        "protocol": protocol.name,
        "seed": protocol.seed,
        "balanced": protocol.balanced,
    },
)
