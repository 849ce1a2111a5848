"""Report what a node has, how fast it reaches files, and what TensorFlow sees there."""

import json
import os
from pathlib import Path

from speechcodes.operations import cluster
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import write_text

log_to(snakemake.log[0])
results = Path(snakemake.output.report).parent
report = cluster.node() | cluster.packages("numpy", "h5py", "scikit-learn")
for name, folder in (("results", results), ("$TMPDIR", snakemake.resources.tmpdir)):
    measured = cluster.file_system(folder)
    report |= {f"{name}: {what}": value for what, value in measured.items()}
if snakemake.params.get("tensorflow"):
    from speechcodes.autoencoders import backend

    report |= cluster.packages("tensorflow", "keras") | {
        "GPUs that Slurm gave": os.environ.get("CUDA_VISIBLE_DEVICES", "none"),
        "TensorFlow computes on": backend.device(),
    }
write_text(snakemake.output.report, json.dumps(report, indent=2))
