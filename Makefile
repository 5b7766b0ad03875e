# Two commands on a fresh machine with Python 3.11 and make: `make demo` and `make test`.

PYTHON := .venv/bin/python
PORT ?= 8000

.PHONY: demo test soak bench bench-fieldwork bench-telemetry lint lock catalogue clean

demo: .venv/.run
	.venv/bin/anju demo --port $(PORT) $(if $(FILE),--file "$(FILE)")

test: .venv/.dev
	tools/system-packages
	$(PYTHON) tools/with_postgres.py $(PYTHON) -m pytest -n auto --dist worksteal -m "django_db and not browser"
	$(PYTHON) -m pytest -n auto --dist worksteal

# The long proofs, with more rounds than `make test` has time for.
soak: .venv/.dev
	ANJU_SOAK_ROUNDS=20 $(PYTHON) -m pytest tests/soak

bench: .venv/.dev
	$(PYTHON) tests/benchmarks/bench_budget.py
	$(PYTHON) tests/benchmarks/bench_pages.py

bench-fieldwork: .venv/.dev
	$(PYTHON) tests/benchmarks/bench_fieldwork.py
	$(PYTHON) tests/benchmarks/bench_phones.py
	$(PYTHON) tests/benchmarks/bench_places.py
	$(PYTHON) tests/benchmarks/bench_works.py

bench-telemetry: .venv/.dev
	$(PYTHON) tests/benchmarks/bench_gateway.py
	$(PYTHON) tests/benchmarks/bench_telemetry_store.py
	$(PYTHON) tests/benchmarks/bench_rules.py
	$(PYTHON) tests/benchmarks/bench_alarms.py

lint: .venv/.dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

lock: .venv/.dev
	$(PYTHON) tools/lock.py

catalogue: .venv/.dev
	$(PYTHON) tools/catalogue.py

clean:
	rm -rf .venv build dist src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# One stamp a state, so that a second run starts at once.
.venv/.created:
	@tools/make-venv
	@touch $@

.venv/.run: .venv/.created requirements.lock pyproject.toml
	$(PYTHON) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(PYTHON) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.run requirements-dev.lock
	$(PYTHON) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
