# Every target makes .venv by itself. Needed beforehand: Python 3.11 or 3.12, make, git; no compiler.
# `make PYTHON=/path/to/python3.11 test` names the interpreter; `make help` lists the targets.

SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

BIN := .venv/bin
RUNTIME := .venv/installed
DEV := .venv/installed-dev
SPARK := .venv/installed-spark
BENCH := .venv/installed-bench
DEPLOY := .venv/installed-deploy
NATIVE := .venv/installed-native
CRATE := native/Cargo.toml native/Cargo.lock $(wildcard native/src/*.rs native/src/*/*.rs)
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check
# Exactly the files whose digests requirements/ lists, ready-made: nothing is resolved, and nothing of others is run.
BY_LOCK := install --no-deps --require-hashes --only-binary :all:
LOCKED := $(PIP) $(BY_LOCK)
# The checkout itself, both of its distributions, where they stand.
OWN := $(PIP) install --no-deps --no-build-isolation --editable ./proto --editable .
# Tests of one file stay together until a process has nothing left and takes some over: what a module shares is
# made once or twice, and no process waits for the longest file of another. One process more than there are cores:
# a third of a test's time is spent waiting for servers and databases.
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
PYTEST := $(BIN)/python -m pytest -q --numprocesses $(shell expr $(CORES) + 1) --dist worksteal
PYTHONS := python3.11 python3.12 python3 python
BASE ?= main
TARGET ?= cases
SECONDS ?= 60
URL ?= http://localhost:8080
ENGINE ?= docker
PYTHON_IMAGE ?= python:3.11-slim
HELM := helm.sh/helm/v3/cmd/helm@v3.22.0

CHECKS := lint proto-check rules
# The native core is built and tested where cargo is; nothing else waits for it.
ifneq ($(shell command -v cargo),)
CHECKS := $(NATIVE) $(CHECKS)
endif

.PHONY: help demo serve native wheel checks test test-spark test-deploy coverage bench long fuzz openapi-check lint format proto proto-check rules breaking lock upgrade audit sbom dist image sizes install clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-20s %s\n", $$1, $$2}'

demo: $(RUNTIME) ## show the service at work on built-in cases
	$(BIN)/linkage demo

serve: $(RUNTIME) ## serve the packs of rules/ over gRPC
	$(BIN)/linkage serve

# CI takes the time for what a person may leave out.
ifneq ($(CI),)
test: $(DEPLOY) $(if $(shell command -v java),$(SPARK)) audit
endif

native: $(NATIVE) ## build the native core and install it into .venv (takes cargo)

wheel: $(RUNTIME) ## the wheel of the native core, in dist/ (takes cargo)
	$(BIN)/python -m pip wheel --no-deps --wheel-dir dist ./native

# What needs no other of them runs at once, each with its own lines together where this make can do that.
checks: $(DEV) ## what `make test` looks at before the tests: style, types, schemas, packs
	@$(MAKE) --no-print-directory --jobs=$(CORES) $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) $(CHECKS)

test: checks ## every check and test; Spark's and those of packaging where they are installed, and in CI
	$(PYTEST)
	@test -e $(SPARK) || echo "Left out: the tests on Apache Spark (make test-spark; takes Java 17 and 500 MB)."
	@test -e $(DEPLOY) || echo "Left out: some tests of packaging (make test-deploy; takes 250 MB)."
	@command -v javac >/dev/null && command -v mvn >/dev/null || echo "Left out: the examples in Java (take Java 17 and Maven)."
	@command -v node >/dev/null || echo "Left out: the example in Node (takes Node 20)."
	@command -v go >/dev/null || echo "Left out: the example in Go (takes Go 1.25)."
	@$(BIN)/python -c 'import weasyprint' >/dev/null 2>&1 || echo "Left out: the tests of PDFs (take Pango and a Chinese font, on Debian: libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk)."
	@test -e $(NATIVE) || echo "Left out: the tests of the native core (make native; takes cargo)."

test-spark: $(SPARK) ## the tests on Apache Spark (takes Java 17)
	$(PYTEST) tests/bulk/test_spark.py

test-deploy: $(DEPLOY) ## the tests of the image, the chart, the unit, the wheels
	$(PYTEST) tests/deploy

coverage: $(DEV) ## run the tests and show which lines of the code they do not reach (takes twice as long)
	$(PYTEST) --cov --cov-report=term

long: $(DEV) ## what takes hours: the year of 5,000 cases, 200 kills, the register and a province at scale
	$(BIN)/python -m tests.year --cases 5000 --store both --write
	$(BIN)/python -m tests.kills --kills 200 --store both --write
	$(BIN)/python -m tests.bench --only register
	$(BIN)/python -m tests.bench --only province

bench: $(BENCH) ## measure against the other engines (OPTIONS=--quick: see that it works)
	$(BIN)/python -m tests.bench $(OPTIONS)

fuzz: $(DEV) ## any bytes at TARGET (packs, cases, expressions, requests, http1, http2) for SECONDS
	@$(LOCKED) -r requirements/fuzz.txt 2>/dev/null || echo "There is no atheris for this Python: mutations alone."
	$(BIN)/python -m tests.fuzz.driver $(TARGET) --seconds $(SECONDS)

