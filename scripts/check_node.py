"""Report what a node has, and how fast it reaches files."""

import json
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
write_text(snakemake.output.report, json.dumps(report, indent=2))
