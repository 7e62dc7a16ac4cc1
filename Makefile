# Each target sets up what it needs in .venv and node_modules; nothing outside this folder but a browser for tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
WORKERS ?= 3

.PHONY: run test test-fast check lint types js-check docs audit format clean

run: $(VENV)/runtime
	$(BIN)/python -m longformer_viz models --prepare
	$(BIN)/python -m longformer_viz app --port $(PORT)

# One test in a browser asks axe-core, which comes with the JavaScript checks.
test: $(VENV)/development node_modules/.package-lock.json
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

# Without browser, training, and tests that start processes or run pages or models over whole documents.
test-fast: $(VENV)/development
	$(BIN)/python -m pytest -m "not browser and not training and not slow" \
		--numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

check: lint types js-check docs

lint: $(VENV)/development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/development
	$(BIN)/pyright

# Lint, types, unit tests, and whether the committed bundles are those of the source. Needs Node 20.19 or newer.
js-check: node_modules/.package-lock.json
	npm run --silent check

# Strict: a broken link, or a page that is missing or not listed, fails.
docs: $(VENV)/development
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

# Asks the advisory databases of PyPI and npm. A finding that does not concern this project goes into AUDIT_EXCEPTIONS as
# `--ignore-vuln ID`, with its reason in SECURITY.md.
AUDIT_EXCEPTIONS :=
audit:
	$(PYTHON) -m venv .cache/audit
	.cache/audit/bin/pip install --quiet --disable-pip-version-check pip-audit==2.10.1
	.cache/audit/bin/pip-audit --requirement requirements.txt $(AUDIT_EXCEPTIONS)
	npm audit --audit-level=high

format: $(VENV)/development
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) node_modules site .pytest_cache .ruff_cache .hypothesis .cache

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
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null || \
		{ echo "JavaScript checks and browser tests need Node 20.19 or newer with npm. Install Node 20 from https://nodejs.org"; exit 1; }
	npm ci --no-fund --no-audit --loglevel=error
	@touch $@
