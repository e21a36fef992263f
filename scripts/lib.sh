# Shared by the scripts here; POSIX sh, sourced from the project's folder.

note() { echo "$*" >&2; }
fail() { note "$*"; exit 1; }

# Sets $python: the first that is new enough. PYTHON=/path/to/python names one.
find_python() {
    for python in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
    done
    found=$(python3 --version 2>/dev/null || echo "none")
    fail "This needs Python 3.11 or newer; found here: $found. Install one, or name it: PYTHON=/path/to/python3.12 make run"
}

make_venv() {
    [ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null && return
    mkdir -p .venv 2>/dev/null || fail "Can't write to $(pwd): make run needs to create .venv there."
    note "Making the virtual environment (.venv) ..."
    "$python" -m venv --clear .venv >.venv-error 2>&1 || {
        cat .venv-error >&2
        rm -rf .venv .venv-error
        fail "Python can't make a virtual environment here. On Debian or Ubuntu: apt-get install python3-venv"
    }
    rm -f .venv-error
}

# install NAME FILE: pip installs FILE unless it, what it includes, and Python are as they were the last time.
install() {
    stamp=.venv/.installed-$1
    now=$(cat requirements*.txt constraints.txt | cksum; .venv/bin/python --version)
    [ "$(cat "$stamp" 2>/dev/null)" = "$now" ] && return
    note "Installing $2 ..."
    .venv/bin/python -m pip install -qq --disable-pip-version-check -r "$2" -c constraints.txt ||
        fail "Installing $2 failed; pip says why above."
    echo "$now" >"$stamp"
}
