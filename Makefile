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
	@echo 'make demo     check the example shop under every fault, then show a bug that is found'
	@echo 'make test     linter, types and every test'
	@echo 'make lint     linter and types only'
	@echo 'make bench    benchmarks; figures go to build/benchmarks.json'
	@echo 'make nightly  every test, the slow ones too, with the nightly Hypothesis profile'

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	touch $(STAMP)

# The shop under every fault, then a bug that Kubernetes once had: its counterexample, and the files to share it with.
# A violation (1) is what a demo may show, and so is a property of which nothing can be said (4). Any other exit code
# that is not 0 is a failure of the demo itself.
SHOP := docs/examples/shop.yaml --nodes docs/examples/nodes.yaml --faults all --seconds $(DEMO_SECONDS)
BUG := --variant B02 --steps 20000
define show
	@echo; echo '$$ seatrial check $(1)'; $(BIN)/seatrial check $(1); code=$$?; \
	case $$code in 0|1|4) ;; *) echo "make demo: seatrial check ended with exit code $$code" >&2; exit $$code;; esac
endef

demo: setup
	$(call show,$(SHOP) --seed $(DEMO_SEED) --out build/demo/shop)
	$(call show,$(BUG) --seed $(DEMO_SEED) --out build/demo/bug)
	@echo; echo 'The files are in build/demo/bug. Try: $(BIN)/seatrial trace show build/demo/bug/*/trace.json'

lint: setup
	$(BIN)/ruff check .
	$(BIN)/mypy

test: lint
	$(BIN)/pytest -n $(WORKERS)

nightly: setup
	$(BIN)/pytest -n $(WORKERS) -m 'nightly or not nightly' --hypothesis-profile=nightly

bench: setup
	mkdir -p build
	$(BIN)/pytest tests/benchmarks --benchmark-only --benchmark-json=build/benchmarks.json

clean:
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache
