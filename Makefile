# The two commands of the README: make demo, make test.
# Needs Python 3.11 or later, make and a C compiler. Another Python: make test PYTHON=python3.12

PYTHON ?= python3
VENV   ?= .venv
JOBS   ?= 2
PYTEST ?= -q -n $(JOBS)

BIN  := $(VENV)/bin
PIP  := $(BIN)/python -m pip -qq --disable-pip-version-check
LOCK := $(PIP) install --no-deps --require-hashes --no-build-isolation

.DEFAULT_GOAL := help
.PHONY: help demo test lint rules bench wheel lock clean
.DELETE_ON_ERROR:

help:
	@echo "make demo    checks the transactions in fixtures/ and shows why each may go or not"
	@echo "make test    runs all that CI runs: lint, types, cases of the rules, tests"
	@echo "make bench   measures, and prints ratios"
	@echo "make wheel   builds dist/*.whl and dist/*.tar.gz"
	@echo "make lock    resolves requirements/*.lock anew (needs uv)"
	@echo "make clean   removes what these made"

# The environment is made anew when what it was made from changes.
$(VENV)/run.stamp: requirements/build.lock requirements/run.lock pyproject.toml hatch_build.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "exportcheck needs Python 3.11 or later; name one: make PYTHON=python3.12")'
	@echo "making $(VENV) (about a minute)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(LOCK) -r requirements/build.lock
	@$(LOCK) -r requirements/run.lock
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.lock
	@echo "adding the tools for development"
	@$(LOCK) -r requirements/dev.lock
	@touch $@

$(VENV)/bench.stamp: $(VENV)/run.stamp requirements/bench.lock
	@echo "adding the engines to compare with"
	@$(LOCK) -r requirements/bench.lock
	@touch $@

demo: $(VENV)/run.stamp
	@$(BIN)/exportcheck check --exit-zero fixtures/*.yaml

lint: $(VENV)/dev.stamp
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { $(BIN)/ruff format --check .; exit 1; }
	@$(BIN)/mypy --no-error-summary

rules: $(VENV)/run.stamp
	@$(BIN)/exportcheck rules test

# One after the other, the tests last, so that their summary is the last thing to read.
test: $(VENV)/dev.stamp
	@echo "lint and types"
	@$(MAKE) --no-print-directory lint
	@echo "cases of the rules"
	@$(MAKE) --no-print-directory rules
	@echo "tests"
	@$(BIN)/python -m pytest $(PYTEST)

bench: $(VENV)/bench.stamp
	@$(BIN)/python bench/run.py

wheel: $(VENV)/dev.stamp
	@rm -rf dist
	@$(BIN)/python -m build --quiet --no-isolation --outdir dist . > /dev/null
	@ls dist/*

# Each lock is a subset of dev.lock or agrees with it, so that they can be laid over one another.
UV_COMPILE = uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate
lock:
	@$(UV_COMPILE) $(LOCK_FLAGS) requirements/build.in --output-file requirements/build.lock
	@$(UV_COMPILE) $(LOCK_FLAGS) --extra dev --constraints requirements/build.lock pyproject.toml --output-file requirements/dev.lock
	@$(UV_COMPILE) $(LOCK_FLAGS) --constraints requirements/dev.lock pyproject.toml --output-file requirements/run.lock
	@$(UV_COMPILE) $(LOCK_FLAGS) --extra bench --constraints requirements/dev.lock pyproject.toml --output-file requirements/bench.lock

clean:
	@rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
