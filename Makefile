# Two commands are enough: `make run` to use it, `make test` to check it. `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help run demo test lint types contract unit packages bench trial-mail trial-year pictures templates catalogs lock wheel clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AXE := tests/axe/node_modules/.package-lock.json
PIP := $(BIN)/pip --disable-pip-version-check --no-input install --quiet

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

$(VENV)/.run: requirements.lock pyproject.toml
	@echo "Installing what is needed into $(VENV) (once, about a minute) …"
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

run: $(VENV)/.run ## the real site on http://127.0.0.1:8000
	$(BIN)/tracker up

demo: $(VENV)/.run ## an invented quarter in mid-flight, in var/demo
	$(BIN)/tracker demo

# The accessibility checker of the browser tests, by npm; without npm its test says that it did not run.
$(AXE): tests/axe/package-lock.json
	@if command -v npm >/dev/null; then npm ci --prefix tests/axe --ignore-scripts --no-audit --no-fund --loglevel=error; \
	  else echo "!!! npm is not installed, so axe does not look at the pages" >&2; fi

test: packages $(VENV)/.dev lint types contract unit ## everything that must be green

packages:
	@sh tests/debian-packages.sh

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .

types: $(VENV)/.dev
	$(BIN)/mypy

contract: $(VENV)/.dev
	$(BIN)/lint-imports

unit: $(VENV)/.dev $(AXE)
	$(BIN)/pytest -q -n 2 --dist loadfile

bench: $(VENV)/.dev ## times and peak memory, beside peers in the same run
	$(BIN)/python tests/bench/run.py
	$(BIN)/python -m tests.bench.sheets
	$(BIN)/python -m tests.bench.files
	$(BIN)/python -m tests.bench.mail
	$(BIN)/python -m tests.bench.board
	$(BIN)/python -m tests.bench.search
	$(BIN)/python -m tests.bench.web

trial-mail: $(VENV)/.dev ## kills the mail worker 200 times at every step (KILLS=n), then several workers at once
	$(BIN)/python -m tests.trials.kill_mail

trial-year: $(VENV)/.dev ## two years of the whole list, day by day (some minutes)
	$(BIN)/pytest -q -m trial tests/trials/test_year.py

pictures: $(VENV)/.dev ## the pictures in docs/pictures, made anew
	$(BIN)/python -m tests.pictures.annex docs/pictures
	$(BIN)/python -m tests.pictures.form docs/pictures
	$(BIN)/python -m tests.pictures.accounts docs/pictures
	$(BIN)/python -m tests.pictures.pages

templates: $(VENV)/.dev ## the packaged Word templates, from their script
	$(BIN)/python -m tests.pictures.word_templates templates/reports

catalogs: $(VENV)/.dev ## collects the texts to translate into tracker/locale
	$(BIN)/pybabel -q extract -F pyproject.toml -k mark -k say -k note -k working -k progress:2 -k _ \
	  --no-location --omit-header -o $(VENV)/tracker.pot .
	$(BIN)/pybabel -q update --init-missing --no-fuzzy-matching --ignore-pot-creation-date --ignore-obsolete \
	  -w 100 -D tracker -l en -d tracker/locale -i $(VENV)/tracker.pot

lock: ## the hashed locks, without addresses (needs uv)
	uv pip compile --quiet --generate-hashes --universal -p 3.11 --no-emit-index-url --no-header \
	  pyproject.toml --group build -o requirements.lock
	uv pip compile --quiet --generate-hashes --universal -p 3.11 --no-emit-index-url --no-header \
	  pyproject.toml --group build --group dev --extra chat -c requirements.lock -o requirements-dev.lock

wheel: $(VENV)/.run ## dist/*.whl, which holds templates and lists
	$(BIN)/pip --disable-pip-version-check wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

clean: ## removes the virtual environment, never the data in var/
	rm -rf $(VENV) tests/axe/node_modules dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
