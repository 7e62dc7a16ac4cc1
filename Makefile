# `make run` and `make test` set up all that they need in .venv; nothing outside this folder but a browser for tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
WORKERS ?= 2

.PHONY: run test lint js-check format clean

run: $(VENV)/runtime
	$(BIN)/python -m longformer_viz models --prepare
	$(BIN)/python -m longformer_viz app --port $(PORT)

test: $(VENV)/development
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

lint: $(VENV)/development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# Lint, types, unit tests, and whether the committed bundles are those of the source. Needs Node 20.19 or newer.
js-check: node_modules/.package-lock.json
	npm run --silent check

format: $(VENV)/development
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) node_modules .pytest_cache .ruff_cache .hypothesis .cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python must be 3.11 or newer; $(PYTHON) is `$(PYTHON) --version`. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/runtime: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/development: requirements-dev.txt requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/runtime

node_modules/.package-lock.json: package.json package-lock.json .npmrc
	npm ci --no-fund --no-audit --loglevel=error
	@touch $@
