"""Draw published, recomputed and corrected curves over each other."""

from speechcodes.experiment.published import read_curve
from speechcodes.figures import learning_curves, study, style
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import read_scores

log_to(snakemake.log[0])
segment = snakemake.wildcards.segment
scores = read_scores(snakemake.input.scores)
scores = scores[scores["segment"] == segment]
published = {
    classifier: read_curve(path)
    for classifier, path in zip(
        snakemake.params.classifiers, snakemake.input.published, strict=True
    )
}

figure = study.study(
    scores,
    published,
    segment,
    scored=learning_curves.scored_on(read_scores(snakemake.input.intervals)),
    note=snakemake.params.note,
)
style.save(figure, study.table(scores, published), snakemake.output)
