"""Choose the smallest encoder among those about as good as the best."""

import json
import logging
from pathlib import Path

import yaml

from speechcodes.autoencoders import selection
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import write_text

log_to(snakemake.log[0])
metrics = [json.loads(Path(path).read_text()) for path in snakemake.input.metrics]
by = snakemake.params.select_by
choice = selection.select(metrics, snakemake.params.tolerance, by)
logging.info(
    "of %d autoencoders, compared by %s: %s",
    len(metrics), selection.compared_by(metrics, by), choice["name"],
)  # fmt: skip

write_text(snakemake.output.choice, yaml.safe_dump(choice, sort_keys=False))
