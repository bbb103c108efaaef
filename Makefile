# The verbs of nnprep. `make help` lists them. Nothing is needed but Python 3.11+ (with venv), make and git.

PYTHON ?= python3
# Another Python beside the first: make test PYTHON=python3.13 VENV=.venv-3.13
VENV := .venv
PY := $(VENV)/bin/python
CONTENT_VENV := .venv-content
PIP := $(PY) -m pip install --disable-pip-version-check --no-input --quiet --require-hashes --no-deps
.DEFAULT_GOAL := help

.PHONY: help run dev test quick check bench demo bench-plan bench-emails faults verify-content mutate-content content-report content-env lint types walls templates migrations deploy-check lock shots

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/run ## bring the site up at http://127.0.0.1:8000 (PORT, DATA_DIR); Ctrl-C stops it
	@exec $(PY) manage.py up

dev: $(VENV)/run ## bring the site up for who changes it: it reloads edited files, shows errors in the page (PORT, DATA_DIR)
	@DEBUG=1 exec $(PY) manage.py up --reload

test: $(VENV)/test ## run the tests, but for thorough ones and those that wait for servers, processes or a browser, which `make check` runs
	@PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -n 2 --dist worksteal -m "not services and not browser and not processes and not thorough"

quick: $(VENV)/test ## run the tests to run after each edit: all that asks for no database, and every address once
	@PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -n 2 --dist worksteal -m quick -q

