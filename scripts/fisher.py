"""Learn Fisher vectors from unlabelled spectrograms; apply them to labelled."""

from speechcodes.autoencoders import unlabelled
from speechcodes.features import channels, fisher
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5, sealed
from speechcodes.storage.files import read_table
from speechcodes.storage.sequences import Sequences, of_files

log_to(snakemake.log[0])
files = snakemake.input
rows = unlabelled.in_order(files.unlabelled, read_table(files.roles))
heard = Sequences(files.unlabelled, "spectrograms").take(rows.index.to_numpy())
kinds = channels.kinds(heard.bins, snakemake.params.input)
models = fisher.fit(heard, kinds, snakemake.params.seed)
sealed.write(snakemake.output.model, models)

for role in ("training", "test"):
    spectrograms = of_files(files[role], "spectrograms")
    utterance, segment = hdf5.read(files[role], "utterance", "segment")
    hdf5.write(
        snakemake.output[role],
        {
            "fisher": fisher.of_sequences(spectrograms, models),
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
