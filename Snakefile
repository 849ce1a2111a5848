"""Which features tell the classes of my speech apart, with how many labels?

Learning curves of hand-crafted features and of codes learned from unlabelled speech,
on speakers never heard; see README.md.
"""

from pathlib import Path

from snakemake.utils import min_version

min_version("9.13")


# Snakemake would merge a --configfile into this one, and the demo's settings
# would show through.
if not workflow.configfiles:

    configfile: Path(str(workflow.current_basedir), "config", "config.yaml")


# What Snakemake's own report begins with.
report: "scripts/speechcodes/report/captions/workflow.rst"


include: "rules/common.smk"
include: "rules/corpus.smk"
include: "rules/features.smk"
include: "rules/autoencoder.smk"
include: "rules/experiment.smk"
include: "rules/predictor.smk"
include: "rules/figures.smk"
include: "rules/report.smk"
include: "rules/cluster.smk"
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
        ALL_PREDICTED,
