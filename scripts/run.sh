#!/bin/sh
# The service in one process, with a demo company, on this machine alone. PORT, HOST, DATABASE_URL, BROKER_URL and
# REDIS_URL are honoured (.env.example).
set -eu
cd "$(dirname "$0")/.."
. scripts/lib.sh

data=${DATA_DIR:-var}
sh scripts/setup.sh base
{ mkdir -p "$data" && touch "$data/.writable" && rm "$data/.writable"; } 2>/dev/null ||
    fail "Can't write to $data: the service keeps its database there. Name another folder: DATA_DIR=/path make run"
exec .venv/bin/python manage.py run_service --demo
