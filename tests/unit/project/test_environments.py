"""Every rule is complete, and its environment holds what its script imports."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from types import SimpleNamespace

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from projects import ROOT
from rules import rules

from speechcodes.names import FEATURE_SETS, functionals
from speechcodes.operations import code_digest

SCRIPTS = ROOT / "scripts"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
REQUIREMENTS = (ROOT / "requirements.txt").read_text()
EXTRAS = PYPROJECT["project"]["optional-dependencies"]
OF_EXTRAS = {
    extra: (ROOT / f"requirements-{extra}.txt").read_text() for extra in EXTRAS
}
#: What a distribution needs and does not declare, or only as an extra.
UNDECLARED = {
    # For its backend; keras alone would import nothing.
    "keras": {"tensorflow"}
}
#: What is loaded only in functions that a script does not call: it counts parameters.
NOT_LOADED = {"describe": {"h5py", "keras", "tensorflow"}}
#: Methods of pandas that import something more.
METHODS = {"to_markdown": "tabulate"}


def pins():
    """Return {name: requirement} of requirements.txt and of the files of extras."""
    text = "\n".join([REQUIREMENTS, *OF_EXTRAS.values()])
    lines = [line for line in text.splitlines() if re.match(r"\w", line)]
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


#: Distributions of each module that can be imported here.
PROVIDERS = {extra: [extra] for extra in EXTRAS} | packages_distributions()
# Which does not say so.
PROVIDERS["parselmouth"] = ["praat-parselmouth"]
PINS, ENVIRONMENTS = pins(), environments()


# --- imports --------------------------------------------------------------------


@cache
def imported(path):
    """Return the distributions that a file imports anywhere, and METHODS it calls."""
    names, needed = set(), set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module)
        elif isinstance(node, ast.Attribute) and node.attr in METHODS:
            needed.add(METHODS[node.attr])
    tops = {name.split(".")[0] for name in names} - {"speechcodes"}
    for top in tops - sys.stdlib_module_names:
        (distribution,) = set(PROVIDERS[top])
        needed.add(canonicalize_name(distribution))
    return needed


@cache
def distributions_of(script):
    """Return the distributions that a script and what it imports need."""
    needed = set().union(*map(imported, [script, *code_digest.modules(script)]))
    return needed.union(*(UNDECLARED.get(name, set()) for name in needed))


def needed_by(rule):
    """Return the distributions that a rule's script needs, and figures it may draw."""
    modules = []
    if rule.script == "figure":
        modules = (SCRIPTS / "speechcodes" / "figures").glob("*.py")
    elif kinds := re.search(r"{functionals,([\w|]+)}", " ".join(rule.outputs)):
        features = SCRIPTS / "speechcodes" / "features"
        modules = [features / f"{kind}.py" for kind in kinds[1].split("|")]
    elif rule.environment == "predictor.yaml":
        # Whatever functionals a predictor needs.
        kinds = functionals(FEATURE_SETS)
        modules = [SCRIPTS / "speechcodes" / "features" / f"{k}.py" for k in kinds]
    files = [SCRIPTS / f"{rule.script}.py", *modules]
    needed = set().union(*map(distributions_of, files))
    return needed - NOT_LOADED.get(rule.script, set())


def modules_loaded_by(imports):
    """Top-level modules that some import statements load."""
    path = f"import sys; sys.path.insert(0, {str(SCRIPTS)!r})"
    tell = "print(*{name.split('.')[0] for name in sys.modules})"
    code = "\n".join([path, *imports, tell])
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True
    )
    assert "speechcodes" in loaded.stdout.split(), loaded.stderr
    return set(loaded.stdout.split())


LARGE = {"tensorflow", "keras", "sklearn", "scipy", "pandas", "matplotlib", "jinja2"}


@pytest.mark.parametrize("script", ["signals", "functionals", "spectrograms"])
def test_a_short_job_waits_for_no_large_import(script):
    tree = ast.parse((SCRIPTS / f"{script}.py").read_text())
    nodes = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    imports = [*map(ast.unparse, nodes), "import speechcodes.features.midterm"]
    loaded = modules_loaded_by(imports)
    assert "h5py" in loaded
    assert not LARGE & loaded


