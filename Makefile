# Thin on purpose: what a target does stands in scripts/.

PY = .venv/bin/python

.PHONY: help run test test-fast lint services services-stop bench chaos schema messages jssdk lock clean

help:
	@echo "make run            start everything in one process, with demo data, on http://127.0.0.1:7002 (PORT, DATABASE_URL)"
	@echo "make test           everything that CI checks"
	@echo "make test-fast      lint and the embedded tests, in some minutes"
	@echo "make lint           ruff, mypy, import-linter, migrations"
	@echo "make services       start MariaDB, Redis and RabbitMQ for the tests where none answer"
	@echo "make services-stop  stop what make services started"
	@echo "make bench          measure against a large database (docs/benchmarks.md)"
	@echo "make chaos          kill brokers, relays, consumers and syncs at length"
	@echo "make schema         write docs/openapi.yaml"
	@echo "make messages       collect and compile the translations"
	@echo "make jssdk          fetch WeCom's JS-SDK, which the sidebar needs within WeCom (docs/sidebar.md)"
	@echo "make lock           write constraints.txt anew from what the requirements resolve to"
	@echo "make clean          remove what was built or cached, not your data"

run:
	@sh scripts/run.sh

test:
	@sh scripts/setup.sh full && $(PY) scripts/test.py

test-fast:
	@sh scripts/setup.sh dev && $(PY) scripts/test.py --fast

lint:
	@sh scripts/setup.sh dev && $(PY) scripts/test.py --lint

services:
	@sh scripts/setup.sh base && $(PY) scripts/services.py start

services-stop:
	@sh scripts/setup.sh base && $(PY) scripts/services.py stop

bench:
	@sh scripts/setup.sh full && $(PY) -m bench

chaos:
	@sh scripts/setup.sh full && $(PY) scripts/test.py --chaos

schema:
	@sh scripts/setup.sh base && $(PY) manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

messages:
	@sh scripts/setup.sh base && sh scripts/messages.sh

jssdk:
	@sh scripts/jssdk.sh

lock:
	@sh scripts/lock.sh

clean:
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path "./.venv/*" -prune -exec rm -rf {} +
