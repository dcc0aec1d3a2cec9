# Two commands: `make` runs the published cases, `make test` runs everything that guards them.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin/python
UV := $(shell command -v uv 2>/dev/null)
# The environment knows which folder it was made for: a checkout that was moved is set up again.
READY := $(VENV)/retransfer-ready
# What benchmarks compare with, what runs the parsers on any bytes, what asks for vulnerabilities: an environment each.
BENCH := build/venv-benchmarks
FUZZ := build/venv-fuzz
AUDIT := build/venv-advisories
ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
MOVED := moved
endif

.PHONY: run test lab hooks site bench faults fuzz mutate audit lock clean help moved
.DEFAULT_GOAL := run

run: $(READY)  ## set up if needed, run the published cases from their raw tables (this is plain `make`)
	@$(BIN) -m analysis.cli run --all

test: $(READY)  ## set up if needed, run everything that guards the published cases
	$(BIN) -m ruff check .
	$(BIN) -m ruff format --check .
	$(BIN) -m pytest --nbval --numprocesses auto --dist loadgroup tests notebooks

lab: $(READY)  ## open JupyterLab at notebooks/start.ipynb
	$(BIN) -m jupyterlab notebooks/start.ipynb --ServerApp.root_dir=. --FileContentsManager.preferred_dir=notebooks

hooks: $(READY)  ## have each commit checked (.pre-commit-config.yaml), and `git diff` show notebooks as words
	@$(BIN) -m pre_commit install
	@git config diff.ipynb.textconv "$(VENV)/bin/retransfer text"
	@git config diff.ipynb.xfuncname "^== .*"

site: $(READY)  ## build the readers' site from the published results: build/site/index.html
	@$(BIN) -m analysis.cli site

bench: $(BENCH)/ready  ## measure speed, and how near rules come to known truth (an hour and a half; installs what it compares with)
	@$(BENCH)/bin/python -m benchmarks.origins
	@$(BENCH)/bin/python -m benchmarks.truth
	@$(BENCH)/bin/python -m benchmarks.registers
	@$(BENCH)/bin/python -m benchmarks.execution

faults: $(READY)  ## strike a run in six ways at every moment when it changes a file (an hour)
	@$(BIN) -m tests.faults

fuzz: $(FUZZ)/ready  ## look for bytes that any parser stumbles over, a minute each; keeps what it learns (installs atheris)
	@$(FUZZ)/bin/python -m fuzz

audit: $(AUDIT)/ready  ## ask PyPI whether any pinned package has a known vulnerability (installs pip-audit; needs the network)
	@for lock in requirements.lock */requirements.lock; do \
		$(AUDIT)/bin/pip-audit --requirement $$lock --disable-pip --require-hashes --strict --progress-spinner off || exit 1; done

mutate: $(READY)  ## change each operator, constant and number in turn, and see whether the tests notice (an hour or more)
	@$(BIN) -m mutation

lock: pyproject.toml  ## pin the newest versions that pyproject.toml admits (needs uv)
	uv pip compile pyproject.toml --extra test --universal --python-version 3.11 --fork-strategy fewest \
		--generate-hashes --no-header --no-annotate --upgrade --quiet --output-file requirements.lock
	for part in benchmarks fuzz advisories; do \
		uv pip compile $$part/requirements.in --constraint requirements.lock --universal --python-version 3.11 \
			--fork-strategy fewest --generate-hashes --no-header --no-annotate --upgrade --quiet \
			--output-file $$part/requirements.lock || exit 1; done

clean:  ## remove the environment and everything under build/; never touches data/ or notebooks/
	rm -rf .venv build .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -not -path './data/*' -prune -exec rm -rf {} +

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-6s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.lock pyproject.toml $(MOVED)
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
		|| { echo "retransfer needs Python 3.11, 3.12 or 3.13; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12"; exit 1; }
	@echo "Setting up $(VENV) from requirements.lock (once; a few minutes at most)"
ifdef UV
	@test -x $(BIN) || $(UV) venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV)
	@$(UV) pip sync --quiet --python $(BIN) --compile-bytecode --require-hashes requirements.lock
	@$(UV) pip install --quiet --python $(BIN) --no-deps --no-build-isolation --editable .
else
	@test -x $(BIN) || $(PYTHON) -m venv $(VENV)
	@$(BIN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
endif
	@echo "$(CURDIR)" > $(READY)

build/venv-%/ready: $(READY) %/requirements.lock
	@echo "Setting up $(@D): the package, and what $*/ needs (once)"
ifdef UV
	@test -x $(@D)/bin/python || $(UV) venv --quiet --python $(BIN) $(@D)
	@$(UV) pip sync --quiet --python $(@D)/bin/python --compile-bytecode --require-hashes requirements.lock $*/requirements.lock
	@$(UV) pip install --quiet --python $(@D)/bin/python --no-deps --no-build-isolation --editable .
else
	@test -x $(@D)/bin/python || $(BIN) -m venv $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock -r $*/requirements.lock
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
endif
	@touch $@
