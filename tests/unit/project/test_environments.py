"""Every rule is complete, and its environment holds what its script imports."""

import ast
import inspect
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from projects import ROOT
from snakemake.scheduling.job_scheduler import JobScheduler

SCRIPTS = ROOT / "scripts"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
REQUIREMENTS = (ROOT / "requirements.txt").read_text()
#: What a distribution needs and does not declare, or only as an extra.
UNDECLARED = {
    "pyaudioanalysis": {"eyed3", "matplotlib", "pydub", "scipy", "tqdm"},
    # For its backend; keras alone would import nothing.
    "keras": {"tensorflow"},
}
#: Methods of pandas that import something more.
METHODS = {"to_markdown": "tabulate"}


def pins():
    """Return {name: requirement} of requirements.txt."""
    lines = [line for line in REQUIREMENTS.splitlines() if re.match(r"\w", line)]
    found = [Requirement(line.removesuffix("\\")) for line in lines]
    assert len({r.name for r in found}) == len(found)
    return {canonicalize_name(r.name): r for r in found}


def environments():
    """Return {file name: (version of Python, {name: requirement})}."""
    found = {}
    for path in (ROOT / "envs").glob("*.yaml"):
        dependencies = yaml.safe_load(path.read_text())["dependencies"]
        (from_pip,) = [d["pip"] for d in dependencies if isinstance(d, dict)]
        (python,) = [d for d in dependencies if str(d).startswith("python=")]
        requirements = [Requirement(line) for line in from_pip]
        found[path.name] = (
            python.removeprefix("python="),
            {canonicalize_name(r.name): r for r in requirements},
        )
    return found


def rules():
    """Return {name: {directive: its lines}} of every rule in rules/."""
    found = {}
    for path in (ROOT / "rules").glob("*.smk"):
        blocks = re.split(
            r"^(?:rule|checkpoint) (\w+):\n", path.read_text(), flags=re.M
        )
        for name, rest in zip(blocks[1::2], blocks[2::2], strict=True):
            # A rule ends where something stands at the margin.
            body = re.split(r"^\S", rest, maxsplit=1, flags=re.M)[0]
            parts = re.split(r"^    (\w+):", body, flags=re.M)
            found[name] = dict(zip(parts[1::2], parts[2::2], strict=True))
            found[name]["docstring"] = parts[0].strip()
    return found


#: Distributions of each module that can be imported here.
PROVIDERS = packages_distributions()
PINS, ENVIRONMENTS, RULES = pins(), environments(), rules()
each_rule = pytest.mark.parametrize("rule", RULES)
each_environment = pytest.mark.parametrize("environment", ENVIRONMENTS)


def quoted(text):
    """Return the only string in a directive."""
    (string,) = re.findall(r'"([^"]+)"', text)
    return string


# --- imports --------------------------------------------------------------------


@cache
def imported(path):
    """Return the dotted names that a file imports anywhere, and METHODS it calls."""
    names, methods = set(), set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports relatively"
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute) and node.attr in METHODS:
            methods.add(METHODS[node.attr])
    return names, methods


def package_files(name):
    """Return the files of the package that importing a dotted name runs."""
    parts = name.split(".")
    folders = [SCRIPTS.joinpath(*parts[: i + 1]) for i in range(len(parts))]
    candidates = [f for d in folders for f in (d / "__init__.py", d.with_suffix(".py"))]
    return [path for path in candidates if path.is_file()]


@cache
def distributions_of(script):
    """Return the distributions that a script and what it imports need."""
    needed, seen, waiting = set(), set(), [script]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        names, methods = imported(path)
        needed |= methods
        for name in names:
            top = name.split(".")[0]
            if top == "speechcodes":
                waiting.extend(package_files(name))
            elif top not in sys.stdlib_module_names:
                (distribution,) = set(PROVIDERS[top])
                needed.add(canonicalize_name(distribution))
    for name in list(needed):
        needed |= UNDECLARED.get(name, set())
    return needed


def environment_of(rule):
    folder, name = quoted(RULES[rule]["conda"]).rsplit("/", 1)
    assert folder == "../envs"
    return name


def test_imports_are_followed_through_the_package():
    # The scripts import nothing of these themselves, their modules do.
    assert {"numpy", "h5py", "pyaudioanalysis"} <= distributions_of(
        SCRIPTS / "midterm.py"
    )
    needed = distributions_of(SCRIPTS / "signals.py")
    assert {"soundfile", "soxr", "h5py"} <= needed
    assert not {"tensorflow", "scikit-learn", "pyaudioanalysis"} & needed
    assert "tabulate" in distributions_of(SCRIPTS / "summary.py")


def modules_loaded_by(imports):
    """Top-level modules that some import statements load."""
    code = "\n".join(
        [
            f"import sys; sys.path.insert(0, {str(SCRIPTS)!r})",
            *imports,
            "print(*{name.split('.')[0] for name in sys.modules})",
        ]
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True
    )
    assert "speechcodes" in loaded.stdout.split(), loaded.stderr
    return set(loaded.stdout.split())


