"""The rules of the workflow, as Snakemake reads them."""

import contextlib
import io
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from projects import ROOT
from snakemake.api import SnakemakeApi
from snakemake.io import is_flagged
from snakemake.settings.types import ConfigSettings, ResourceSettings


@dataclass
class Rule:
    """One rule that runs a script; paths as they stand in the rule."""

    docstring: str
    script: str
    environment: str
    log: str
    benchmark: str
    outputs: dict  # path to whether Snakemake's report shows it
    params: dict
    resources: dict
    threads: int
    is_local: bool


@cache
def rules():
    """Return {name: Rule} of all rules that run a script, with the demo's settings."""
    folder = os.getcwd()
    try:
        # What Snakemake says is of no interest.
        with contextlib.redirect_stderr(io.StringIO()), SnakemakeApi() as api:
            workflow = api.workflow(
                resource_settings=ResourceSettings(cores=1),
                config_settings=ConfigSettings(
                    configfiles=[ROOT / "config" / "config.yaml"]
                ),
                snakefile=ROOT / "Snakefile",
            )._workflow
            local = workflow._localrules
            return {
                rule.name: _rule(rule, rule.name in local)
                for rule in workflow.rules
                if rule.script
            }
    finally:
        os.chdir(folder)


def _rule(rule, is_local):
    info = rule.ruleinfo
    outputs = [*info.output.paths, *info.output.kwpaths.values()] if info.output else []
    flat = [each for o in outputs for each in (o if isinstance(o, list) else [o])]
    return Rule(
        docstring=info.docstring,
        script=Path(info.script).stem,
        environment=Path(info.conda_env).name,
        log=str(info.log.paths[0]),
        benchmark=str(info.benchmark.paths if info.benchmark else ""),
        outputs={str(path): is_flagged(path, "report") for path in flat},
        params=dict(rule.params.items()),
        resources=dict(info.resources[1]) if info.resources else {},
        threads=info.threads or 1,
        is_local=is_local,
    )