def test_the_command_that_labels_waits_for_neither_tensorflow_nor_figures():
    tree = ast.parse((SCRIPTS / "label.py").read_text())
    nodes = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    loaded = modules_loaded_by(map(ast.unparse, nodes))
    assert "sklearn" in loaded
    assert not {"tensorflow", "keras", "matplotlib", "snakemake"} & loaded


def test_the_workflow_waits_for_no_large_import():
    # It is read anew at the start of every job on a cluster.
    rules = "\n".join(path.read_text() for path in (ROOT / "rules").glob("*.smk"))
    imports = re.findall(r"^from speechcodes.*$", rules, flags=re.MULTILINE)
    assert len(imports) > 4
    assert not {*LARGE, "h5py"} & modules_loaded_by(imports)


def test_the_environment_of_a_rule_has_what_its_script_imports():
    for name, rule in rules().items():
        _, provided = ENVIRONMENTS[rule.environment]
        lacking = needed_by(rule) - set(provided)
        assert not lacking, f"for {name}, add to envs/{rule.environment}"


def test_an_environment_has_nothing_that_no_script_imports():
    needed = {name: set() for name in ENVIRONMENTS}
    for rule in rules().values():
        needed[rule.environment] |= needed_by(rule)
    needless = {e: set(ENVIRONMENTS[e][1]) - needed[e] for e in needed}
    assert not {name: found for name, found in needless.items() if found}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_an_environment_has_a_supported_python_our_pins_and_no_other_channels(name):
    python, provided = ENVIRONMENTS[name]
    content = yaml.safe_load((ROOT / "envs" / name).read_text())
    assert content["channels"] == ["conda-forge", "nodefaults"]
    assert python in SpecifierSet(PYPROJECT["project"]["requires-python"])
    pinned = {package: PINS[package].specifier for package in provided}
    assert {package: r.specifier for package, r in provided.items()} == pinned


# --- rules ----------------------------------------------------------------------

#: It makes no file, so that it is run each time that it is asked for.
WITHOUT_OUTPUT = {"describe"}
#: What jobs may ask for; the last decides whether to go on, and is no param therefore.
RESOURCES = {"mem_mb", "runtime", "gpu", "max_unusable_share"}


def test_every_script_is_that_of_a_rule_of_its_name():
    found = rules()
    assert len(found) > 10
    scripts = {rule.script for rule in found.values()}
    # One is a command of its own.
    assert {path.stem for path in SCRIPTS.glob("*.py")} == scripts | {"label"}
    # One script draws most figures, one computes functionals in two environments, one
    # looks at nodes, and one trains in rungs and to the end; label.py is the command.
    shared = {"figure", "check_node", "functionals", "gather_labels"}
    shared |= {"train_autoencoder"}
    assert {n for n, rule in found.items() if rule.script not in {n} | shared} == set()


def test_a_rule_says_all_that_it_must():
    for name, rule in rules().items():
        assert re.fullmatch(r"[A-Z].*[^.]\.", rule.docstring.strip(), flags=re.S), name
        assert rule.log.startswith("<logs>/"), name
        if name not in WITHOUT_OUTPUT:
            assert rule.outputs, name
            assert rule.benchmark.startswith("<benchmarks>/"), name
        assert "code" in rule.params, name
        assert set(rule.resources) <= RESOURCES, name


def test_what_a_rule_asks_for_grows_with_each_attempt():
    wildcards = SimpleNamespace(classifier="svm", percentage="10", percentages="0-100")
    for name, rule in rules().items():
        for kind in {"mem_mb", "runtime"} & set(rule.resources):
            first, third = (
                rule.resources[kind](wildcards, input=[], attempt=attempt)
                for attempt in (1, 3)
            )
            assert 0 < 3 * first == third, (name, kind)


def test_the_code_of_a_rule_is_that_of_its_script():
    # Or an edit of the package would rerun the wrong rules.
    for name, rule in rules().items():
        if rule.script != "figure":
            script = SCRIPTS / f"{rule.script}.py"
            assert rule.params["code"] == code_digest.digest(script), name


