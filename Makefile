# What a contributor runs. The same targets are the whole of CI (.ci/run).

PYTHON ?= python3
BIN := .venv/bin
STATIC := src/paydesk/pages/static

# What does not wait for each other runs side by side: pip beside npm, mypy beside tsc.
MAKEFLAGS += --jobs=2

# Without bytecode each of the many servers that the tests start would compile all of Paydesk.
unexport PYTHONDONTWRITEBYTECODE

# Stamps: each is newer than everything that its step was made from.
VENV_READY := .venv/.ready
BYTECODE_READY := .venv/.bytecode-ready
OLD_STRIPE_READY := .venv/old-stripe/.ready
DJANGO_PAYMENTS_READY := .venv/django-payments/.ready
NODE_READY := node_modules/.ready
WEB_READY := $(STATIC)/.ready

PYTHON_SOURCES := $(shell find src -name '*.py')
WEB_SOURCES := $(shell find web -type f 2>/dev/null)
# A worker for each core, with a server, a PostgreSQL and a browser of its own; more than four would
# only wait for each other. Files stay whole and in order: the browser's come last, see conftest.py.
IN_PARALLEL := --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help setup run test check reference format bench soak lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

setup: $(VENV_READY) $(BYTECODE_READY) $(OLD_STRIPE_READY) $(DJANGO_PAYMENTS_READY) $(NODE_READY) $(WEB_READY) ## install what running and testing need

run: $(VENV_READY) $(BYTECODE_READY) $(WEB_READY) ## start the server on http://127.0.0.1:12111
	$(BIN)/paydesk serve

test: setup ## run all tests; ARGS="-k totals" runs some
	@scripts/system-packages chromium postgresql || echo "The tests that drive them are skipped." >&2
	$(BIN)/pytest $(IN_PARALLEL) $(ARGS)

CHECKS := check-types check-format check-lint check-layers check-scripts
.PHONY: $(CHECKS)
$(CHECKS): setup

check: $(CHECKS) ## format, lint, types, layers

check-types:
	$(BIN)/mypy

check-format:
	$(BIN)/ruff format --check

check-lint:
	$(BIN)/ruff check

check-layers:
	$(BIN)/lint-imports --no-logo

check-scripts:
	node_modules/.bin/tsc --noEmit

reference: setup ## write docs/api-reference.md and the tables of docs/compatibility.md from the code
	$(BIN)/python -m paydesk.api.reference > docs/api-reference.md
	$(BIN)/python -m paydesk.api.params.compatibility docs/compatibility.md

format: setup ## rewrite the code in the house's format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: setup ## measure the server beside its peers; ARGS="--quick" takes a glance
	$(BIN)/python -m bench $(ARGS)

soak: setup ## the tests that run for minutes
	$(BIN)/pytest -m soak $(ARGS)

lock: $(VENV_READY) ## compile the locks anew from pyproject.toml and package.json
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
		--no-header --no-emit-index-url --upgrade pyproject.toml --output-file requirements.lock
	npm install --package-lock-only

clean: ## remove everything that setup and the tests made
	rm -rf .venv node_modules $(STATIC) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Paydesk needs Python 3.11 or newer")'
	@PYTHON=$(PYTHON) scripts/system-packages venv
	$(PYTHON) -m venv .venv

# The build backend is one of the locked packages, so nothing unhashed is fetched.
$(VENV_READY): .venv/bin/python requirements.lock pyproject.toml
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# Where Python may not write bytecode itself, a start would take twice as long without.
$(BYTECODE_READY): $(VENV_READY) $(PYTHON_SOURCES)
	$(BIN)/python -m compileall -q src
	@touch $@

# An SDK from before the release trains, beside the current one, for the compatibility tests.
$(OLD_STRIPE_READY): tests/old-stripe.lock $(VENV_READY)
	rm -rf .venv/old-stripe
	$(PIP) install --require-hashes --no-deps --target .venv/old-stripe --requirement tests/old-stripe.lock
	@touch $@

# A shop's payment library that we did not write, with an SDK of its own time.
$(DJANGO_PAYMENTS_READY): tests/django-payments.lock $(VENV_READY)
	rm -rf .venv/django-payments
	$(PIP) install --require-hashes --no-deps --target .venv/django-payments --requirement tests/django-payments.lock
	@touch $@

$(NODE_READY): package.json package-lock.json .npmrc
	npm ci --silent
	@touch $@

$(WEB_READY): $(NODE_READY) scripts/build-web.mjs $(WEB_SOURCES)
	node scripts/build-web.mjs
	@touch $@
