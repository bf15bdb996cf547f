# Diorama: `make serve` and `make test` are all that a newcomer needs; `make` lists the rest.
# Works with GNU make 3.81, which macOS ships.

PORT ?= 8000
PROJECT ?= examples/payments
JOBS ?= 2
BIN := .venv/bin
LOCKS := requirements/install pyproject.toml

# COVERAGE=1 measures branch coverage, of servers that tests start too; FAST=1 leaves slow tests out.
PYTEST_FLAGS := -n $(JOBS) --dist worksteal
ifdef COVERAGE
PYTEST_FLAGS += --cov --cov-report=term --cov-report=json
endif
ifdef FAST
PYTEST_FLAGS += -m "not slow"
endif

.PHONY: help serve test check format bench docs lock changelog clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

serve: .venv/.serve ## start the example sandbox (PORT=8000, PROJECT=examples/payments)
	@exec $(BIN)/diorama serve $(PROJECT) --port $(PORT)

test: .venv/.dev ## run all tests (ARGS="-k name", FAST=1, COVERAGE=1, JOBS=2)
	@$(BIN)/python -m pytest $(PYTEST_FLAGS) $(ARGS)

# import-linter's cache has missed imports of files that had changed.
check: .venv/.dev ## lint, format, types and layers, without changing a file
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: .venv/.dev ## format the code and apply safe fixes
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.dev ## measure Diorama and its peers side by side
	$(BIN)/python -m benchmarks $(ARGS)

docs: .venv/.dev ## build the documentation into site/
	$(BIN)/mkdocs build --strict --quiet
	@echo "The documentation is in site/index.html"

lock: .venv/.dev ## pin the dependencies of pyproject.toml anew (ARGS=--upgrade)
	requirements/compile $(ARGS)

changelog: .venv/.dev ## show what the next release notes will say
	$(BIN)/towncrier build --draft

clean: ## remove what the tools leave behind, but not .venv
	rm -rf build dist site .coverage .coverage.* coverage.json htmlcov .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Each environment is made when missing and brought up to date when a lock changed.
.venv/.serve: $(LOCKS) requirements/runtime.txt requirements/build.txt
	@requirements/install serve
	@touch $@

.venv/.dev: $(LOCKS) requirements/dev.txt
	@requirements/install dev
	@touch $@ .venv/.serve