LARGE = {"tensorflow", "keras", "sklearn", "scipy", "pandas", "matplotlib"}
LARGE |= {"pyAudioAnalysis", "jinja2"}


@pytest.mark.parametrize("script", ["signals", "midterm", "spectrograms"])
def test_a_short_job_waits_for_no_large_import(script):
    tree = ast.parse((SCRIPTS / f"{script}.py").read_text())
    imports = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    loaded = modules_loaded_by(map(ast.unparse, imports))
    assert "h5py" in loaded
    assert not LARGE & loaded


def test_the_workflow_waits_for_no_large_import():
    # It is read anew at the start of every job on a cluster.
    rules = "\n".join(path.read_text() for path in (ROOT / "rules").glob("*.smk"))
    imports = re.findall(r"^from speechcodes.*$", rules, flags=re.MULTILINE)
    assert len(imports) > 4
    assert not {*LARGE, "h5py"} & modules_loaded_by(imports)


@each_rule
def test_the_environment_of_a_rule_has_what_its_script_imports(rule):
    _, provided = ENVIRONMENTS[environment_of(rule)]
    lacking = distributions_of(SCRIPTS / f"{rule}.py") - set(provided)
    assert not lacking, f"add to envs/{environment_of(rule)}"


@each_environment
def test_an_environment_has_nothing_that_no_script_imports(environment):
    users = [rule for rule in RULES if environment_of(rule) == environment]
    assert users, "no rule uses it"
    needed = set().union(*(distributions_of(SCRIPTS / f"{rule}.py") for rule in users))
    _, provided = ENVIRONMENTS[environment]
    assert not set(provided) - needed


@each_environment
def test_pins_of_an_environment_are_those_of_the_requirements(environment):
    _, provided = ENVIRONMENTS[environment]
    for name, requirement in provided.items():
        assert requirement.specifier == PINS[name].specifier, name


@each_environment
def test_an_environment_has_a_python_that_the_project_supports(environment):
    python, provided = ENVIRONMENTS[environment]
    assert python in SpecifierSet(PYPROJECT["project"]["requires-python"])
    # From 3.13 on, pyAudioAnalysis needs what left the standard library.
    lost = {"audioop-lts", "standard-aifc"}
    if "pyaudioanalysis" in provided and python in SpecifierSet(">=3.13"):
        assert lost <= set(provided)


@each_environment
def test_an_environment_names_its_channels_and_no_others(environment):
    content = yaml.safe_load((ROOT / "envs" / environment).read_text())
    assert content["channels"] == ["conda-forge", "nodefaults"]


# --- rules ----------------------------------------------------------------------


def test_every_rule_is_found():
    starts = [
        line
        for path in (ROOT / "rules").glob("*.smk")
        for line in path.read_text().splitlines()
        if line.lstrip().startswith(("rule ", "checkpoint "))
    ]
    assert len(starts) == len(RULES) > 10
    assert {path.stem for path in SCRIPTS.glob("*.py")} == set(RULES)


@each_rule
def test_a_rule_says_all_that_it_must(rule):
    directives = RULES[rule]
    assert re.fullmatch(r'"""[A-Z].*[^.]\."""', directives["docstring"], flags=re.S)
    must = {"log", "conda", "threads", "resources", "script"}
    # One that makes no file is run each time that it is asked for.
    must |= {"output", "benchmark"} if rule != "describe" else set()
    assert must <= set(directives)
    assert int(directives["threads"]) >= 1
    resources = dict(
        re.findall(r"^\s+(\w+)=(.+),$", directives["resources"], flags=re.M)
    )
    for name in ("mem_mb", "runtime"):
        assert re.match(r"by_attempt\([1-9]\d*\b", resources[name])
    assert set(resources) <= {"mem_mb", "runtime", "gpu"}


@each_rule
def test_a_rule_is_named_as_its_script_and_its_log(rule):
    assert quoted(RULES[rule]["script"]) == f"../scripts/{rule}.py"
    assert quoted(RULES[rule]["log"]).startswith(("<logs>/", "logs/<folds>/"))
    if rule != "describe":
        places = "<benchmarks>/", "benchmarks/<folds>/"
        assert quoted(RULES[rule]["benchmark"]).startswith(places)


@each_rule
def test_the_code_of_a_rule_is_that_of_its_script(rule):
    # Or an edit of the package would rerun the wrong rules.
    assert f'code=code_of("{rule}")' in RULES[rule]["params"]


