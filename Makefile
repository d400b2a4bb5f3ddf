# make demo · make test need only make and Python ≥ 3.11; `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test check build deploy cloud dav-programs interop oracle corpus pages screenshots bench \
	fuzz mutation soak edge lock sbom audit clean

help:  ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

# `run` is what the command line needs, `dev` adds what tests and checks need. pip compiles what it copies, but an
# editable package only when it is first imported, and not at all where PYTHONDONTWRITEBYTECODE is set.
.venv/run: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "calsieve needs Python 3.11 or newer: make PYTHON=python3.13 …")'
	@test -x $(BIN)/python || { echo "creating .venv"; $(PYTHON) -m venv .venv; }
	@echo "installing what the command line needs"
	@$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements/run.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q layers/calsieve
	@touch $@

.venv/dev: .venv/run requirements/dev.txt
	@echo "installing what tests and checks need"
	@$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements/dev.txt
	@touch $@

setup: .venv/run  ## leave the command line at .venv/bin/calsieve
	@echo "ready: $(BIN)/calsieve --help"

# In the environment the address stays out of ps, and needs no quoting for the shell.
ifdef URL
demo: export CALSIEVE_URL = $(value URL)
endif
demo: .venv/run  ## run the main job on a sample calendar, or on yours: make demo URL='https://…'
	@$(BIN)/calsieve demo $(ARGS)

test: .venv/dev  ## the tests that need nothing but Python
	@$(BIN)/pytest -n auto

check: .venv/dev .work/sam/ready  ## lint, types, import rule, template
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python functions/edge/inline.py --check
	@$(SAM) validate --lint --region us-east-1
	@if command -v node >/dev/null; then node --test --test-reporter=dot tests/template/viewer_request.test.mjs; else echo "no node: the edge function's tests are left out"; fi

# Everything of the cloud has a venv of its own in .work, made when first needed. The locks are complete, so pip
# need not resolve (--no-deps); older ones can't resolve extras under --require-hashes.
export SAM_CLI_TELEMETRY := 0
SAM = PATH="$(CURDIR)/.work/sam/bin:$$PATH" .work/sam/bin/sam
PYTHON313 = $(shell for p in python3.13 "$$HOME"/.pyenv/versions/3.13.*/bin/python3.13; do \
	"$$p" -c '' 2>/dev/null && command -v "$$p" && break; done)
ENV ?= dev

.work/sam/ready: requirements/cloud-sam.txt .venv/run
	@echo "installing sam and uv into .work/sam"
	@$(BIN)/python -m venv .work/sam
	@.work/sam/bin/pip install --quiet --no-deps --require-hashes -r $<
	@touch $@

.work/%/ready: requirements/cloud-%.txt
	@test -n "$(PYTHON313)" || { echo "make cloud needs Python 3.13, the version that runs in Lambda: install it (pyenv install 3.13), then try again"; exit 1; }
	@echo "installing the $* into .work/$*"
	@"$(PYTHON313)" -m venv .work/$*
	@.work/$*/bin/pip install --quiet --no-deps --require-hashes -r $<
	@touch $@

build: .work/sam/ready  ## build what is deployed into .aws-sam
	@test -n "$(PYTHON313)" || echo "no Python 3.13 here: the layers hold no bytecode, and functions start 0.3 s later"
	@PYTHON313="$(PYTHON313)" $(SAM) build --parallel

deploy: build  ## deploy to AWS: make deploy, make deploy ENV=prod
	@$(SAM) deploy --config-env $(ENV)
	@echo "now send your feeds: $(BIN)/calsieve push --stack $$(sed -n '/^\[$(ENV)\./,/^$$/s/^stack_name = "\(.*\)"/\1/p' samconfig.toml) feeds.yaml"

cloud: .venv/dev .work/sam/ready .work/emulator/ready .work/runtime/ready  ## deploy to a local AWS emulator and verify
	@$(BIN)/pytest tests/cloud

# Readers of calendars that are not ours: programs of npm and of Debian, and clients with a venv of their own.
define need_foreign
@for program in node npm cc pkg-config; do command -v $$program >/dev/null || { \
	echo "this needs $$program (Debian: apt-get install nodejs npm gcc pkg-config libical-dev)"; exit 1; }; done
@pkg-config --exists libical || { echo "this needs libical's headers (Debian: apt-get install libical-dev)"; exit 1; }
endef

.work/node/ready: tests/interop/package.json tests/interop/package-lock.json
	$(need_foreign)
	@echo "installing ical.js and node-ical into .work/node"
	@mkdir -p .work/node
	@cp tests/interop/package.json tests/interop/package-lock.json .work/node
	@npm --prefix .work/node ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

.work/clients/ready: requirements/interop.txt .venv/run
	@echo "installing vdirsyncer and khal into .work/clients"
	@$(BIN)/python -m venv .work/clients
	@.work/clients/bin/pip install --quiet --no-deps --require-hashes -r $<
	@touch $@

.work/dav/ready: requirements/interop-dav.txt .venv/run
	@echo "installing Radicale and Xandikos into .work/dav"
	@$(BIN)/python -m venv .work/dav
	@.work/dav/bin/pip install --quiet --no-deps --require-hashes -r $<
	@touch $@

