"""Train one classifier on draws of some percentages, and predict the test role."""

from speechcodes.experiment import feature_sets, learning_curves, predictions
from speechcodes.experiment.draws import Protocol
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import read_table

log_to(snakemake.log[0])
params, wildcards = snakemake.params, snakemake.wildcards

files = dict(snakemake.input.items())
roles = {}
for role in ("training", "test"):
    table = read_table(files[role])
    roles[role] = feature_sets.read_role(
        params.feature_sets, role, table, files, params.classes
    )
    learning_curves.check_classes(roles[role], role, wildcards.segment)

protocol = Protocol(**params.protocol)
predicted = learning_curves.predict_draws(
    wildcards.classifier,
    params.classifier,
    **roles,
    percentages=params.percentages,
    protocol=protocol,
    threads=snakemake.threads,
)
predictions.write(
    snakemake.output.predictions,
    predicted,
    roles["test"],
    parameters={
        "segment": wildcards.segment,
        "classifier": wildcards.classifier,
        "n_training_voices": len(set(roles["training"].voices)),
        "protocol": protocol.name,
        "seed": protocol.seed,
        "balanced": protocol.balanced,
        "fewest_of_speaker": min(r.fewest_of_speaker for r in roles.values()),
    },
)
