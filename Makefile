# make demo · make test need only make and Python ≥ 3.11; `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test check lock clean

help:  ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

# `run` is what the command line needs, `dev` adds what tests and checks need.
.venv/run: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "calsieve needs Python 3.11 or newer: make PYTHON=python3.13 …")'
	@test -x $(BIN)/python || { echo "creating .venv"; $(PYTHON) -m venv .venv; }
	@echo "installing what the command line needs"
	@$(BIN)/pip install --quiet --require-hashes -r requirements/run.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: .venv/run requirements/dev.txt
	@echo "installing what tests and checks need"
	@$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

setup: .venv/run  ## leave the command line at .venv/bin/calsieve
	@echo "ready: $(BIN)/calsieve --help"

demo: .venv/run  ## run the main job on a sample calendar, or on yours: make demo URL=https://…
	@$(BIN)/calsieve demo $(if $(URL),--url '$(URL)')

test: .venv/dev  ## the tests that need nothing but Python
	@$(BIN)/pytest -n auto

check: .venv/dev  ## lint, types, import rule, template
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

lock:  ## renew the hash-locked requirement files (needs uv)
	requirements/lock.sh

clean:  ## remove everything that can be made again
	rm -rf .venv .work .aws-sam .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
