"""Speak the demo corpus with eSpeak NG, and write its label file."""

from pathlib import Path

from speechcodes.corpus import synthesis
from speechcodes.corpus.readers import demo
from speechcodes.operations.logs import log_to

log_to(snakemake.log[0])
corpus = snakemake.params.corpus
paths = {Path(path).stem: path for path in snakemake.output.audio}

synthesis.synthesise(demo.plan(corpus), lambda line: paths[line.utterance])
synthesis.write_labels(demo.label_rows(corpus), snakemake.output.labels)
