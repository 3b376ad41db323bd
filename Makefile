# Everything is installed into the checkout: Python into .venv, Node packages into
# frontend/node_modules, the AWS emulator into build/. `make help` lists what can be done.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# A Python for which Lambda has a runtime, as the emulator runs functions with it; PYTHON=… chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null && command -v $$p && break; done)
PY := .venv/bin/python
READY := .venv/.installed
# Most of a stack test's time is waiting, so whole files go to several workers, each with a stack of
# its own (tests/workers.py); WORKERS=… says how many, and 0 is none.
WORKERS ?= auto
IN_WORKERS := --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder
# Compiled modules are kept, where an environment asks Python not to, too: without them each worker and
# each command that a test starts compiles everything again, and pytest rewrites 400 files of tests.
export PYTHONPYCACHEPREFIX := $(CURDIR)/build/bytecode
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## Say what each command does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(READY) ## Install everything this needs into the checkout
	@$(PY) -m infra.building.frontend
	@$(PY) -m infra.localstack.emulator

$(READY): requirements.txt requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "Sightline needs Python 3.11 to 3.14: install it, or say PYTHON=/path/to/python3"; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
		2>/dev/null || { echo "Sightline needs Node 20.19 or newer: install it first."; exit 1; }
	@test -x $(PY) || { echo "Making .venv with $$($(PYTHON) --version) …"; $(PYTHON) -m venv .venv; }
	@echo "Installing Python packages …"
	@.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

.PHONY: demo
demo: $(READY) ## Start the local stack with sample data and print where to look
	@$(PY) -m infra.local up --quiet
	@$(PY) -m infra.demo

.PHONY: up
up: $(READY) ## Start the local stack (again: deploy what changed)
	@$(PY) -m infra.local up

.PHONY: down
down: $(READY) ## Stop the local stack; its data stays
	@$(PY) -m infra.local down

.PHONY: status
status: $(READY) ## Say whether the local stack runs, and where
	@$(PY) -m infra.local status

.PHONY: clean
clean: $(READY) ## Stop the local stack and remove its data
	@$(PY) -m infra.local clean

.PHONY: test
test: $(READY) browser ## Run every test: unit, guards, stack, browser, and the front end's own
	@$(PY) -m infra.building.frontend
	@cd frontend && npm run --silent test
	@$(PY) -m pytest $(IN_WORKERS) --durations 20

.PHONY: test-unit test-stack test-browser
test-unit: $(READY) ## Run the quick tests only: unit and guards
	@$(PY) -m pytest tests/unit tests/guards
test-stack: $(READY) ## Run the tests against a private local stack
	@$(PY) -m pytest $(IN_WORKERS) tests/stack
test-browser: $(READY) browser ## Run the tests in Chromium
	@$(PY) -m pytest $(IN_WORKERS) tests/browser

.PHONY: browser
browser: $(READY)
	@$(PY) -m infra.building.browser

.PHONY: lint
lint: $(READY) ## Check style, types, security and licences: ruff, mypy, bandit, licences, cfn-lint, checkov, tsc
	@$(PY) -m infra.lint

.PHONY: bench
bench: $(READY) ## Measure: cold start, package size, asking many owners, search, and how strong the unit tests are
	@$(PY) -m tests.benchmarks
