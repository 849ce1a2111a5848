"""What a user has set in the environment has no effect on jobs."""

from tiny import Tiny

from speechcodes.operations import surroundings

HOSTILE = {
    "MPLBACKEND": "nonsense",
    "KERAS_BACKEND": "torch",
    "PYTHONUTF8": "0",
    "OMP_NUM_THREADS": "7",
    "OPENBLAS_NUM_THREADS": "7",
    "MKL_NUM_THREADS": "7",
    "OMP_THREAD_LIMIT": "1",
    "TF_ENABLE_ONEDNN_OPTS": "0",
}


def test_a_job_is_given_none_of_it_and_the_threads_of_its_rule(tmp_path, monkeypatch):
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    tiny = Tiny(tmp_path)
    snakefile = tmp_path / "Snakefile"
    text = snakefile.read_text()
    assert text.count("echo {params.setting}") == 1
    snakefile.write_text(text.replace("echo {params.setting}", "env"))
    tiny.run()
    given = dict(
        line.split("=", 1) for line in tiny.written().splitlines() if "=" in line
    )
    assert surroundings.SET.items() <= given.items()
    assert not set(surroundings.UNSET) & set(given)
    threads = {v for name, v in given.items() if name.endswith("_NUM_THREADS")}
    assert threads == {"1"}
