# Everything a fresh clone needs: `make demo`, `make test`. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO_HOME := .demo
UV_VERSION := 0.13.8

.PHONY: help setup demo test check ui docs dictionary lock benchmark benchmark-jira benchmark-files benchmark-finance benchmark-marts clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'
	@echo
	@echo "  Another Python than python3: make setup PYTHON=python3.12"

setup: $(STAMP) ## make .venv with the locked dependencies; the command is then .venv/bin/pmo

$(STAMP): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "No $(PYTHON) here: install Python 3.11 or newer, or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version 2>&1) is too old: this needs Python 3.11 or newer. Name another: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) has no venv module: install it (Debian, Ubuntu: apt-get install python3-venv), then run make again" >&2; exit 1; }
	@rm -f $(STAMP)
	@echo "setup: virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@echo "setup: installing $$(grep -c '==' requirements.lock) locked packages, hashes checked (a minute or two the first time)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)
	@echo "setup: done, the command is $(BIN)/pmo"

demo: setup ## run the whole path on the made-up company, into .demo/
	@$(BIN)/pmo demo $(DEMO_HOME) || test $$? -eq 3 # 3: done, and the demo has a bad row on purpose

test: setup ## every test, lints included
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder # the order is that of tests/conftest.py

check: setup ## the linters alone: ruff, mypy, import-linter, sqlfluff
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/sqlfluff lint --processes 2 dbt_project/models semantic/models

ui: setup ## Dagster on the demo company, with its Jira running beside it
	@$(BIN)/pmo demo $(DEMO_HOME) --ui

docs: dictionary ## docs/marts.md, and dbt's documentation of the demo (after make demo): .demo/reports/warehouse.html
	@$(BIN)/pmo --home $(DEMO_HOME) docs

dictionary: setup ## docs/marts.md anew, from the contracts of the marts
	@$(BIN)/python -m pipelines.publishing.dictionary

lock: ## resolve requirements.lock again, from pyproject.toml
	@$(PYTHON) -m venv $(VENV)-lock
	@$(VENV)-lock/bin/python -m pip install -qq --disable-pip-version-check uv==$(UV_VERSION)
	@$(VENV)-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-strip-extras --no-annotate --no-emit-index-url --no-emit-find-links \
		--group dev pyproject.toml --upgrade -o requirements.lock

benchmark: setup ## seconds per stage, beside a bare dbt build and a bare start of Dagster
	@$(BIN)/python -m benchmarks.refresh

benchmark-jira: setup ## issues a second and peak memory, beside other clients of Jira (half an hour)
	@$(BIN)/python -m benchmarks.jira

benchmark-files: setup ## cells a second and peak memory of reading files, beside other readers
	@$(BIN)/python -m benchmarks.files

benchmark-finance: setup ## seconds and peak memory of the financial build, beside DuckDB alone (an hour; SHARE=0.1 for less)
	@$(BIN)/python -m benchmarks.finance --share $(or $(SHARE),1)

benchmark-marts: setup ## seconds per layer and peak memory of the whole build (an hour; SHARE="0.01 0.1" for less)
	@$(BIN)/python -m benchmarks.marts --nodes 20 $(if $(SHARE),--share $(SHARE))

clean: ## remove .venv, .demo and caches
	rm -rf $(VENV) $(VENV)-lock $(DEMO_HOME) .pytest_cache .mypy_cache .ruff_cache .hypothesis