def test_every_result_is_shown_in_the_report_of_snakemake():
    outputs = {}
    for rule in rules().values():
        outputs |= rule.outputs
    # The numbers of a figure lie beside it.
    for_people = r"<results>/(?!.*figures/.*csv$).*\.(csv|md|html|yaml|svg)"
    assert sum(bool(re.fullmatch(for_people, path)) for path in outputs) > 20
    hidden = {path for path, shown in outputs.items() if not shown}
    assert {path for path in hidden if re.fullmatch(for_people, path)} == {
        # Steps on the way, and what says nothing of the results.
        "<results>/audio/labels_consensus.csv",
        "<results>/rejected_rows.csv",
        "<results>/fold{fold}/roles/{role}.csv",
        "<results>/fold{fold}/autoencoders/{segment}/{autoencoder}/history.csv",
        "<results>/fold{fold}/autoencoders/{segment}/{autoencoder}/trial.csv",
        "<results>/labelled_audio/{shard}.csv",
        "<results>/check_cluster/report.md",
    }


def test_only_training_and_its_check_ask_for_a_gpu():
    asking = {name for name, rule in rules().items() if "gpu" in rule.resources}
    assert asking == {"train_autoencoder", "train_rung", "check_gpu"}


# --- the profile for Slurm ------------------------------------------------------


PROFILE = yaml.safe_load((ROOT / "profiles" / "slurm" / "config.yaml").read_text())


def test_the_profile_groups_rules_that_are_submitted():
    submitted = {name for name, rule in rules().items() if not rule.is_local}
    assert set(PROFILE["groups"]) <= submitted
    assert set(PROFILE["groups"].values()) == set(PROFILE["group-components"])
    # Without a number, each job would be a group of its own.
    assert min(PROFILE["group-components"].values()) > 1000
    # Jobs of a group take turns, so that it is given what one of them needs.
    assert PROFILE["resources"] == {"turn": 1}
    assert PROFILE["set-resource-scopes"] == {"turn": "local"}
    assert PROFILE["default-resources"]["turn"] == 1


def test_the_name_of_a_group_asks_for_wildcards_that_its_rules_have():
    for name, group in PROFILE["groups"].items():
        asked = set(re.findall(r"{(\w+)}", group))
        paths = " ".join(rules()[name].outputs)
        assert asked <= set(re.findall(r"{(\w+)}", paths)), name


def test_what_runs_beside_snakemake_asks_for_nothing():
    local = {name: rule for name, rule in rules().items() if rule.is_local}
    assert local
    for name, rule in local.items():
        assert not rule.resources and rule.threads == 1, name
        assert rule.environment != "autoencoder.yaml" or name == "select_autoencoder"


# --- requirements ---------------------------------------------------------------


@pytest.mark.parametrize("text", [REQUIREMENTS, *OF_EXTRAS.values()])
def test_every_requirement_is_pinned_with_hashes_and_of_no_other_index(text):
    blocks = re.split(r"^(?=\w)", text, flags=re.M)[1:]
    assert len(blocks) == len(re.findall(r"^\w", text, flags=re.M))
    for block in blocks:
        requirement = Requirement(block.splitlines()[0].removesuffix("\\"))
        (specifier,) = requirement.specifier
        assert specifier.operator == "==" and "*" not in specifier.version
        hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})\b", block)
        assert hashes, requirement.name
    assert "://" not in text
    assert set(re.findall(r"(?<!\S)-[-\w]+", text)) == {"--hash"}


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_requirements_satisfy_what_the_project_depends_on(python):
    assert python in SpecifierSet(PYPROJECT["project"]["requires-python"])
    dependencies = PYPROJECT["project"]["dependencies"]
    dependencies = [*dependencies, *PYPROJECT["dependency-groups"]["dev"]]
    environment = {"python_version": python, "python_full_version": f"{python}.0"}
    environment |= {"sys_platform": "linux", "platform_machine": "x86_64"}
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
    declared |= set(EXTRAS)
    # All of the package, since the rules import some of it too.
    needed = set().union(*map(distributions_of, SCRIPTS.rglob("*.py")))
    # Keras comes with TensorFlow, which fits it to itself.
    assert needed - declared == {"keras"}