def test_every_result_is_shown_in_the_report_of_snakemake():
    directives = "".join(rule.get("output", "") for rule in RULES.values())
    written = re.findall(
        r'((?:shown|drawn)\w*[^"]*)?"(<(?:results|corpus)>/[^"]+)"', directives
    )
    for_people = [
        (shown, path)
        for shown, path in written
        if Path(path).suffix not in (".h5", ".keras", ".json", ".txt")
    ]
    assert len(for_people) > 20
    assert {path for shown, path in for_people if not shown} == {
        # Steps on the way, and what says nothing of the results.
        "<corpus>/audio/labels_consensus.csv",
        "<results>/rejected_rows.csv",
        "<results>/speakers/{split}.csv",
        "<results>/autoencoders/{segment}/{autoencoder}/history.csv",
        "<results>/autoencoders/{segment}/{autoencoder}/trial.csv",
        "<results>/check_cluster/report.md",
    }


def test_only_training_and_its_check_ask_for_a_gpu():
    asking = {name for name, rule in RULES.items() if "gpu=" in rule["resources"]}
    assert asking == {"train_autoencoder", "check_gpu"}


# --- the profile for Slurm ------------------------------------------------------


def local_rules():
    """Return the rules that run beside Snakemake."""
    text = (ROOT / "rules" / "common.smk").read_text()
    (names,) = re.findall(r"^localrules:\n((?: +\w+,\n)+)", text, flags=re.M)
    return re.findall(r"\w+", names)


def test_the_profile_groups_rules_that_are_submitted():
    profile = yaml.safe_load((ROOT / "profiles" / "slurm" / "config.yaml").read_text())
    assert set(profile["groups"]) <= set(RULES) - set(local_rules())
    assert set(profile["groups"].values()) == set(profile["group-components"])
    # Without a number, each job would be a group of its own.
    assert min(profile["group-components"].values()) > 1000
    # Jobs of a group take turns, so that it is given what one of them needs.
    assert profile["resources"] == {"turn": 1}
    assert profile["set-resource-scopes"] == {"turn": "local"}
    assert profile["default-resources"]["turn"] == 1


def test_only_what_is_quick_and_small_runs_beside_snakemake():
    assert set(local_rules()) < set(RULES)
    for name in local_rules():
        resources = RULES[name]["resources"]
        assert int(re.search(r"mem_mb=by_attempt\((\d+)\)", resources)[1]) <= 1000
        assert int(re.search(r"runtime=by_attempt\((\d+)\)", resources)[1]) <= 10
        assert (
            environment_of(name) != "autoencoder.yaml" or name == "select_autoencoder"
        )


def test_the_profile_leaves_partition_and_account_to_the_site():
    text = (ROOT / "profiles" / "slurm" / "config.yaml").read_text()
    assert re.search(r"^  # slurm_partition: ", text, flags=re.M)
    assert re.search(r"^  # slurm_account: ", text, flags=re.M)
    assert not re.search(r"^[^#]*slurm_(partition|account)", text, flags=re.M)


# --- requirements ---------------------------------------------------------------


def test_every_requirement_is_pinned_with_hashes():
    blocks = re.split(r"^(?=\w)", REQUIREMENTS, flags=re.M)[1:]
    assert len(blocks) == len(PINS)
    for block in blocks:
        requirement = Requirement(block.splitlines()[0].removesuffix("\\"))
        (specifier,) = requirement.specifier
        assert specifier.operator == "==" and "*" not in specifier.version
        hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})\b", block)
        assert hashes, requirement.name
        assert requirement.url is None


def test_the_requirements_name_no_package_index():
    assert "://" not in REQUIREMENTS
    options = re.findall(r"(?<!\S)-[-\w]+", REQUIREMENTS)
    assert set(options) == {"--hash"}


def environment_with(python):
    return {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": "linux",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_requirements_satisfy_what_the_project_depends_on(python):
    assert python in SpecifierSet(PYPROJECT["project"]["requires-python"])
    dependencies = PYPROJECT["project"]["dependencies"]
    dependencies = [*dependencies, *PYPROJECT["dependency-groups"]["dev"]]
    environment = environment_with(python)
    for dependency in map(Requirement, dependencies):
        if dependency.marker and not dependency.marker.evaluate(environment):
            continue
        pin = PINS[canonicalize_name(dependency.name)]
        (specifier,) = pin.specifier
        assert specifier.version in dependency.specifier, dependency.name
        assert not pin.marker or pin.marker.evaluate(environment), dependency.name


def test_the_project_depends_on_all_that_its_code_imports():
    declared = {
        canonicalize_name(Requirement(line).name)
        for line in PYPROJECT["project"]["dependencies"]
    }
    # All of the package, since the rules import some of it too.
    needed = set().union(*map(distributions_of, SCRIPTS.rglob("*.py")))
    # Keras comes with TensorFlow, which fits it to itself.
    assert needed - declared == {"keras"}


# --- what the workflow sets in Snakemake ------------------------------------------


def test_snakemake_takes_no_limit_of_jobs_for_none():
    # What rules/run.smk sets would else do nothing, unseen.
    source = inspect.getsource(JobScheduler)
    assert "if self.job_rate_limiter is None:" in source
    assert "if self.job_rate_limiter is not None:" in source
    assert (
        "workflow.scheduler.job_rate_limiter = None"
        in (ROOT / "rules" / "run.smk").read_text()
    )
