"""Compute the modulation spectra of the spectrograms of one shard."""

from speechcodes.features import modulation
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5
from speechcodes.storage.sequences import Sequences

log_to(snakemake.log[0])
paths = [snakemake.input.spectrograms]
utterance, segment = hdf5.read(paths, "utterance", "segment")
step = snakemake.params.step
sequences = Sequences(paths, "spectrograms")
hdf5.write(
    snakemake.output.features,
    {
        "modulation": modulation.of_sequences(sequences, step),
        "utterance": utterance,
        "segment": segment,
    },
    parameters={**snakemake.wildcards, "octaves": modulation.octaves(step)},
    libraries=["numpy"],
    description=(
        "modulation: (n, octaves times bins) logarithm of the mean power in each "
        "octave (Hz, see parameters) of what each bin does over time; "
        "utterance: (n,) id; segment: (n,) number of the segment in its utterance"
    ),
)
