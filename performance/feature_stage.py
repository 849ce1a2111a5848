"""The whole feature stage through Snakemake on two cores, against the study's way: one
process that takes file after file, and lets pyAudioAnalysis compute mid-term features
and the spectrograms of two segment variants. 12 600 utterances with the study's
durations at 8 kHz; fewer where that takes long, and ten times as many to see how it
grows, both scaled to 12 600.

    PYTHONPATH=scripts .venv/bin/python performance/feature_stage.py
"""

import contextlib
import io
import time
import warnings

import made_up
import measure

UTTERANCES = 12_600
#: Utterances per shard, and of how many utterances.
SIZES = [(1, 504), (8, 1260), (64, UTTERANCES), (512, UTTERANCES), (4096, UTTERANCES)]
SIZES += [(512, 10 * UTTERANCES)]


def configuration(utterances, utterances_per_shard):
    """A configuration that uses all of the corpus, and has little but features."""
    few = utterances // 100
    return made_up.configuration(
        {"training": few, "unlabelled": "all", "test": few},
        utterances_per_shard,
        autoencoders={"configurations": [{"architecture": "study1", "latent": 64}]},
        experiment={"percentages": [100], "classifiers": {"svm": {}}},
    )


def study_way(paths):
    """Seconds of the library's own functions on some files, one after the other."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyAudioAnalysis import MidTermFeatures, ShortTermFeatures

    from speechcodes.features import audio

    start = time.perf_counter()
    for path in paths:
        signal = audio.load(path, 8_000, -60) * 2**15
        MidTermFeatures.mid_feature_extraction(signal, 8_000, 8_000, 8_000, 400, 400)
        for samples in (30_000, 20_000):
            for segment in audio.cut(signal, samples, "drop"):
                with contextlib.redirect_stdout(io.StringIO()):
                    ShortTermFeatures.spectrogram(segment, 8_000, 400, 400)
    return time.perf_counter() - start


def main():
    """Run both ways, and print how many times faster each shard size is."""
    measure.heading("The feature stage", __doc__)
    with measure.folder() as folder:
        made_up.write(folder, made_up.VOICES)
        paths = made_up.audio_below(folder)
        library = study_way(paths) * UTTERANCES / len(paths)
    rows = [("library", len(paths), "-", library, 1.0, "-")]
    for size, used in SIZES:
        with measure.folder() as folder:
            made_up.write(folder / "corpus", used)
            config = configuration(used, size)
            run = ["--cores", "2", "--until", "functionals", "spectrograms"]
            wall, _, memory, _ = measure.snakemake(folder, config, *run)
            jobs = len(list(folder.glob("benchmarks/bench/**/*.tsv")))
        wall *= UTTERANCES / used
        rows.append((size, used, jobs, wall, library / wall, memory))
    header = ["utterances per shard", "measured on", "jobs", "seconds for 12 600"]
    header += ["times the library's speed", "largest process, MB"]
    measure.table(header, rows)


if __name__ == "__main__":
    main()
