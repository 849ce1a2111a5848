"""Do features learned without labels recognise valence better than hand-crafted ones?

Learning curves of both kinds of features, from a corpus of speech; see README.md.
"""

from pathlib import Path

from snakemake.utils import min_version

min_version("9.13")


# Snakemake would merge a --configfile into this one, and the demo's settings
# would show through.
if not workflow.configfiles:

    configfile: Path(workflow.basedir, "config", "config.yaml")


# What Snakemake's own report begins with.
report: "scripts/speechcodes/report/captions/workflow.rst"


include: "rules/common.smk"
include: "rules/corpus.smk"
include: "rules/features.smk"
include: "rules/autoencoder.smk"
include: "rules/experiment.smk"
include: "rules/figures.smk"
include: "rules/report.smk"
include: "rules/cluster.smk"
include: "rules/pool.smk"
include: "rules/describe.smk"
include: "rules/run.smk"


rule all:
    """Everything that answers the question for one corpus."""
    default_target: True
    input:
        "<results>/report.html",
        "<results>/summary.md",
        all_tables,
        all_features,
        all_figures,


localrules:
    pool,


rule pool:
    """The answer of all folds of a corpus together, once each has run."""
    input:
        all_pooled,
