# Two commands: `make` runs the published cases, `make test` runs everything that guards them.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin/python
UV := $(shell command -v uv 2>/dev/null)
# The environment knows which folder it was made for: a checkout that was moved is set up again.
READY := $(VENV)/retransfer-ready
# What the benchmarks compare with has an environment of its own, which nothing else uses.
RIVAL_VENV := build/bench/venv
RIVAL_BIN := $(RIVAL_VENV)/bin/python
RIVALS := $(RIVAL_VENV)/ready
ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
MOVED := moved
endif

.PHONY: run test lab site bench mutate lock clean help moved
.DEFAULT_GOAL := run

run: $(READY)  ## set up if needed, run the published cases from their raw tables (this is plain `make`)
	@$(BIN) -m analysis.cli run --all

test: $(READY)  ## set up if needed, run everything that guards the published cases
	$(BIN) -m ruff check .
	$(BIN) -m ruff format --check .
	$(BIN) -m pytest --nbval --numprocesses auto --dist loadgroup tests notebooks

lab: $(READY)  ## open JupyterLab on notebooks/
	$(BIN) -m jupyterlab --ServerApp.root_dir=. --FileContentsManager.preferred_dir=notebooks

site: $(READY)  ## build the readers' site from the published results: build/site/index.html
	@$(BIN) -m analysis.cli site

bench: $(RIVALS)  ## measure speed, and how near rules come to known truth (an hour and a half; installs what it compares with)
	@$(RIVAL_BIN) -m benchmarks.origins
	@$(RIVAL_BIN) -m benchmarks.truth
	@$(RIVAL_BIN) -m benchmarks.registers
	@$(RIVAL_BIN) -m benchmarks.execution

mutate: $(READY)  ## change each operator, constant and number in turn, and see whether the tests notice (an hour or more)
	@$(BIN) -m mutation

lock: pyproject.toml  ## pin the newest versions that pyproject.toml admits (needs uv)
	uv pip compile pyproject.toml --extra test --universal --python-version 3.11 --fork-strategy fewest \
		--generate-hashes --no-header --no-annotate --upgrade --quiet --output-file requirements.lock
	uv pip compile benchmarks/requirements.in --constraint requirements.lock --universal --python-version 3.11 \
		--fork-strategy fewest --generate-hashes --no-header --no-annotate --upgrade --quiet \
		--output-file benchmarks/requirements.lock

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

$(RIVALS): $(READY) benchmarks/requirements.lock
	@echo "Setting up $(RIVAL_VENV) from both locks: the package and what it is compared with (once)"
ifdef UV
	@test -x $(RIVAL_BIN) || $(UV) venv --quiet --python $(BIN) $(RIVAL_VENV)
	@$(UV) pip sync --quiet --python $(RIVAL_BIN) --compile-bytecode --require-hashes requirements.lock benchmarks/requirements.lock
	@$(UV) pip install --quiet --python $(RIVAL_BIN) --no-deps --no-build-isolation --editable .
else
	@test -x $(RIVAL_BIN) || $(BIN) -m venv $(RIVAL_VENV)
	@$(RIVAL_BIN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock -r benchmarks/requirements.lock
	@$(RIVAL_BIN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
endif
	@touch $(RIVALS)
