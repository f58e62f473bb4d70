# seatrial: `make demo` and `make test` need Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS ?= 2
DEMO_SEED ?= 1
DEMO_SECONDS ?= 20
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup demo test lint types bench nightly clean

help:
	@echo 'make demo     check the example shop under every fault, and show what was found'
	@echo 'make test     linter, types and every test'
	@echo 'make lint     linter and types only'
	@echo 'make bench    benchmarks; figures go to build/benchmarks.json'
	@echo 'make nightly  every test with the nightly Hypothesis profile'

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	touch $(STAMP)

# A violation (exit 1) is what a demo may show. Anything else that is not 0 is a failure of the demo itself.
demo: setup
	@$(BIN)/seatrial check docs/examples/shop.yaml --nodes docs/examples/nodes.yaml \
		--faults all --seed $(DEMO_SEED) --seconds $(DEMO_SECONDS) --out build/demo; code=$$?; \
	if [ $$code -eq 0 ] || [ $$code -eq 1 ]; then exit 0; fi; \
	echo "make demo: seatrial check ended with exit code $$code" >&2; exit $$code

lint: setup
	$(BIN)/ruff check .
	$(BIN)/mypy

test: lint
	$(BIN)/pytest -n $(WORKERS)

nightly: setup
	$(BIN)/pytest -n $(WORKERS) --hypothesis-profile=nightly

bench: setup
	mkdir -p build
	$(BIN)/pytest tests/benchmarks --benchmark-only --benchmark-json=build/benchmarks.json

clean:
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache
