#!/bin/sh
# Collect the texts to translate into locale/, and compile what is there. Needs gettext (Debian: apt-get install gettext).
set -eu
cd "$(dirname "$0")/.."
. scripts/lib.sh
command -v msgfmt >/dev/null || fail "This needs gettext. On Debian or Ubuntu: apt-get install gettext"
.venv/bin/python manage.py makemessages --locale zh_Hans --no-location --no-obsolete --ignore ".venv/*" --ignore "var/*" --ignore "tests/*"
.venv/bin/python manage.py compilemessages --locale zh_Hans --ignore ".venv/*"
