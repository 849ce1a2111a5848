"""Make the page about several corpora and segment variants, side by side."""

from pathlib import Path

from speechcodes.operations.logs import log_to
from speechcodes.report import compare, folders, results
from speechcodes.storage.files import write_text

log_to(snakemake.log[0])
runs = [Path(path).parent for path in snakemake.input.configs]
several = [results.read(run, folders.config_of(run)) for run in runs]
write_text(snakemake.output.page, compare.compare(several))
