"""Growth: seconds and peak memory at 1, 3 and 10 times the published study (12 600
utterances, 3 classes of 400 to train on, 3300 unlabelled, 500 to test on), of planning
and of all features of one segment variant, through Snakemake on two cores. How training
grows stands above. Draws performance/growth.png, with a line of slope 1 to compare.

    PYTHONPATH=scripts .venv/bin/python performance/growth.py
"""

import feature_stage
import made_up
import measure

TIMES = (1, 3, 10)
STAGES = {
    "planning": ["--dry-run"],
    "features": ["--cores", "2", "--until", "midterm", "spectrograms"],
}


def configuration(times):
    """The configuration of the feature stage, with one segment variant."""
    config = feature_stage.configuration(times, 512)
    del config["segments"]["20k"]
    return config


def grow(times):
    """Seconds and MB of each stage at one size."""
    with measure.folder() as folder:
        made_up.write(folder / "corpus", int(times * feature_stage.UTTERANCES * 1.5))
        config, measured = configuration(times), {}
        for stage, arguments in STAGES.items():
            wall, _, memory, _ = measure.snakemake(folder, config, *arguments)
            measured[stage] = wall, memory
    return measured


def draw(measured):
    """Draw seconds and memory against the size."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.6), layout="constrained")
    for axes, index, unit in zip(
        figure.subplots(1, 2), (0, 1), ("s", "MB"), strict=True
    ):
        for marker, stage in zip("os", STAGES, strict=True):
            values = [measured[times][stage][index] for times in TIMES]
            axes.loglog(TIMES, values, marker + "-", label=stage)
        start = measured[1]["features"][index]
        axes.loglog(TIMES, [start * t for t in TIMES], "k:", label="slope 1")
        axes.set_xticks(TIMES, [f"{t}×" for t in TIMES])
        axes.minorticks_off()
        axes.set_xlabel("size of the corpus (1× is 12 600 utterances)")
        axes.set_ylabel(f"{'time' if unit == 's' else 'largest process'} ({unit})")
    axes.legend(frameon=False)
    figure.savefig(measure.ROOT / "performance" / "growth.png", dpi=150)


def main():
    """Measure all sizes, and draw."""
    measure.heading("Growth", __doc__)
    measured = {times: grow(times) for times in TIMES}
    rows = [
        (f"{times}×", *(v for stage in STAGES for v in measured[times][stage]))
        for times in TIMES
    ]
    units = [f"{stage}, {unit}" for stage in STAGES for unit in ("s", "MB")]
    measure.table(["size", *units], rows)
    draw(measured)
    print("![Time and memory against the size of the corpus](growth.png)\n")


if __name__ == "__main__":
    main()
