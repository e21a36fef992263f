#!/bin/sh
# Build mysqlclient, the driver of production. As root on Debian or Ubuntu, fetch what it is built with first.
set -eu
cd "$(dirname "$0")/.."
. scripts/lib.sh

can_build() {
    command -v gcc >/dev/null && command -v pkg-config >/dev/null &&
        { pkg-config --exists mysqlclient || pkg-config --exists libmariadb || pkg-config --exists mariadb; }
}

if ! can_build && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    note "Installing the headers of the MySQL client ..."
    apt-get update -qq >/dev/null 2>&1 || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        default-libmysqlclient-dev pkg-config gcc libc6-dev python3-dev >/dev/null 2>&1 || true
fi
can_build || exit 1
install mysql requirements-mysql.txt