openapi-check: $(DEV) ## try what is described over HTTP at a running service, at length (URL=http://localhost:8080)
	SCHEMATHESIS_HOOKS=tests.server.http.lines_of_json PYTHONPATH=. $(BIN)/python -m schemathesis.cli \
	  --config-file tests/server/http/schemathesis.toml run $(URL)/openapi.json --max-examples 500

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
	$(BIN)/linkage test rules --coverage --min-rules 100 --min-conditions 95 --min-mcdc 75 --min-endings 75
	$(BIN)/linkage coverage --gaps --rules rules

breaking: $(DEV) ## fail where the schemas break clients of branch BASE (main)
	$(BIN)/buf breaking proto --against '.git#branch=$(BASE),subdir=proto'

lock: $(DEPLOY) ## write requirements/ anew from constraints.txt
	$(BIN)/python requirements/lock.py

upgrade: $(DEPLOY) ## the newest versions into constraints.txt and requirements/
	$(BIN)/python requirements/lock.py --upgrade

audit: $(DEPLOY) ## look the versions up among the published vulnerabilities
	$(BIN)/python requirements/audit.py

sbom: $(DEPLOY) ## the bill of materials of the service, CycloneDX, in dist/
	@rm -rf build/sbom && mkdir -p build dist && $(BIN)/python -m venv --without-pip build/sbom
	@$(PIP) --python build/sbom/bin/python $(BY_LOCK) -r requirements/server.txt
	$(BIN)/cyclonedx-py environment --output-reproducible --pyproject pyproject.toml --mc-type application \
	  --output-file dist/linkage-policy.cdx.json build/sbom/bin/python
	@grep -q '"purl": "pkg:pypi/grpcio@' dist/linkage-policy.cdx.json

dist: $(DEV) ## wheels and source distributions of the server and of its client, in dist/
	$(BIN)/python -m hatchling build -d dist
	cd proto && ../$(BIN)/python -m hatchling build -d ../dist

image: ## the container image (ENGINE=podman; PYTHON_IMAGE=python:3.11-slim@sha256:… fixes what it is built on)
	$(ENGINE) build -f deploy/Dockerfile -t linkage --build-arg PYTHON_IMAGE=$(PYTHON_IMAGE) \
	  --build-arg REVISION=$$(git rev-parse HEAD) .

sizes: ## measure what demo and install bring, in a fresh copy, and write it into docs/operations.md
	PIP_NO_CACHE_DIR=1 python3 requirements/sizes.py

install: $(DEV) ## make .venv and stop

# The stamps are written last: an install that fails leaves none and is tried again.
$(RUNTIME): pyproject.toml proto/pyproject.toml requirements/build.txt requirements/server.txt | $(BIN)/python
	@rm -f $@
	@echo "Installing Linkage into .venv (once) ..."
	@$(LOCKED) -r requirements/build.txt -r requirements/server.txt
	@$(OWN)
	@touch $@

$(DEV): $(RUNTIME) requirements/dev.txt requirements/durable.txt
	@rm -f $@
	@echo "Installing what tests and checks need into .venv (once) ..."
	@$(LOCKED) -r requirements/dev.txt
	@$(LOCKED) --no-binary durable-rules --no-build-isolation -r requirements/durable.txt 2>/dev/null || \
	  echo "durable-rules could not be built (it takes a C compiler): its tests will be skipped."
	@touch $@

$(NATIVE): $(RUNTIME) $(CRATE) native/install.py
	@rm -f $@
	@command -v cargo >/dev/null 2>&1 || { echo "The native core takes cargo, and there is none (rustup.rs)." >&2; exit 1; }
	@echo "Building the native core (once, some minutes) ..."
	@PYO3_PYTHON='$(CURDIR)/$(BIN)/python' cargo build --quiet --release --locked --features extension-module \
	  --manifest-path native/Cargo.toml
	@$(BIN)/python native/install.py
	@touch $@

$(SPARK): $(DEV) requirements/spark.txt
	@rm -f $@
	@command -v java >/dev/null 2>&1 || { echo "Apache Spark needs Java 17 or later, and there is no java." >&2; exit 1; }
	@echo "Installing Apache Spark into .venv (once, 500 MB) ..."
	@$(LOCKED) --no-binary pyspark --no-build-isolation -r requirements/spark.txt
	@touch $@

$(BENCH): $(DEV) requirements/bench.txt
	@rm -f $@
	@$(LOCKED) --no-binary durable-rules --no-build-isolation -r requirements/bench.txt
	@touch $@

$(DEPLOY): $(DEV) requirements/deploy.txt
	@rm -f $@
	@echo "Installing what packaging is checked with into .venv (once) ..."
	@$(LOCKED) -r requirements/deploy.txt
	@command -v helm >/dev/null 2>&1 || test -x $(BIN)/helm || { command -v go >/dev/null 2>&1 \
	  && echo "Building helm into .venv (once, some minutes) ..." \
	  && GOBIN='$(CURDIR)/$(BIN)' GOFLAGS= go install $(HELM) 2>/dev/null; } \
	  || echo "There is no helm, and no Go that builds it: the tests of the chart will be skipped."
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
	rm -rf .venv build dist native/target *.egg-info .coverage .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find policy server tests proto -name __pycache__ -type d -prune -exec rm -rf {} +
