"""Train the predictor on all labels, and put all that it needs into one folder."""

from pathlib import Path

import yaml

from speechcodes.experiment import feature_sets
from speechcodes.experiment.draws import Protocol
from speechcodes.names import with_midterm
from speechcodes.operations.logs import log_to
from speechcodes.predictor import card, folder, training
from speechcodes.storage.files import read_table, write_table

log_to(snakemake.log[0])
files, params = snakemake.input, snakemake.params
choice = yaml.safe_load(Path(files.choice).read_text())
name, given = choice["feature_set"], dict(files.items())
sets, table = training.sets_of(name), read_table(files.training)
role = feature_sets.read_role(sets, "training", table, given, params.classes)
trained = training.train(
    choice["classifier"],
    params.classifier,
    role,
    name,
    Protocol(**params.protocol),
    threads=snakemake.threads,
)
settings = {
    **params.settings,
    "feature_set": name,
    "parts": with_midterm(name),
    "classes": list(params.classes),
    "choice": choice,
    "classifier_settings": trained.settings,
    "trained_on": training.summary(role),
    "tried": training.tried(trained),
}
folder.write(
    snakemake.output.folder,
    settings,
    trained.models | folder.read_fitted(given),
    {
        "README.md": card.card(settings),
        "config.yaml": yaml.safe_dump(folder.portable(params.config), sort_keys=False),
    },
    {part: given[part] for part in folder.NETWORKS if part in given},
)
write_table(snakemake.output.reliability, trained.reliability, float_format="%.6g")
