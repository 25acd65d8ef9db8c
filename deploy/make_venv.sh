#!/bin/sh
# Makes .venv from a requirements file, or sees within a blink that it is already right.
# Usage: deploy/make_venv.sh requirements.txt      (from the repository's folder)
set -eu
requirements=$1
stamp=.venv/made-from-$requirements
log=.venv/install.log

say() { printf '%s\n' "$*" >&2; }

# The stamp is a copy of what was installed: dates of files mean nothing after a clone or a copy.
if cat requirements*.txt | cmp -s - "$stamp" && .venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi

python=
for name in python3.11 python3.12 python3; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$name
        break
    fi
done
if [ -z "$python" ]; then
    found=$(python3 --version 2>/dev/null || echo 'no Python 3')
    say "Pushdown needs Python 3.11 or newer and found $found; on Debian 12 or newer: apt-get install python3 python3-venv"
    exit 1
fi

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        say "$python lacks its venv module; on Debian: apt-get install python3-venv"
        exit 1
    fi
    "$python" -m venv --clear .venv
fi

say "Installing the packages of $requirements into .venv; this happens once and takes about a minute."
rm -f .venv/made-from-*
if ! .venv/bin/python -m pip install --disable-pip-version-check --no-input --retries 2 \
    --progress-bar off -r "$requirements" >"$log" 2>&1; then
    if grep -Eqi 'NewConnectionError|ConnectTimeout|name resolution|unreachable|Connection refused|timed out|ProxyError' "$log"; then
        say "The package index cannot be reached, so nothing was installed; connect to the network and run the same command again."
    else
        tail -n 15 "$log" >&2
        say "The packages could not be installed; the lines above and $log say why."
    fi
    exit 1
fi
cat requirements*.txt >"$stamp"
if [ "$requirements" = requirements-dev.txt ]; then
    cp "$stamp" .venv/made-from-requirements.txt
fi
