"""Draw a figure, and write the numbers behind it."""

from speechcodes.figures import registry, style
from speechcodes.operations.logs import log_to

log_to(snakemake.log[0])
name, classifier = registry.parse(snakemake.wildcards.figure)
settings = {"classifier": classifier, **snakemake.params.settings}
figure, numbers = registry.draw(name, dict(snakemake.input.items()), settings)
style.save(figure, numbers, snakemake.output)
