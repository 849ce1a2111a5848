"""Read and resample the audio of one shard's utterances."""

from speechcodes.features import audio, signals
from speechcodes.operations.logs import log_to

log_to(snakemake.log[0])
reading = snakemake.params.audio

signals.write(
    snakemake.output.shard,
    snakemake.params.utterances,
    snakemake.params.paths,
    lambda path: audio.load(path, **reading),
    parameters={**snakemake.wildcards, "audio": reading},
    libraries=["numpy", "soundfile", "soxr"],
    description=(
        "signals: (sum of samples,) one after the other, full scale is 1; utterance: "
        "(n,) id; path: (n,) audio file; samples: (n,) length of each signal"
    ),
)