check: lint types walls templates migrations deploy-check $(VENV)/check ## what CI demands beside `make test`: tests with servers, processes and browser, thorough ones, all that touches tables on PostgreSQL
	@$(PY) manage.py lint_pack content/*.md
	@$(MAKE) --no-print-directory verify-content content-report
	@$(PY) -m nnprep.tests.servers -- env PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -n 2 --dist loadgroup -m "not services and not browser and not processes and not tableless" --hypothesis-profile=thorough -q
	@PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -n 2 --dist loadgroup -m "services or browser or processes or (tableless and (thorough or hypothesis))" --must-have=services,browser --hypothesis-profile=thorough

bench: $(VENV)/check ## measure: prints one line of JSON per figure
	@$(PY) -m bench.answer
	@$(PY) -m bench.readiness
	@$(PY) -m bench.classroom
	@$(PY) -m bench.search

bench-plan: $(VENV)/check ## measure the plan: what is known on the day, beside Anki's defaults, what was promised, what it costs
	@$(PY) -m bench.plan
	@$(PY) -m bench.plan_lived
	@$(PY) -m bench.plan_cost

bench-emails: $(VENV)/check ## measure sending: pace, memory, the query among a million learners
	@$(PY) -m bench.emails

faults: $(VENV)/check ## break workers, Redis, mail server and PostgreSQL while e-mails leave (half an hour)
	@set -e; for f in kills "kills --signal TERM" "kills --signal TERM --group" "kills --emails 2000 --workers 4 --beats 2" steps "steps --poison" doubled \
	  "outage redis" "outage hung" "outage mail" "outage postgres" mail_server jumps; do $(PY) -m bench.faults.$$f; done

verify-content: $(VENV)/test ## work every key of the bank out again; TORCH=required fails where `make content-env` was not run
	@$(if $(wildcard $(CONTENT_VENV)/ready),$(CONTENT_VENV)/bin/python,$(PY)) -m proof.verify $(if $(TORCH),--must-have-torch)

mutate-content: $(VENV)/test ## spoil 50 keys of the bank and count how many of them verify-content catches
	@$(if $(wildcard $(CONTENT_VENV)/ready),$(CONTENT_VENV)/bin/python,$(PY)) -m proof.mutate

content-report: $(VENV)/test ## count the bank: facts, kinds, positions, lengths, gaps; fails outside its bounds (JSON=1)
	@$(PY) -m proof.report $(if $(JSON),--json)

content-env: $(CONTENT_VENV)/ready ## PyTorch in an environment of its own (1.1 GB, a minute or two), for verify-content

demo: $(VENV)/run ## make the demo class (FOR=you@example.org to teach it); `manage.py seed_demo --remove` takes it away
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py load_bank --verbosity 0 >/dev/null
	@$(PY) manage.py seed_demo $(if $(FOR),--for $(FOR))

lint: $(VENV)/check
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check .

types: $(VENV)/check
	@$(VENV)/bin/mypy .

walls: $(VENV)/check
	@$(VENV)/bin/lint-imports

templates: $(VENV)/check
	@$(VENV)/bin/djlint templates --check --lint

migrations: $(VENV)/check
	@$(PY) manage.py makemigrations --check --dry-run

deploy-check: $(VENV)/check
	@SECRET_KEY=$$($(PY) -c "import secrets; print(secrets.token_urlsafe(50))") ALLOWED_HOSTS=nnprep.example \
	BASE_URL=https://nnprep.example EMAIL_URL=smtp+tls://user:password@mail.example:587 $(PY) manage.py check --deploy --fail-level WARNING

lock: $(VENV)/test ## pin the requirements again, with hashes for every platform
	@for f in requirements requirements-dev requirements-browser; do \
	  $(VENV)/bin/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet $$f.in -o $$f.txt || exit 1; \
	done

shots: $(VENV)/check ## make the README's screenshots again
	@$(PY) -m bench.screenshots

# Made anew when an earlier try was cut short: the mark is set only when all went well.
$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "nnprep needs Python 3.11 or newer; $$($(PYTHON) --version 2>&1 || echo '$(PYTHON) was not found'). Name another: make PYTHON=python3.12 run"; exit 2; }
	@echo "Making the environment in $(VENV)…"
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); echo "Python came without venv. On Debian or Ubuntu: apt install python3-venv"; exit 2; }
	@touch $@

$(VENV)/run: requirements.txt | $(VENV)/made
	@echo "Installing what nnprep runs on (about half a minute the first time)…"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/test: requirements.txt requirements-dev.txt | $(VENV)/made
	@echo "Installing what the tests need (about a minute the first time)…"
	@$(PIP) -r requirements.txt -r requirements-dev.txt
	@touch $@ $(VENV)/run

$(VENV)/check: requirements.txt requirements-dev.txt requirements-browser.txt | $(VENV)/made
	@echo "Installing what the full check needs…"
	@$(PIP) -r requirements.txt -r requirements-dev.txt -r requirements-browser.txt
	@touch $@ $(VENV)/test $(VENV)/run

$(CONTENT_VENV)/ready: requirements.txt requirements-content.txt | $(VENV)/made
	@echo "Installing PyTorch in $(CONTENT_VENV)…"
	@$(PYTHON) -m venv $(CONTENT_VENV)
	@$(CONTENT_VENV)/bin/python -m pip install --disable-pip-version-check --no-input --quiet --require-hashes -r requirements.txt
	@$(CONTENT_VENV)/bin/python -m pip install --disable-pip-version-check --no-input --quiet -r requirements-content.txt
	@touch $@

.PHONY: house mutate coverage covered
# Rooms of which the tests take 95 % of all branches.
COVERED := quizzes/review quizzes/scheduling quizzes/bank quizzes/markup quizzes/notifications mail

house: $(VENV)/test ## print the shape of the house: walls, types, longest parts, one line of JSON per figure
	@$(PY) -W ignore -m bench.house

mutate: $(VENV)/test ## make small faults in the rooms that rate, schedule, mark, export and send; count those the tests notice (ROOM, MODULE, MANY a room, SEED)
	@$(PY) -m bench.mutation $(ROOM) --only "$(MODULE)" --many $(or $(MANY),60) --seed $(or $(SEED),1)

coverage: $(VENV)/test ## run the tests with every branch counted (half as long again), and fail where too few are taken
	@PYTEST_ADDOPTS="$$PYTEST_ADDOPTS --cov --cov-report=" $(MAKE) --no-print-directory test
	@$(MAKE) --no-print-directory covered

covered: $(VENV)/test ## of the run before: the branches never taken; fails below 95 % of a room that rates, schedules, marks or sends
	@$(PY) -m coverage report --include='quizzes/*,mail/*,accounts/*,prepared/*,nnprep/*' --format=total --fail-under=95
	@set -e; for room in $(COVERED); do echo "$$room"; $(PY) -m coverage report --include="$$room/*" --fail-under=95; done

diagrams: $(VENV)/check ## draw docs/diagrams.md from the code
	@$(PY) -m bench.diagrams
