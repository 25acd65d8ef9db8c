# make demo   the demo with half a year of made-up history, on http://127.0.0.1:8000
# make run    Pushdown for your own brand, on the same machine and without the demo's data
# make test   the whole suite, against real PostgreSQL and Redis too
# make faults SEED=7   kills, restarts and outages on purpose; prints what held (10 minutes)
# make lint   style, types, migrations and the production settings
# make clean  forget .venv and caches; the data in var/ stays

PORT ?= 8000
SEED ?= 1

.PHONY: demo run test faults lint clean

demo:
	@deploy/start.sh demo $(PORT)

run:
	@deploy/start.sh run $(PORT)

test:
	@deploy/make_venv.sh requirements-dev.txt
	@.venv/bin/python -m tests.run $(ARGS)

faults:
	@deploy/make_venv.sh requirements-dev.txt
	@.venv/bin/python -m tests.faults --seed $(SEED) $(ARGS)

lint:
	@deploy/make_venv.sh requirements-dev.txt
	@deploy/lint.sh

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
