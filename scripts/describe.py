"""Print the size of a run, before it starts."""

from speechcodes.operations import describe
from speechcodes.operations.logs import log_to

log_to(snakemake.log[0])
params = snakemake.params
jobs = describe.planned_jobs(describe.command(params.snakefile, *params.given))
print(
    describe.page(
        snakemake.config,
        params.utterances,
        params.rejected,
        params.folds,
        jobs,
        params.autoencoders,
        params.architectures,
    )
)
