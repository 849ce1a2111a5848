"""Choose the feature set and the classifier that label the rest."""

import logging

import yaml

from speechcodes.operations.logs import log_to
from speechcodes.predictor import choice
from speechcodes.storage.files import read_variants, write_text

log_to(snakemake.log[0])
params = snakemake.params
intervals = read_variants(snakemake.input.intervals)
chosen = choice.choose(intervals, params.metric, params.wanted, params.unusable)
logging.info(
    "%s with %s, segments %s: %s %.3f",
    chosen.feature_set, chosen.classifier, chosen.segment, chosen.metric, chosen.score,
)  # fmt: skip
text = yaml.safe_dump(chosen._asdict(), sort_keys=False)
write_text(snakemake.output.choice, text)
