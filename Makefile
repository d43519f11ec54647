# Two commands matter: `make demo` to try Focusadmin, `make test` to trust it.

PYTHON ?= python3.11
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r
TESTS := DJANGO_SETTINGS_MODULE=tests.support.settings
# Most tests wait more than they reckon, so there are more workers than cores; on PostgreSQL, where each
# of them needs a database of its own first, a few less.
PYTEST := $(PY) -m pytest -n 5
# On PostgreSQL too: whatever commits; what kills and interleaves there alone. With the full counts it
# is everything that touches the database, and all of it on SQLite as well.
DATA := $(if $(PROVE),data,commits)
COV := --cov --cov-report= --cov-report=json:var/coverage.json
LOCK := $(PY) -m uv pip compile --quiet pyproject.toml --generate-hashes --universal --no-header --no-strip-extras

# Every process of a run reads what the first one compiled.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset demo-sso demo-sso-reset run check test prove bench fix lock messages screenshots

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1@\2/p' $(MAKEFILE_LIST) | awk -F@ '{printf "%-20s %s\n", $$1, $$2}'

demo: $(VENV)/runtime ## try it: the app and a sandbox of Toggl Focus on this machine (PORT=8000)
	@$(PY) manage.py demo

demo-reset: $(VENV)/runtime ## the same, after forgetting everything that was done in it
	@$(PY) manage.py demo --reset

demo-sso: $(VENV)/runtime ## try it behind a signing proxy: pick who you are and your groups (PORT=8000)
	@$(PY) manage.py demo_sso

demo-sso-reset: $(VENV)/runtime ## the same, after forgetting everything that was done in it
	@$(PY) manage.py demo_sso --reset

run: $(VENV)/runtime ## serve with the real configuration in .env (BIND=127.0.0.1:8000 WORKER=no)
	@$(PY) manage.py run $(if $(BIND),--bind $(BIND)) $(if $(filter no,$(WORKER)),--no-worker)

check: $(VENV)/dev ## style, types, templates, security, dependencies, architecture, settings
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	$(PY) -m djlint templates --lint --check
	$(PY) -m bandit --quiet --recursive --configfile pyproject.toml focusadmin integrations
	$(PY) -m deptry .
	$(PY) -m pytest --quiet tests/check/test_architecture.py tests/check/test_locks.py
	DJANGO_SETTINGS_MODULE=tests.support.production $(PY) manage.py check --deploy --fail-level WARNING
	$(TESTS) $(PY) manage.py makemigrations --check --dry-run

test: check ## check, then the tests on SQLite, and what writes on PostgreSQL (CHROMIUM=, NGINX=path)
	CHROMIUM="$$($(PY) -m tests.support.chromium)" && export CHROMIUM && \
	NGINX="$$($(PY) -m tests.support.nginx)" && export NGINX && \
	$(PYTEST) $(if $(PROVE),$(COV),--ignore=tests/proof)
	$(if $(PROVE),$(PY) -m tests.support.floors var/coverage.json)
	$(PY) -m tests.support.postgres $(PY) -m pytest -n 3 -m $(DATA)

prove: ## every test with the full counts, and how much of the code they cover
	@$(MAKE) test PROVE=1

bench: $(VENV)/dev ## how fast it is, beside Django's admin and bare calls (ARGS="--quick --json FILE")
	@$(PY) -W ignore -m tests.bench $(ARGS)

fix: $(VENV)/dev ## format everything and mend what tools can mend
	$(PY) -m ruff check --fix
	$(PY) -m ruff format
	-$(PY) -m djlint templates --reformat --quiet

lock: $(VENV)/dev ## resolve both lock files again (ARGS=--upgrade for newer versions)
	$(LOCK) $(ARGS) --output-file requirements.lock
	$(LOCK) $(ARGS) --group dev --output-file requirements-dev.lock
	$(PY) -m pytest --quiet tests/check/test_locks.py

messages: $(VENV)/dev ## bring the texts of the sources into the catalogues of locale/, and compile them
	$(PY) -m tests.support.messages

screenshots: $(VENV)/dev ## draw the main pages into docs/screenshots
	CHROMIUM="$$($(PY) -m tests.support.chromium)" && export CHROMIUM && \
	$(TESTS) $(PY) -m tests.support.screenshots docs/screenshots

# The virtual environment: a lock file is installed once, and again only when it has changed.
$(VENV)/runtime: requirements.lock | $(PY)
$(VENV)/dev: requirements-dev.lock | $(PY)
$(VENV)/runtime $(VENV)/dev:
	@echo "Installing $< …"
	@$(PIP) $<
	@touch $@

$(PY):
	@.ci/venv $(PYTHON) $(VENV)
