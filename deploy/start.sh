#!/bin/sh
# Starts Pushdown on this machine, with the demo or for one's own brand; Ctrl-C ends all of it.
# Usage: deploy/start.sh demo|run PORT      (from the repository's folder)
set -eu
kind=$1
port=$2

# With a terminal, Ctrl-C then reaches only the program that runs and not make, which would complain.
if [ -t 0 ]; then
    set -m
fi
trap 'exit 0' INT

deploy/make_venv.sh requirements.txt

if [ "$kind" = demo ]; then
    # The demo never touches the data of one's own brand, whatever the environment names.
    unset DATABASE_URL REDIS_URL
    export DATA_DIR="$PWD/var/demo" SITE_URL="http://127.0.0.1:$port"
    first=demo
else
    export SITE_URL="${SITE_URL:-http://127.0.0.1:$port}"
    first=first_user
fi
.venv/bin/python manage.py serve --port "$port" --migrate --first "$first"
