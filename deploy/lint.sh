#!/bin/sh
# Checks style, format, types, migrations and the shipped production settings; tells every failure.
# Usage: deploy/lint.sh      (from the repository's folder, after deploy/make_venv.sh requirements-dev.txt)
set -u
python=.venv/bin/python
failed=

try() {
    name=$1
    shift
    printf '\n== %s\n' "$name"
    "$@" || failed="$failed $name;"
}

check_production() {
    (
        set -a
        . deploy/production.env.example
        SECRET_KEY=$($python -c 'import secrets; print(secrets.token_urlsafe(64))')
        set +a
        $python manage.py check --deploy --fail-level WARNING
    )
}

try "ruff check" $python -m ruff check .
try "ruff format" $python -m ruff format --check .
try "mypy" $python -m mypy
try "makemigrations --check" $python manage.py makemigrations --check --dry-run
try "check --deploy with deploy/production.env.example" check_production

if [ -n "$failed" ]; then
    printf '\nFailed:%s\n' "$failed"
    exit 1
fi
printf '\nAll checks passed.\n'
