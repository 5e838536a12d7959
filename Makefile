# Every target makes .venv by itself. Needed beforehand: Python 3.11 or 3.12, make, git; no compiler.
# `make PYTHON=/path/to/python3.11 test` names the interpreter; `make help` lists the targets.

SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

BIN := .venv/bin
RUNTIME := .venv/installed
DEV := .venv/installed-dev
BENCH := .venv/installed-bench
INSTALL := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check install --constraint constraints.txt
# Always with linkage-client of the same checkout, so that no index is asked for a package of that name.
INSTALL += --editable ./proto
# Tests of one file stay together until a process has nothing left and takes some over: what a module shares is
# made once or twice, and no process waits for the longest file of another.
PYTEST := $(BIN)/python -m pytest -q --numprocesses auto --dist worksteal
PYTHONS := python3.11 python3.12 python3 python
BASE ?= main
TARGET ?= cases
SECONDS ?= 60

.PHONY: help demo serve test coverage bench fuzz lint format proto proto-check rules breaking install clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-20s %s\n", $$1, $$2}'

demo: $(RUNTIME) ## show the service at work on built-in cases
	$(BIN)/linkage demo

serve: $(RUNTIME) ## serve the packs of rules/ over gRPC
	$(BIN)/linkage serve

test: lint proto-check rules ## everything that CI runs
	$(PYTEST)

coverage: $(DEV) ## run the tests and show which lines of the code they do not reach (takes twice as long)
	$(PYTEST) --cov --cov-report=term

bench: $(BENCH) ## measure against the other engines (OPTIONS=--quick: see that it works)
	$(BIN)/python -m tests.bench $(OPTIONS)

fuzz: $(DEV) ## any bytes at TARGET (packs, cases, expressions, requests, http2) for SECONDS
	@$(INSTALL) --editable '.[fuzz]' 2>/dev/null || echo "There is no atheris for this Python: mutations alone."
	$(BIN)/python -m tests.fuzz.driver $(TARGET) --seconds $(SECONDS)

lint: $(DEV) ## style, types, import directions, schemas
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/buf lint proto

format: $(DEV) ## rewrite the code in the common style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

proto: $(DEV) ## generate proto/gen from the schemas
	$(BIN)/python proto/generate.py

proto-check: $(DEV) ## fail where proto/gen is stale
	$(BIN)/python proto/generate.py --check

rules: $(DEV) ## check the packs of rules/ and run their tests
	$(BIN)/linkage check rules
	$(BIN)/linkage test rules --coverage --min-rules 100 --min-conditions 95
	$(BIN)/linkage coverage --gaps --rules rules

breaking: $(DEV) ## fail where the schemas break clients of branch BASE (main)
	$(BIN)/buf breaking proto --against '.git#branch=$(BASE),subdir=proto'

install: $(DEV) ## make .venv and stop

# The stamps are written last: an install that fails leaves none and is tried again.
$(RUNTIME): pyproject.toml proto/pyproject.toml constraints.txt | $(BIN)/python
	@rm -f $@
	@echo "Installing Linkage into .venv (once) ..."
	@$(INSTALL) --editable .
	@touch $@

$(DEV): $(RUNTIME)
	@rm -f $@
	@echo "Installing what tests and checks need into .venv (once) ..."
	@$(INSTALL) --editable '.[dev]'
	@$(INSTALL) --editable '.[durable]' 2>/dev/null || \
	  echo "durable-rules could not be built (it takes a C compiler): its tests will be skipped."
	@if command -v java >/dev/null 2>&1; then $(INSTALL) --editable '.[spark]'; else \
	  echo "There is no Java: the tests on Apache Spark will be skipped."; fi
	@touch $@

$(BENCH): $(DEV)
	@rm -f $@
	@$(INSTALL) --editable '.[bench]'
	@touch $@

# A link, with the time of the system's own Python: so others depend on it order-only (after the |).
$(BIN)/python:
	@rm -rf .venv; for python in $(or $(PYTHON),$(PYTHONS)); do \
	  if "$$python" -c 'import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' 2>/dev/null; then \
	    "$$python" -m venv .venv && exit 0; \
	    rm -rf .venv; exit 1; \
	  fi; \
	done; \
	echo "Python 3.11 or 3.12 with its venv module was not found (on Debian: python3.11-venv)." >&2; \
	echo "Install it, or say where it is: make PYTHON=/path/to/python3.11" >&2; exit 1

clean: ## remove .venv, caches and build products
	rm -rf .venv build dist *.egg-info .coverage .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find policy server tests proto -name __pycache__ -type d -prune -exec rm -rf {} +
