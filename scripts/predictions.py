"""Train one classifier on draws of one percentage, and predict the test split."""

from speechcodes.experiment import feature_sets, learning_curves, predictions
from speechcodes.experiment.learning_curves import Protocol
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import read_table

log_to(snakemake.log[0])
params, wildcards = snakemake.params, snakemake.wildcards

files = dict(snakemake.input.items())
splits = {}
for name in ("training", "test"):
    table = read_table(files[name])
    split = feature_sets.read_split(params.feature_sets, name, table, files)
    learning_curves.check_classes(split.labels, name, wildcards.segment)
    splits[name] = split

protocol = Protocol(**params.protocol)
predicted, n_training_utterances = learning_curves.predict_draws(
    wildcards.classifier,
    params.classifier,
    **splits,
    percentage=int(wildcards.percentage),
    protocol=protocol,
    threads=snakemake.threads,
)
predictions.write(
    snakemake.output.predictions,
    predicted,
    splits["test"],
    parameters={
        "segment": wildcards.segment,
        "classifier": wildcards.classifier,
        "percentage": int(wildcards.percentage),
        "n_training_utterances": n_training_utterances,
        "protocol": protocol.name,
        "seed": protocol.seed,
        "fewest_of_speaker": min(s.fewest_of_speaker for s in splits.values()),
    },
)
