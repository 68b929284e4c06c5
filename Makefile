# Each target sets up what it needs. Wanted: Python 3.11 to 3.13, make, a package index.

PORT ?= 8000
VENV := .venv
PY := $(VENV)/bin/python
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes
HTML = $$(find templates -name '*.html')
# Production in everything that `check --deploy` looks at, and nobody's real database.
PRODUCTION = env -u DATABASE_URL -u REDIS_URL -u EMAIL_URL -u STORAGE_URL DEBUG=0 \
	SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))') \
	SITE_URL=https://meetings.example.org ALLOWED_HOSTS=meetings.example.org \
	VAR_DIR=$(CURDIR)/var/check STATIC_ROOT=$(CURDIR)/var/check/static

help:  ## Say what there is (this list)
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile

run: $(VENV)/.installed  ## Serve the site at http://localhost:8000 (or PORT=…)
	@exec $(PY) manage.py up --port $(PORT)

test: $(VENV)/.installed-dev  ## Run every test
	@exec $(PY) tests/run.py

races: $(VENV)/.installed-dev  ## Race for the last seats, five times each, on both databases
	@RACES_RUNS=5 exec $(PY) tests/run.py races

faults: $(VENV)/.installed-dev  ## Have 1,000 mails sent while everything fails, in both set-ups
	@FAULTS_MAILS=1000 exec $(PY) tests/run.py faults

check: $(VENV)/.installed-dev  ## Lint code and templates, look for missing migrations
	@$(VENV)/bin/ruff check --quiet
	@$(VENV)/bin/ruff format --check --quiet
	@$(VENV)/bin/djade --check --target-version 5.2 $(HTML)
	@$(VENV)/bin/djhtml --check --tabwidth 2 $(HTML)
	@$(PRODUCTION) $(PY) manage.py makemigrations --check --dry-run
	@$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING

bench: $(VENV)/.installed  ## Compare the pages with a bare one; time exports, lists, imports and mails
	@$(PY) bench/pages.py
	@$(PY) bench/rates.py
	@$(PY) bench/downloads.py
	@$(PY) bench/uploads.py
	@$(PY) bench/exports.py
	@$(PY) bench/imports.py
	@$(PY) bench/lists.py
	@$(PY) bench/mailings.py

lock:  ## Bring the locked requirements in line with the *.in files (needs uv)
	@command -v uv >/dev/null || { \
		echo "make lock needs uv: https://docs.astral.sh/uv/" >&2; exit 1; }
	@for name in requirements requirements-s3 requirements-anymail requirements-dev; do \
		uv pip compile --quiet --generate-hashes --universal \
			--python-version 3.11 --no-header $$name.in -o $$name.txt || exit 1; \
	done; \
	uv pip compile --quiet --upgrade --generate-hashes --universal --no-deps \
		--python-version 3.11 --no-header requirements-redis.in -o requirements-redis.txt

clean:  ## Remove what can be made anew; never var/, where the data is
	@rm -rf $(VENV) .ruff_cache .pytest_cache .hypothesis test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@for python in python3 python3.13 python3.12 python3.11; do \
		$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
			2>/dev/null && break; \
		python=; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Plenary needs Python 3.11, 3.12 or 3.13; found: $$(python3 --version 2>&1)" >&2; \
		exit 1; \
	fi; \
	echo "Making $(VENV) with $$($$python --version) …"; \
	$$python -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.installed: requirements.txt | $(PY)
	@echo "Installing what Plenary runs on …"
	@$(INSTALL) --only-binary :all: -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt requirements-redis.txt | $(PY)
	@echo "Installing what the tests and checks need …"
	@$(INSTALL) --only-binary :all: -r requirements-dev.txt
	@$(INSTALL) --only-binary :all: --no-deps --upgrade --target $(VENV)/redis \
		--python-version 3.12 -r requirements-redis.txt
	@touch $@ $(VENV)/.installed

.PHONY: help run test races faults check bench lock clean
