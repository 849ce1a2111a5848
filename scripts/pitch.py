"""Track the pitch of all utterances of one part, and find each speaker's median."""

import numpy as np

from speechcodes.features import pitch, signals
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5

log_to(snakemake.log[0])
rate, voice_of = snakemake.params.audio["sampling_rate"], snakemake.params.voices
rejected, contours = [], {}
for shard in snakemake.input.signals:
    contours |= signals.compute_each(
        shard, lambda signal: pitch.contour(signal, rate), rejected
    )
utterances = list(contours)
of_each = list(contours.values())
hdf5.write(
    snakemake.output.pitch,
    {
        "contours": np.concatenate([np.empty((0, 2), np.float32), *of_each]),
        "utterance": np.array(utterances, dtype=object),
        "frames": np.array(list(map(len, of_each)), dtype=int),
        "median": pitch.medians(of_each, [voice_of[each] for each in utterances]),
    },
    rejected=rejected,
    parameters={**snakemake.wildcards, "audio": snakemake.params.audio},
    libraries=pitch.LIBRARIES,
    description=pitch.DESCRIPTION,
)
