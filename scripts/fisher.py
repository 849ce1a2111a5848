"""Learn Fisher vectors from unlabelled spectrograms; apply them to labelled."""

from speechcodes.autoencoders import unlabelled
from speechcodes.features import channels, fisher
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5
from speechcodes.storage.files import read_table
from speechcodes.storage.sequences import Sequences

log_to(snakemake.log[0])
files = snakemake.input
rows = unlabelled.in_order(files.unlabelled, read_table(files.roles))
sequences = Sequences(files.unlabelled, "spectrograms").take(rows.index.to_numpy())
kinds = channels.kinds(sequences.bins, snakemake.params.input)
models = fisher.fit(sequences, kinds, snakemake.params.seed)

for role in ("training", "test"):
    sequences = Sequences(files[role], "spectrograms")
    utterance, segment = hdf5.read(files[role], "utterance", "segment")
    hdf5.write(
        snakemake.output[role],
        {
            "fisher": fisher.of_sequences(sequences, models),
            "utterance": utterance,
            "segment": segment,
        },
        parameters=dict(snakemake.wildcards),
        libraries=["scikit-learn", "numpy"],
        description=(
            "fisher: (n, dimensions) principal components of Fisher vectors of "
            "segments, those of each kind of channels side by side; utterance: (n,) "
            "id; segment: (n,) number of the segment in its utterance"
        ),
    )
