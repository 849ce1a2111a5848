"""Speak the demo corpus with eSpeak NG, and write its label file."""

from pathlib import Path

import pandas as pd

from speechcodes.corpus import synthesis
from speechcodes.corpus.readers import demo
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import write_table

log_to(snakemake.log[0])
corpus = snakemake.params.corpus
paths = {Path(path).stem: path for path in snakemake.output.audio}

synthesis.synthesise(demo.plan(corpus), lambda line: paths[line.utterance])
write_table(snakemake.output.labels, pd.DataFrame(demo.label_rows(corpus)))
