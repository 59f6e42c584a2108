# The commands of the project; `make help` lists them.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin

ifdef PORT
export PORT
endif

.PHONY: help run setup setup-test test test-tablets check bench lock clean
.DEFAULT_GOAL := help

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 14

run: setup ## install what is missing and run the product on http://127.0.0.1:8000 (PORT= changes it)
	@$(BIN)/python -m config.supervisor --debug

setup: python
	@$(PYTHON) config/setup.py run

setup-test: python
	@$(PYTHON) config/setup.py test

.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: sudo apt-get install -y python3 python3-venv"; exit 1; }

test: setup-test ## run all tests, the browser tests included
	@$(BIN)/python -m config.quality test

test-tablets: setup-test ## the long form of the tablets' tests: ten of them, 5,000 taps on a line that breaks
	@LONG_TABLETS=1 DJANGO_ALLOW_ASYNC_UNSAFE=1 $(BIN)/python -m pytest tests/e2e/test_tablet_faults.py -s --timeout 3600

check: setup-test ## linters, types, imports, migrations, translations, deployment settings
	@$(BIN)/python -m config.quality check

bench: setup-test ## performance benchmarks, each against its floor (ARGS="-k kills" chooses)
	@$(BIN)/python -m config.quality bench $(ARGS)

# Not by way of setup-test: it would refuse the very mismatch between package.json and its lock that this heals.
lock: python ## write requirements*.txt and package-lock.json anew
	@test -x $(BIN)/uv || $(PYTHON) config/setup.py test
	@$(BIN)/python -m config.quality lock

clean: ## remove what can be made again; data in .data stays
	rm -rf node_modules static/vendor .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .venv
	find . -name __pycache__ -prune -exec rm -rf {} + -o -name '*.mo' -exec rm -f {} +
