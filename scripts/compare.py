"""Make the page about several corpora and segment variants, side by side."""

from pathlib import Path

from speechcodes.files import write_text
from speechcodes.logs import log_to
from speechcodes.report import comparison, results

log_to(snakemake.log[0])
folders = [Path(path).parent for path in snakemake.input.configs]
several = [results.read(folder, results.config_of(folder)) for folder in folders]
write_text(snakemake.output.page, comparison.compare(several))
