# Two commands are all a fresh machine needs: make demo, make test.

# Snakemake starts no script by such a path.
ifneq (,$(word 2,$(CURDIR))$(findstring ',$(CURDIR)))
$(error the path $(CURDIR) has a space or an apostrophe: move this folder)
endif

PYTHON ?= python3
BIN := .venv/bin
# Test and development tools stand in the same environment as the workflow.
RUN := PATH="$(CURDIR)/$(BIN):$$PATH"

.DEFAULT_GOAL := help
.PHONY: help demo test bench slurm-profile lint format requirements

help:  ## List what make can do
	@awk -F ':.*## ' '/^[^ :]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' Makefile

demo: .venv/installed  ## Run the whole workflow on a small synthetic corpus
	$(RUN) snakemake --cores all --quiet rules

# Tests on Slurm mostly wait, so that two cores have room for a third worker. If one
# crashes, all end: pytest-xdist (3.8) would wait for ever for what it was to run.
test: .venv/installed lint  ## Check the style, and run all tests
	$(RUN) pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder \
	  --max-worker-restart 0

# Speed and memory, on 2 cores in an hour or two, with 20 GB of disk in $TMPDIR. With a
# folder of speech, make bench SPEECH=data/ravdess measures on that, too.
# gpu.py, which needs a GPU, and peers.py, which installs another tool, are run by hand.
MEASURED = measure "features $(SPEECH)" "costs $(SPEECH)" "compression $(SPEECH)" \
  feature_stage training checkpoints experiment intervals forecasting dag

bench: .venv/installed  ## Measure speed and memory anew for performance/RESULTS.md
	for script in $(MEASURED); do set -- $$script; name=$$1; shift; \
	  PYTHONPATH=scripts $(BIN)/python performance/$$name.py "$$@" || exit 1; \
	done > performance/results.part
	cat performance/results.part performance/tried.md > performance/RESULTS.md
	rm performance/results.part

# Where `snakemake --profile slurm` looks for it, whatever folder it is started in.
PROFILES = $(or $(XDG_CONFIG_HOME),$(HOME)/.config)/snakemake

slurm-profile:  ## Have `snakemake --profile slurm` find profiles/slurm
	@if [ -e "$(PROFILES)/slurm" ] && [ ! -L "$(PROFILES)/slurm" ]; then \
	  echo "$(PROFILES)/slurm is there already, and is no link: move it away," \
	    "or use snakemake --profile profiles/slurm"; exit 1; fi
	mkdir -p "$(PROFILES)"
	ln -sfn "$(CURDIR)/profiles/slurm" "$(PROFILES)/slurm"

# A function stands beside the only rule that uses it, which Snakemake would not have.
lint: .venv/installed  ## Check the style of all code
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) snakefmt --check Snakefile rules
	! $(RUN) snakemake --lint 2>&1 | grep '^ *\* ' | grep -v 'Mixed rules and functions'

format: .venv/installed  ## Format all code
	$(RUN) ruff check --fix .
	$(RUN) ruff format .
	$(RUN) snakefmt Snakefile rules

requirements:  ## Pin every requirement anew, with hashes; needs uv
	uv pip compile pyproject.toml --group dev --universal --fork-strategy fewest \
	  --generate-hashes --no-header --output-file requirements.txt
	for extra in opensmile onnxruntime; do echo $$extra | uv pip compile - \
	    --universal --fork-strategy fewest --python-version 3.11 \
	    --constraints requirements.txt \
	    $$(sed -nE 's/^([a-z0-9-]+)==.*/--no-emit-package \1/p' requirements.txt) \
	    --generate-hashes --no-header --output-file requirements-$$extra.txt; done

# Its prerequisites beside the schema are the registries that name what may stand there.
REGISTRIES = $(addprefix scripts/speechcodes/,names.py corpus/readers/registry.py)

config/README.md: config/schemas/config.schema.yaml $(REGISTRIES) .venv/installed  ## Describe all keys
	$(RUN) PYTHONPATH=scripts python -m speechcodes.configuration.documentation $< > $@

# Packages that are installed only where they are asked for, as in EXTRAS=opensmile;
# those that are there stay.
THERE := $(shell cat .venv/installed 2>/dev/null)
EXTRAS ?= $(THERE)
ifneq (,$(filter-out $(THERE),$(EXTRAS)))
.venv/installed: more
endif
more:

.venv/installed: requirements.txt
	@if [ -L .venv ]; then echo ".venv is a link to $$(readlink -f .venv), which would be" \
	    "emptied: install there, or remove the link"; exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo "This needs Python 3.11, 3.12 or 3.13, but $(PYTHON) is" \
	    "$$($(PYTHON) --version 2>&1): try make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --require-hashes --requirement requirements.txt \
	  $(EXTRAS:%=--requirement requirements-%.txt)
	@echo $(EXTRAS) > $@
