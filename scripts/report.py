"""Make the page about a run and its summary, and write down its configuration."""

from pathlib import Path

from speechcodes.operations.logs import log_to
from speechcodes.report import markdown, page, results
from speechcodes.storage.files import write_text

log_to(snakemake.log[0])
files, config = snakemake.input, snakemake.params.config
folder = Path(snakemake.output.report).parent
found = results.read(folder, config, [*files.of_some, *files.metrics])
text = page.report(found, files.figures, results.versions(files.features))
write_text(snakemake.output.report, text)
write_text(snakemake.output.summary, markdown.summary(found))
write_text(snakemake.output.config, page.as_yaml(config))
