"""Print the size of a run, before it starts."""

from speechcodes.operations import describe
from speechcodes.operations.logs import log_to
from speechcodes.report import folders

log_to(snakemake.log[0])
params, config = snakemake.params, snakemake.config
groups, of_audio = dict(params.utterances), {}
if params.audio:
    lengths = describe.look_into(groups, dict(params.audio))
    segments = describe.table_of_segments(
        lengths, config["segments"], config["audio"]["sampling_rate"]
    )
    of_audio = {
        "segments": segments,
        "known": describe.how_known(lengths),
        "bytes_of": describe.disk(
            segments, lengths, config, params.autoencoders, params.architectures
        ),
    }

jobs = describe.planned_jobs(params.snakemake, config)
print(describe.page(folders.title_of(config), groups, jobs, **of_audio))
