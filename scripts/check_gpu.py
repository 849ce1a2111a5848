"""Report what TensorFlow sees on a node with a GPU."""

import json
import os

from speechcodes.autoencoders import training
from speechcodes.operations import cluster
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import write_text

log_to(snakemake.log[0])
report = cluster.node() | cluster.packages("tensorflow", "keras") | {
    "GPUs that Slurm gave": os.environ.get("CUDA_VISIBLE_DEVICES", "none"),
    "TensorFlow computes on": training.device(),
}  # fmt: skip
write_text(snakemake.output.report, json.dumps(report, indent=2))
