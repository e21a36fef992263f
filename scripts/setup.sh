#!/bin/sh
# Make the virtual environment and install what changed since the last time.
#   setup.sh base    what running needs
#   setup.sh dev     ... and what linting and testing need
#   setup.sh full    ... and the production driver of MySQL, where its headers are or can be had
set -eu
cd "$(dirname "$0")/.."
. scripts/lib.sh

level=${1:-base}
find_python
make_venv

case $level in
base) install base requirements.txt ;;
dev) install dev requirements-dev.txt ;;
full)
    install dev requirements-dev.txt
    sh scripts/driver.sh || note "mysqlclient can't be built here: PyMySQL stands in."
    ;;
*) fail "setup.sh: base, dev or full, not '$level'." ;;
esac
