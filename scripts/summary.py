"""Tell in one page what went in, what was chosen, and what came out."""

from pathlib import Path

import pandas as pd
import yaml

from speechcodes.operations.logs import log_to
from speechcodes.report import summary
from speechcodes.storage.files import read_scores, read_table, write_text

log_to(snakemake.log[0])
files = snakemake.input


def of_variants(paths, read):
    """Segment variant, which is the folder, to what is read from its file."""
    return {Path(path).parent.name: read(path) for path in paths}


page = summary.page(
    snakemake.params.corpus,
    snakemake.params.metric,
    intervals=of_variants(files.intervals, read_scores),
    chance=of_variants(files.chance, read_scores),
    conclusions=of_variants(files.conclusions, read_table),
    confounded=read_scores(files.confounds),
    utterances=read_table(files.utterances),
    rejected=read_scores(files.rejected),
    segments=read_scores(files.segments) if files.segments else None,
    repeated=read_table(files.repeated) if files.repeated else None,
    choices=of_variants(files.choices, lambda p: yaml.safe_load(Path(p).read_text())),
    select_by=snakemake.params.select_by,
    tried=of_variants(files.criteria, pd.read_csv),
)
write_text(snakemake.output.summary, page)
