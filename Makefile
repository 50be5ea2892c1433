# Everything a person does with this tree. Needs GNU make, git and Python 3.11 or newer.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := uv==0.13.8
# Wheels alone: building a source distribution would fetch unhashed build tools and run them.
PIP    := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-compile \
          --require-hashes --only-binary :all:
LOCK    = $$tmp/bin/uv pip compile pyproject.toml --no-config --quiet --universal --python-version 3.11 \
          --generate-hashes --no-header --no-annotate --upgrade --exclude-newer "$$week_ago"

.DEFAULT_GOAL := help
.PHONY: help run test check lint bench lock image clean

help:  ## Show what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name what; do \
		printf '  make %-6s %s\n' "$$name" "$$what"; done

# On a terminal the process gets its own group, so that Ctrl-C ends Parley and not make.
run: $(VENV)/.runtime  ## Start Parley: the web chat, and every platform that has a token
	@if [ -t 0 ]; then set -m; fi; $(BIN)/python -m bot run

# Four workers even on two cores: many tests wait for clocks, sockets and processes that are killed.
# In the order of tests/conftest.py, the longest files first; by itself xdist begins files of few tests last.
test: $(VENV)/.development  ## Run the tests (ARGS="-k name" for some of them)
	@$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder $(ARGS)

check: lint test  ## Lint, types, import contracts and tests

lint: $(VENV)/.development  ## Lint, types and import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.development  ## Print the table of times (ARGS="turns --times 3" for some of it)
	@$(BIN)/python -m tests.bench $(ARGS)

lock:  ## Lock the newest dependencies that are at least seven days old
	@set -e; tmp="$$(mktemp -d)"; trap 'rm -rf "$$tmp"' EXIT; $(PYTHON) -m venv "$$tmp"; \
	"$$tmp/bin/pip" install -qq --disable-pip-version-check --only-binary :all: $(UV); \
	week_ago="$$($(PYTHON) -c 'from datetime import *; print(date.today() - timedelta(7))')"; \
	$(LOCK) --group dev --output-file requirements-dev.lock; \
	$(LOCK) --constraints requirements-dev.lock --output-file requirements.lock

image:  ## Build the container image
	docker build --tag parley .

clean:  ## Remove everything that was made, except data/
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find bot adapters migrations tests -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Parley needs Python 3.11 or newer; $(PYTHON) is another. Try: make $(MAKECMDGOALS) PYTHON=python3.13" >&2; \
		exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		echo "Python could not make a virtual environment. On Debian: apt install python3-venv" >&2; \
		rm -rf $(VENV); exit 1; }

# A stamp is newer than its lock when everything in the lock is installed.
$(VENV)/.runtime: requirements.lock | $(BIN)/python
	@echo "Setting up (once, about half a minute)…"
	@$(PIP) -r requirements.lock
	@printf '#!/bin/sh\nPYTHONPATH="%s" exec "%s" -m bot "$$@"\n' "$(CURDIR)" "$(CURDIR)/$(BIN)/python" >$(BIN)/parley
	@chmod +x $(BIN)/parley
	@touch $@

$(VENV)/.development: requirements-dev.lock $(VENV)/.runtime
	@echo "Setting up the tools for development (once, about half a minute)…"
	@$(PIP) -r requirements-dev.lock
	@touch $@
