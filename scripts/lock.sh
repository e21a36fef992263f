#!/bin/sh
# Write constraints.txt: every version that the requirements resolve to in a fresh environment, what they bring included.
set -eu
cd "$(dirname "$0")/.."
. scripts/lib.sh

find_python
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$python" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -qq --disable-pip-version-check -r requirements-dev.txt
{
    echo "# Every version, what the requirements bring included. Written by make lock; don't edit."
    "$folder/venv/bin/python" -m pip freeze --disable-pip-version-check | sort -f
} >constraints.txt
git --no-pager diff --stat -- constraints.txt