# CalDAV servers are two of PyPI and four of Debian; it is said first if one of these is missing.
dav-programs:
	@$(PYTHON) tests/interop/dav/programs.py --explain

interop: dav-programs .venv/dev .work/node/ready .work/clients/ready .work/dav/ready  ## what other readers and clients see is what the source shows
	@$(BIN)/pytest -n 2 --dist loadfile tests/interop

oracle: .venv/dev .work/node/ready  ## hold outputs against sources by three expanders: made-up calendars, written-down rules
	@$(BIN)/pytest tests/oracle

corpus: export CALSIEVE_CORPUS := $(CALSIEVE_CORPUS)
corpus:
	@if test -d "$(CALSIEVE_CORPUS)"; then $(MAKE) --no-print-directory .venv/dev .work/node/ready && $(BIN)/pytest tests/corpus; \
	else echo "no corpus of real calendars here (CALSIEVE_CORPUS names its directory): nothing to do"; fi

# The pages, as a browser shows them. What judges them there is of npm: axe for accessibility, a reader of QR codes.
.work/browser/ready: tests/browser/package.json tests/browser/package-lock.json
	@for program in chromium npm; do command -v $$program >/dev/null || { \
		echo "this needs $$program (Debian: apt-get install chromium npm fonts-inter fonts-texgyre)"; exit 1; }; done
	@echo "installing axe-core and jsQR into .work/browser"
	@mkdir -p .work/browser
	@cp tests/browser/package.json tests/browser/package-lock.json .work/browser
	@npm --prefix .work/browser ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

pages: .venv/dev .work/browser/ready  ## look at the pages in Chromium: on every screen, by axe, with hostile titles
	@$(BIN)/pytest tests/browser

screenshots: .venv/dev .work/browser/ready  ## take the pictures of pages in docs/pages again
	@$(BIN)/python -m tests.browser docs/pages

# Other libraries that read and write calendars, each at the same job as Calsieve.
.work/bench/ready: requirements/bench.txt tests/bench/package.json tests/bench/package-lock.json .venv/run
	$(need_foreign)
	@echo "installing what is measured against into .work/bench"
	@$(BIN)/python -m venv .work/bench/python
	@.work/bench/python/bin/pip install --quiet --no-deps --require-hashes -r $<
	@cp tests/bench/package.json tests/bench/package-lock.json .work/bench
	@cd .work/bench && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

bench: .venv/dev .work/bench/ready  ## measure against other libraries: make bench, make bench EVENTS=100000
	@$(BIN)/python -m tests.bench $(if $(EVENTS),--events $(EVENTS)) $(if $(ONLY),--only $(ONLY)) $(ARGS)

# atheris comes with its own libFuzzer; its wheels are for Linux.
.work/fuzz/ready: requirements/fuzz.txt requirements/dev.txt
	@test -n "$(PYTHON313)" || { echo "make fuzz needs Python 3.13: install it (pyenv install 3.13), then try again"; exit 1; }
	@echo "installing atheris into .work/fuzz"
	@"$(PYTHON313)" -m venv .work/fuzz/python
	@.work/fuzz/python/bin/pip install --quiet --no-deps --require-hashes -r requirements/dev.txt -r requirements/fuzz.txt
	@touch $@

fuzz: .work/fuzz/ready  ## feed the core what nobody thought of: make fuzz, make fuzz TIME=3600 TARGETS='repair xml'
	@PYTHONPATH=layers/calsieve nice .work/fuzz/python/bin/python -m tests.fuzz $(TARGETS) $(if $(TIME),--seconds $(TIME))

mutation: .venv/dev  ## which small faults in the core no test notices: make mutation MODULES=core/cut.py SAMPLE=60
	@nice $(BIN)/python -m tests.mutation $(MODULES) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED))

soak: .venv/dev  ## many feeds, many refreshes, a bad upstream, killed runs: make soak FEEDS=200 ROUNDS=200 (2,000 feeds: an hour of one core)
	@nice $(BIN)/python -m tests.load.soak $(if $(FEEDS),--feeds $(FEEDS)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SEED),--seed $(SEED))

edge: .venv/run  ## copy the edge function into the template
	@$(BIN)/python functions/edge/inline.py

lock:  ## renew the hash-locked requirement files (needs uv)
	requirements/lock.sh

sbom: .venv/run  ## list all that the project is made of (CycloneDX), from the lock files: .work/sbom.cdx.json
	@$(BIN)/python -m requirements.sbom .work/sbom.cdx.json

.work/audit/ready: requirements/audit.txt .venv/run
	@echo "installing pip-audit into .work/audit"
	@$(BIN)/python -m venv .work/audit
	@.work/audit/bin/pip install --quiet --no-deps --require-hashes -r $<
	@touch $@

audit: .venv/run $(if $(OFFLINE),,.work/audit/ready)  ## is every dependency pinned, and are flaws known of it: make audit, make audit OFFLINE=1
	@$(BIN)/python -m requirements.audit $(if $(OFFLINE),,.work/audit/bin/pip-audit)

clean:  ## remove everything that can be made again
	rm -rf .venv .work .aws-sam .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .mutation
