"""Put the predictions of all folds together, file by file."""

from collections import defaultdict
from pathlib import Path

from speechcodes import progress
from speechcodes.experiment import predictions
from speechcodes.operations.logs import log_to

log_to(snakemake.log[0])


def of(path):
    """Classifier and percentage of a file of predictions."""
    return Path(path).parts[-2:]


parts = defaultdict(list)
for path in snakemake.input:
    parts[of(path)].append(path)
for path in progress.each(snakemake.output, "files of predictions"):
    predictions.pool(path, parts[of(path)], snakemake.params.feature_sets)
