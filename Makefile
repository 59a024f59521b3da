.DEFAULT_GOAL := help
.PHONY: help run check screenshots test test-debian fuzz lint texts lock audit clean clean-all

VENV := .venv
BIN := $(VENV)/bin
# The first interpreter that is new enough: python3, then a versioned one.
PYTHON ?= $(shell for name in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$name; break; }; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.run ## Install, fill the database with the reference history and serve it
	$(BIN)/grilse demo

test: $(VENV)/.test lint ## Install, then check style, types and imports, and run every test
	$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile

fuzz: $(VENV)/.test ## Send 20,000 generated requests to the API, enter 50,000 random histories, read random files; kill updates; cut lines of phones
	GRILSE_FUZZ_CASES=20000 $(BIN)/python -m pytest tests/integration/api/test_fuzz.py
	GRILSE_FUZZ_CASES=50000 $(BIN)/python -m pytest tests/integration/stock/test_order_of_entry.py
	GRILSE_FUZZ_SECONDS=600 $(BIN)/python -m pytest -s tests/unit/textfiles/test_random_files.py
	GRILSE_PHONE_SEQUENCES=200 $(BIN)/python -m pytest tests/browser/test_enter_sequences.py
	GRILSE_KILL_EVERYWHERE=1 $(BIN)/python -m pytest tests/integration/project/test_interrupted_update.py

check: $(VENV)/.test lint ## Within a minute: style, types, imports and the unit tests
	$(BIN)/python -m pytest tests/unit --numprocesses=auto --maxprocesses=4 --dist=worksteal

lint: $(VENV)/.test ## Check style, types, imports between layers, names, repeats and words
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	GRILSE_SECRET_KEY=of-no-use $(BIN)/python -m mypy
	$(BIN)/python -c "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
	$(BIN)/python -m lint.names
	$(BIN)/python -m lint.repeats
	$(BIN)/python -m lint.prose
	$(BIN)/python -m lint.circles
	$(BIN)/python -m lint.texts

texts: $(VENV)/.test ## Write the texts of pages that no catalogue has yet into the catalogues, and compile these
	$(BIN)/python -m lint.texts --write

test-debian: $(VENV)/.test ## Run the tests on the PostgreSQL 15 of Debian
	$(BIN)/python tests/on_debian.py

screenshots: $(VENV)/.test ## Save screenshots of every page of the demo, wide and narrow, light and dark, into screenshots/
	$(BIN)/python -m tests.screenshots

lock: $(VENV)/.test ## Renew the lock files from pyproject.toml
	$(BIN)/python -m uv --version >/dev/null 2>&1 || $(PIP) install --quiet uv
	for extra in "" "-test"; do \
		$(BIN)/python -m uv pip compile pyproject.toml $${extra:+--extra test} --upgrade --universal \
			--python-version 3.11 --generate-hashes --no-emit-index-url \
			--custom-compile-command "make lock" --quiet --output-file requirements$$extra.lock || exit 1; \
	done

audit: $(VENV)/.test ## List since when each version is locked, and look up its known vulnerabilities
	git blame --date=short requirements.lock | \
		sed -nE 's/^.* ([0-9]{4}-[0-9]{2}-[0-9]{2}) +[0-9]+\) ([^ ]+==[^ ]+).*/\1  \2/p' | sort
	[ -x $(VENV)/audit/bin/pip-audit ] || { $(PYTHON) -m venv $(VENV)/audit && \
		$(VENV)/audit/bin/python -m pip --disable-pip-version-check install --quiet pip-audit; }
	$(VENV)/audit/bin/pip-audit --disable-pip --require-hashes --strict -r requirements.lock

clean: ## Remove the environment and what tools left; the database stays, stopped
	-@[ ! -x $(BIN)/grilse ] || [ -n "$$DATABASE_URL" ] || $(BIN)/grilse db stop
	rm -rf $(VENV) $(addprefix src/grilse/web/static/grilse/,idb leaflet texts uplot world-atlas) \
		src/grilse/locale/*/LC_MESSAGES/*.mo .mypy_cache .pytest_cache .ruff_cache \
		.import_linter_cache .hypothesis test-results dist build
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

clean-all: $(VENV)/.run ## Ask, then delete the embedded database with all data, and clean
	$(BIN)/grilse db reset
	$(MAKE) clean

# The stamp is written last, so an interrupted install is repeated. The environment is made anew where its
# interpreter is missing or this user cannot run it, or where the checkout has moved.
SOUND := $(shell $(BIN)/python -c "" 2>/dev/null && [ "$$(cat $(VENV)/.checkout 2>/dev/null)" = "$(CURDIR)" ] && echo yes)
AGAIN := $(if $(SOUND),,FORCE)
INPUTS := pyproject.toml package-lock.json hatch_build.py build_coast.py $(wildcard src/grilse/locale/*/LC_MESSAGES/*.po)

$(VENV)/.run: requirements.lock $(INPUTS) $(AGAIN)
	$(call install,requirements.lock)
	@touch $@

$(VENV)/.test: requirements-test.lock $(INPUTS) $(AGAIN)
	$(call install,requirements-test.lock)
	@touch $@ $(VENV)/.run

.PHONY: FORCE
FORCE:

define install
	@[ -n "$(PYTHON)" ] || { echo "error: Python 3.11 or newer is needed, none was found on the PATH" >&2; exit 1; }
	@echo "installing $(1) into $(VENV)"
	@[ ! -s $(VENV)/.checkout ] || [ "$$(cat $(VENV)/.checkout)" = "$(CURDIR)" ] || rm -rf $(VENV)
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(PIP) install --quiet --require-hashes -r $(1)
	@$(PIP) install --quiet --no-deps --editable .
	@echo "$(CURDIR)" > $(VENV)/.checkout
endef
