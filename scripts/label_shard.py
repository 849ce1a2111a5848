"""Label one shard of new speech."""

from speechcodes.operations.logs import log_to
from speechcodes.predictor import folder, labelling
from speechcodes.records import Utterance
from speechcodes.storage.files import write_table

log_to(snakemake.log[0])
files = [Utterance(*each) for each in snakemake.params.files]
labelled = labelling.label_files(folder.read(snakemake.input.predictor), files)
write_table(snakemake.output.labelled, labelled, float_format="%.6g")
