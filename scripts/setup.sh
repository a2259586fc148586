#!/bin/sh
# Makes .venv hold what a lock file names, and this checkout itself.
#
#   scripts/setup.sh [LOCK [ENVIRONMENT]]      LOCK: requirements.lock unless said
#                                              ENVIRONMENT: another folder than .venv
#
# Does nothing where that is done already. PYTHON= names another interpreter than python3.
set -eu
cd "$(dirname "$0")/.."

lock=${1:-requirements.lock}
environment=${2:-.venv}
python=${PYTHON:-python3}
sudo=$([ "$(id -u)" = 0 ] || echo 'sudo ')

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

command -v "$python" >/dev/null 2>&1 ||
    fail "Broadsheet needs Python 3.11 or newer, and there is no $python here. On Debian:" \
        "  ${sudo}apt-get install python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "Broadsheet needs Python 3.11 or newer; $python is $("$python" -V 2>&1)." \
        "Debian 12 and later have it:" \
        "  ${sudo}apt-get install python3 python3-venv" \
        "Another one can be named: make setup PYTHON=/path/to/python3.11"

# Where another environment is active, the interpreter that it was made from.
python=$("$python" -c 'import sys; print(getattr(sys, "_base_executable", sys.executable))')

# One line for what the environment was made from: another Python or another place makes it
# unusable, another lock or another version of the package only makes it old.
made_for="$("$python" -c 'import sys; print(sys.base_prefix, sys.version.split()[0])') $PWD"
wanted="$made_for $(cat "$lock" pyproject.toml | cksum)"
stamp=$environment/installed-$lock

if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && "$environment"/bin/python -c '' 2>/dev/null; then
    exit 0
fi

if [ "$(cat "$environment/made-for" 2>/dev/null)" != "$made_for" ] || ! "$environment"/bin/python -c '' 2>/dev/null; then
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "Python's venv is missing. On Debian:" \
            "  ${sudo}apt-get install python3-venv"
    "$python" -m venv --clear "$environment"
    echo "$made_for" >"$environment/made-for"
fi

echo "Installing what $lock names into $environment (a minute at most) ..."
pip() {
    "$environment"/bin/python -m pip install -qq --disable-pip-version-check --no-input "$@" ||
        fail "The installation stopped; pip says why above. Run the same command to go on." \
            "Where the package index is reached through a mirror, set PIP_INDEX_URL first."
}
pip --require-hashes -r "$lock"
pip --no-deps --no-build-isolation -e .
echo "$wanted" >"$stamp"
