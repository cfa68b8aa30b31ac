# make run   installs what serving needs and serves the help page
# make test  installs the test tools, too, and runs every check
# make train-test  installs torch, too, and runs the tests of training and of encoders of one's own

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CODE := corpus index assistant webui eval

.PHONY: run test train-test lint lock clean

run: $(VENV)/.installed
	@$(BIN)/lotse serve

test: $(VENV)/.installed-test
	@$(MAKE) --no-print-directory chromium lint
	$(BIN)/pytest

train-test: $(VENV)/.installed-test
	@$(BIN)/python -m pip install --disable-pip-version-check -q --no-build-isolation -e '.[train]'
	$(BIN)/pytest tests/test_index_training*.py tests/test_index_sentence_transformer.py

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pydoclint -q $(CODE)
	$(BIN)/lint-imports
	$(BIN)/lotse check --strict

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV) || { echo "Python lacks venv; on Debian run: apt-get install python3-venv"; exit 1; }

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing the run-time packages (once, about a minute) ..."
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -q --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --disable-pip-version-check -q --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.installed-test: requirements-test.lock $(VENV)/.installed
	@echo "Installing the test tools (once) ..."
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -q --require-hashes -r requirements-test.lock
	@touch $@

.PHONY: chromium
chromium:
	@command -v chromium > /dev/null || { \
	  echo "Chromium is missing, installing it from the system's packages ..."; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium > /dev/null; } \
	  || { echo "The browser tests need Chromium. On Debian run: sudo apt-get install chromium"; exit 1; }; }

# Pins every package for all platforms; needs uv.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml --group build -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml --group build --extra test --extra postgresql --extra redis -c requirements.lock -o requirements-test.lock

clean:
	rm -rf $(VENV) build dist
