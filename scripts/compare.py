"""Make the page about several corpora and segment variants, side by side."""

from pathlib import Path

from speechcodes.files import write_text
from speechcodes.logs import log_to
from speechcodes.report import comparison, folders, results

log_to(snakemake.log[0])
runs = [Path(path).parent for path in snakemake.input.configs]
several = [results.read(run, folders.config_of(run)) for run in runs]
write_text(snakemake.output.page, comparison.compare(several))
