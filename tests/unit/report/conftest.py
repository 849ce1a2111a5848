"""A run to tell of, with nothing to warn of."""

import pytest
from run_folder import CONFIG, REJECTED, confounded, write_run

from speechcodes.report import results


@pytest.fixture(scope="session")
def fair(tmp_path_factory):
    """Results of two folds and three classes, of one segment variant."""
    folder = tmp_path_factory.mktemp("results") / "fair"
    config = {**CONFIG, "segments": {"30k": {"samples": 30000}}}
    write_run(folder, config)
    found = results.read(folder, config, sorted(folder.rglob("metrics.json")))
    return found._replace(rejected=REJECTED.iloc[:0], confounds=confounded())
