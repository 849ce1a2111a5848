"""The whole feature stage through Snakemake on two cores, against the study's way: one
process that takes file after file, and lets pyAudioAnalysis compute mid-term features
and the spectrograms of two segment variants. 12 600 utterances with the study's
durations at 8 kHz; what takes long is measured on a part of them and scaled, as told.

    PYTHONPATH=scripts .venv/bin/python performance/feature_stage.py
"""

import contextlib
import io
import shutil
import time
import warnings

import made_up
import measure

UTTERANCES = 12_600
#: Utterances per shard, and the part of the corpus that is enough to see what it costs.
SHARDS = {1: 0.04, 8: 0.1, 64: 1, 512: 1, 4096: 1}


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
        made_up.write(folder / "corpus", UTTERANCES)
        paths = sorted(map(str, folder.glob("corpus/Audios/*")))[: made_up.VOICES]
        library = study_way(paths) * UTTERANCES / len(paths)
        rows = [("library", len(paths), "-", library, 1.0, "-")]
        for size, part in SHARDS.items():
            used = int(UTTERANCES * part)
            made_up.write_labels(folder / "corpus", used)
            config = configuration(used, size)
            run = ["--cores", "2", "--until", "midterm", "spectrograms"]
            wall, cpu, memory, _ = measure.snakemake(folder, config, *run)
            jobs = len(list(folder.glob("benchmarks/bench/**/*.tsv")))
            scale = UTTERANCES / used
            rows.append(
                (size, used, jobs, wall * scale, library / (wall * scale), memory)
            )
            for made in ("results", "logs", "benchmarks", ".snakemake"):
                shutil.rmtree(folder / made)
    header = ["utterances per shard", "measured on", "jobs", "seconds for 12 600"]
    header += ["times the library's speed", "largest process, MB"]
    measure.table(header, rows)


if __name__ == "__main__":
    main()
