# `make lab` and `make test` are all a newcomer needs; both make their own environment in .venv/.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Jupyter wants to be told that root means it.
ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python --constraint constraints.txt

.PHONY: lab test lint fix notebooks constraints clean

lab: $(VENV)/.lab  ## Install, then open JupyterLab on the tutorials, with a registry in .lab/
	mkdir -p .lab
	MODELREG_URI="modelreg:///$(CURDIR)/.lab/registry.duckdb" \
	MLFLOW_TRACKING_URI="sqlite:///$(CURDIR)/.lab/mlflow.db" \
	$(BIN)/jupyter lab --ServerApp.root_dir=notebooks $(ROOT) $(LAB_OPTIONS) notebooks/01_first_model.ipynb

test: $(VENV)/.test lint  ## Install what tests need, then run all of them
	$(BIN)/python -m pytest -n auto --dist loadfile $(TEST_OPTIONS)

lint: $(VENV)/.test  ## Style and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

fix: $(VENV)/.test  ## Mend what can be mended by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

notebooks: $(VENV)/.test  ## Run the tutorials afresh and store their outputs
	$(BIN)/python -m tests.notebooks.refresh

constraints: $(VENV)/.uv  ## Pin today's newest versions of everything
	$(BIN)/uv pip compile --quiet --universal --upgrade --python-version 3.11 --no-header --no-annotate \
		--no-emit-index-url --all-extras --group test --group lint pyproject.toml -o constraints.txt

clean:
	rm -rf $(VENV) .lab build dist

$(VENV)/.uv: constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt uv
	touch $@

$(VENV)/.lab: $(VENV)/.uv pyproject.toml
	$(INSTALL) --editable ".[lab]"
	touch $@

$(VENV)/.test: $(VENV)/.uv pyproject.toml
	$(INSTALL) --editable ".[lab]" --group test --group lint
	touch $@
