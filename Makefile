# Every target does its own set-up. `make` alone lists them.
# Needs: Python 3.11 to 3.13, make, and the package registries. As root on Debian it installs the browser
# and fonts itself; elsewhere it says what is missing and the command that installs it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO ?= .demo
ROWS ?= 0
BENCH := .venv-bench
BENCH_ROWS ?= 1000000
BENCH_ROUNDS ?= 7
BENCH_ONLY ?=
PROCESSES ?= 2
SERVERS := commands engines history odata spread ways_in webhook

.PHONY: bench-functional bench-load bench-reconcile bench-verdict bench-verify help setup machine demo demo-down lint qualify-functional qualify-interruption \
  qualify-load qualify-statistics qualify-ux cached-pair checked test test-data test-functional test-load \
  test-offline test-verdict test-pair test-servers test-ux lock clean

help:  ## list the targets
	@grep -hE '^[a-z][a-z -]*:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "Python 3.11, 3.12 or 3.13 is needed; set PYTHON=python3.11 (Debian: apt-get install -y python3)"; exit 4; }
	@tools/machine python-venv $(PYTHON)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.5'
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@$(BIN)/python -m compileall -q harness
	@touch $@

setup: $(STAMP)  ## install the harness and everything it needs into .venv

machine:  ## install, or name, what pip cannot bring: a browser and a font for Chinese
	@tools/machine browser
	@tools/machine fonts

demo: setup machine  ## bring up a real ERP before and after its upgrade, and judge the upgrade
	@$(BIN)/harness demo --folder $(DEMO) --rows $(ROWS)

demo-down: setup  ## stop the demo's servers
	@$(BIN)/harness demo down --folder $(DEMO)

lint: setup  ## format, lint, types and layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

test-offline: setup  ## the offline tests: what bare pytest runs, and whole commands
	@$(BIN)/python -m pytest -q --end-to-end --thorough -n $(PROCESSES) --dist worksteal --durations=5

test-servers: setup  ## the tests on real databases and clusters, without an ERP
	@tools/machine mariadb
	@$(BIN)/python -m pytest -q $(SERVERS:%=tests/integration/test_%.py) --real-pair --durations=5

cached-pair: setup  ## build the two systems of the demo, unless they are in the cache
	@$(BIN)/harness demo up --folder .demo/tests > /dev/null
	@$(BIN)/harness demo down --folder .demo/tests > /dev/null

test-pair: setup machine  ## the tests on the real ERP pair
	@$(BIN)/python -m pytest -q tests/integration $(SERVERS:%=--ignore=tests/integration/test_%.py) \
	  --real-pair --durations=10

qualify-functional qualify-load qualify-ux qualify-interruption: qualify-%: setup machine  ## longer proofs of one area on the real pair
	@$(BIN)/python -m pytest -q tests/integration/test_$*.py --real-pair --qualify --durations=10 -rP

qualify-statistics: setup  ## error rates and power of the decision procedure, over thousands of simulated runs
	@$(BIN)/python -m pytest -q tests/statistics tests/performance -m qualify --qualify --end-to-end

test-data: setup machine  ## planted data defects, and what fools comparisons, on real databases
	@$(BIN)/python -m pytest -q tests/integration/test_data_defects.py tests/reconcile/test_traps_postgres.py \
	  --real-pair --qualify --durations=5

test-load: setup machine  ## planted defects of performance, on the real pair
	@$(BIN)/python -m pytest -q tests/integration/test_load*.py tests/integration/test_batches.py tests/integration/test_kpis.py \
	  --real-pair --qualify --durations=5

test-ux: setup machine  ## tasks in the web client and planted defects of it, on the real pair
	@tools/machine firefox
	@$(BIN)/python -m pytest -q tests/integration/test_ux*.py --real-pair --qualify --durations=5

test-functional: setup machine  ## planted functional defects, on the real pair
	@$(BIN)/python -m pytest -q tests/integration/test_functional_*.py tests/integration/test_rights.py \
	  --real-pair --qualify --durations=5

test-verdict: setup  ## the properties of the verdict and damage to run directories, 10,000 random cases of each
	@$(BIN)/python -m pytest -q tests/gate/test_verdict_properties.py tests/evidence/test_verification.py \
	  --thorough --cases 10000 -n 2 --dist worksteal --durations=5

test: setup machine  ## everything that must pass before a change lands
	@$(MAKE) --no-print-directory --output-sync=target -j2 cached-pair checked
	@$(MAKE) --no-print-directory test-pair

checked: setup
	@$(MAKE) --no-print-directory -j1 PROCESSES=1 lint test-offline test-servers  # the other core builds the pair

bench-reconcile: setup  ## how fast data is compared, against every rival that installs and the limits
	@test -x $(BENCH)/bin/python || $(BIN)/uv venv --quiet --python $(BIN)/python $(BENCH)
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BENCH)/bin/python --editable . --group bench
	@$(BENCH)/bin/python -m benchmarks.reconcile --rows $(BENCH_ROWS) --rounds $(BENCH_ROUNDS) $(BENCH_ONLY) \
	  --json $(BENCH)/reconcile-$(BENCH_ROWS).json

bench-functional: setup machine  ## flows with one process and with two, and 20 roles on 100 models, on the real pair
	@$(BIN)/python -m benchmarks.functional

bench-load: setup  ## requests a second of one generator, against plain Locust's own users
	@$(BIN)/python -m benchmarks.load

bench-verdict: setup  ## seconds and memory of judging and reporting 5,000 checks with 100,000 findings
	@$(BIN)/python -m benchmarks.verdict

bench-verify: setup  ## seconds of verifying 100 MB of evidence
	@$(BIN)/python -m benchmarks.verdict --findings 115000 --only verify

lock:  ## renew requirements.lock from pyproject.toml
	@$(BIN)/uv pip compile --quiet pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
	  --no-header --generate-hashes --output-file requirements.lock

clean: demo-down  ## remove the environment and the demo; the cache in your home folder stays
	@rm -rf $(VENV) $(BENCH) $(DEMO)
