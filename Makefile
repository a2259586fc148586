# The commands of this project. `make` alone lists them.

PORT ?= 8000
DATA ?= $(CURDIR)/data
ARGS ?=
BIN := .venv/bin

# What an operator has set for a site of theirs must not leak into a demonstration or a test.
OWN := env -u DATABASE_URL -u DATABASE_URL_FILE

# A process for each processor; whoever has no more tests takes some of another's.
AT_ONCE := --numprocesses auto --maxprocesses 4 --dist worksteal

# Settings are made from the options and want a data folder; a check gets one of its own.
CHECKED := $(OWN) BROADSHEET_DATA="$(CURDIR)/build/check" \
	DJANGO_SETTINGS_MODULE=broadsheet.project.settings

.PHONY: help setup setup-dev demo test check bench bench-peers eval soak docs clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-11s %s\n", $$1, $$2}' Makefile

setup: ## Install Broadsheet into .venv
	@scripts/setup.sh requirements.lock

setup-dev: setup
	@scripts/setup.sh requirements-dev.lock

demo: setup ## Load the starter edition and serve it on http://127.0.0.1:8000 (PORT=, DATA=)
	@exec $(OWN) BROADSHEET_DATA="$(DATA)" $(BIN)/broadsheet demo --port $(PORT)

test: setup-dev ## Run the tests (ARGS= are passed to pytest)
	$(OWN) env -u BROADSHEET_TEST_DATABASE_URL $(BIN)/pytest $(AT_ONCE) $(ARGS)
ifeq ($(ARGS),)
	@if [ -n "$$BROADSHEET_TEST_DATABASE_URL" ]; then \
		echo "The db ring once more, on PostgreSQL:"; $(OWN) $(BIN)/pytest $(AT_ONCE) tests/db; \
	else \
		echo "Skipped: the db ring on PostgreSQL; set BROADSHEET_TEST_DATABASE_URL to run it"; \
		[ -z "$$CI" ]; \
	fi
endif

check: setup-dev ## Lint, format, types, import contracts, migrations, documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(CHECKED) $(BIN)/mypy
	$(BIN)/lint-imports
	$(CHECKED) $(BIN)/django-admin makemigrations --check --dry-run
	$(BIN)/python scripts/write_docs.py --check
	$(BIN)/python scripts/check_docs.py

docs: setup-dev ## Write the generated pages of docs/ anew
	$(BIN)/python scripts/write_docs.py

bench: setup-dev ## Measure, and write docs/performance.md
	$(OWN) $(BIN)/python benchmarks/run.py $(ARGS)

bench-peers: ## Measure search beside other engines (ARGS=--help); they get .venv-bench
	@scripts/setup.sh requirements-bench.lock .venv-bench
	$(OWN) PYTHONPATH=benchmarks .venv-bench/bin/python -m peers $(ARGS)

eval: setup-dev ## Measure how good search and merging are; fails where a score changed (ARGS=--update accepts)
	$(OWN) $(BIN)/python evals/run.py $(ARGS)
	$(OWN) $(BIN)/python evals/merging.py

soak: setup-dev ## Run every round of the fault tests
	$(OWN) BROADSHEET_TEST_ROUNDS=all $(BIN)/pytest tests/fault $(ARGS)

clean: ## Remove what was installed and cached; data/ stays
	rm -rf .venv .venv-bench build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests benchmarks scripts -name __pycache__ -type d -prune -exec rm -rf {} +
