# `make lab` and `make test` are all a newcomer needs; both make their own environment in .venv/.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What `make lab` works in: a registry, MLflow's runs, and tutorials to run and to write in.
LAB := .lab
# Jupyter wants to be told that root means it.
ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python --constraint constraints.txt

# Unity Catalog's own client, which asks for older libraries than ours and works with these.
UNITY_CATALOG := unitycatalog-client==0.7.0 aiohttp-retry==2.9.1

# What the panel is built from; a change of any builds it again.
PANEL := hatch_build.py jupyter_modelreg/commands/results/output.css $(shell find labextension/src labextension/style labextension/schema -type f) \
	$(addprefix labextension/,package.json yarn.lock tsconfig.json install.json)
TUTORIALS := $(addprefix $(LAB)/,$(shell find notebooks -name '*.ipynb' -not -path '*/.*' -o -name '*.png'))
# The node of .venv first: the machine need not have one.
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Tests start hundreds of processes. Where this is set, each of them would compile all it imports: three seconds for MLflow.
unexport PYTHONDONTWRITEBYTECODE
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: lab test unit browser chromium bench screenshots lint lint-python lint-panel lint-deploy fix docs notebooks constraints clean

lab: $(VENV)/.lab $(TUTORIALS)  ## Install, then open JupyterLab on copies of the tutorials, with a registry, in .lab/
	MODELREG_URI="modelreg:///$(abspath $(LAB))/registry.duckdb" \
	MLFLOW_TRACKING_URI="sqlite:///$(abspath $(LAB))/mlflow.db" \
	$(BIN)/jupyter lab --ServerApp.root_dir=$(LAB)/notebooks $(ROOT) $(LAB_OPTIONS) $(LAB)/notebooks/01_first_model.ipynb

# JupyterLab saves what is run; a tutorial that has changed since comes beside what was made of the one before.
$(LAB)/%.ipynb: %.ipynb
	@mkdir -p $(@D)
	@test ! -e $@ || mv $@ $(LAB)/$*.$$(date +%Y-%m-%d.%H%M%S).ipynb
	cp $< $@

$(LAB)/%.png: %.png
	@mkdir -p $(@D)
	cp $< $@

# One processor is enough for mypy and for eslint, so they run beside each other and beside the panel's tests.
test: $(VENV)/.test $(VENV)/.panel  ## Install what tests need, then run all of them
	$(MAKE) --jobs=3 lint unit
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(TEST_OPTIONS)
	$(MAKE) browser

unit: $(VENV)/.panel  ## The panel's own tests, without a browser
	cd labextension && jlpm run test

# A run of its own: its event loop and that of the server's tests do not go together.
browser: $(VENV)/.test chromium  ## JupyterLab in a real browser
	$(BIN)/python -m pytest tests/browser -n auto --dist worksteal --timeout 360

chromium:  ## Install the browser that the tests use, where there is none
	@command -v chromium || command -v chromium-browser || command -v google-chrome || \
		{ echo "installing Chromium by apt-get; where that is not to be, install it, or Google Chrome, yourself" && \
		$(SUDO) apt-get update -q && $(SUDO) apt-get install -q -y --no-install-recommends chromium; }

screenshots: $(VENV)/.test  ## Take the pictures in README and the tutorials afresh
	$(BIN)/python -m tests.browser.screenshots

bench: $(VENV)/.test  ## Speed, side by side with MLflow's own store; BENCH_OPTIONS=--quick for a first look
	$(BIN)/python -m benchmarks.speed $(BENCH_OPTIONS)

lint: lint-python lint-panel lint-deploy  ## Style and types

lint-python: $(VENV)/.test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

lint-panel: $(VENV)/.panel
	cd labextension && jlpm run check && jlpm run lint

docs: $(VENV)/.test  ## The documentation, into docs/_build/html; a warning is an error
	$(BIN)/python -m sphinx --fail-on-warning --keep-going -b html docs docs/_build/html

lint-deploy: $(VENV)/.test
	$(BIN)/hadolint deploy/Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec deploy/compose.yaml
	$(BIN)/kubernetes-validate --strict deploy/kubernetes.yaml

fix: $(VENV)/.test $(VENV)/.panel  ## Mend what can be mended by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	cd labextension && jlpm run fix

notebooks: $(VENV)/.test  ## Run the tutorials afresh and store their outputs
	$(BIN)/python -m tests.notebooks.refresh

constraints: $(VENV)/.uv  ## Pin today's newest versions of everything
	$(BIN)/uv pip compile --quiet --universal --upgrade --python-version 3.11 --no-header --no-annotate \
		--no-emit-index-url --all-extras --group test --group lint --group docs pyproject.toml -o constraints.txt

clean:
	rm -rf $(VENV) $(LAB) build dist docs/_build docs/tutorials jupyter_modelreg/labextension labextension/lib labextension/node_modules

$(VENV)/.uv: constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt uv
	touch $@

$(VENV)/.lab: $(VENV)/.uv pyproject.toml $(PANEL)
	$(INSTALL) --reinstall-package jupyter_modelreg --editable ".[lab]"
	touch $@

# The package is built once, for both.
$(VENV)/.test: $(VENV)/.lab
	$(INSTALL) --editable ".[lab]" --group test --group lint --group docs
	$(INSTALL) --no-deps $(UNITY_CATALOG)
	npm install --silent --no-audit --no-fund --prefix $(VENV)/hub configurable-http-proxy@5.3.0
	touch $@

$(VENV)/.panel: $(VENV)/.test labextension/yarn.lock
	cd labextension && jlpm install --immutable
	touch $@
