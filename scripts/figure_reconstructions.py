"""Draw test spectrograms beside what the chosen autoencoder makes of them."""

from speechcodes.autoencoders import backend, models, reconstruction
from speechcodes.features import channels
from speechcodes.figures import reconstructions, style
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import read_table

log_to(snakemake.log[0])
backend.use_threads(snakemake.threads)
settings = snakemake.params.settings
table, originals, reconstructed = reconstruction.examples_of_classes(
    models.load(snakemake.input.model),
    snakemake.input.spectrograms,
    read_table(snakemake.input.roles),
    settings["classes"],
    channels.beside(snakemake.params.input),
)
figure = reconstructions.reconstructions(table, originals, reconstructed, settings)
style.save(figure, table, snakemake.output)
