# seatrial: `make demo` and `make test` need Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS ?= 2
DEMO_SEED ?= 1
# In steps, not seconds: a machine that is too slow would not reach every premise, and the demo would end UNKNOWN.
DEMO_STEPS ?= 30000
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup demo test lint types bench bench-model bench-liveness bench-scopes bench-symbolic nightly clean

help:
	@echo 'make demo     check the example shop under every fault, then show a bug that is found'
	@echo 'make test     linter, types and every test'
	@echo 'make lint     linter and types only'
	@echo 'make bench    the explorer beside other checkers, then the model; figures go to build/bench.json'
	@echo 'make bench-model  speed, memory over a million steps, cost of a step; figures go to build/bench-model.json'
	@echo 'make bench-liveness  how fast liveness is decided; figures go to build/bench-liveness.json'
	@echo 'make bench-scopes  scopes of the real model, exhausted for safety; figures go to build/bench-scopes.json'
	@echo 'make bench-symbolic  how long each proof and placement takes; figures go to build/bench-symbolic.json'
	@echo 'make nightly  every test, the slow ones too, with the nightly Hypothesis profile'

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	touch $(STAMP)

# The shop under every fault, then a bug that Kubernetes once had: its counterexample, and the files to share it with.
# A violation (1) is what a demo may show. Any other exit code that is not 0 is a failure of the demo itself, a property
# of which nothing can be said (4) too.
SHOP := docs/examples/shop.yaml --nodes docs/examples/nodes.yaml --faults all --steps $(DEMO_STEPS)
BUG := --variant B02 --steps 20000
define show
	@echo; echo '$$ seatrial check $(1)'; $(BIN)/seatrial check $(1); code=$$?; \
	case $$code in 0|1) ;; *) echo "make demo: seatrial check ended with exit code $$code" >&2; exit $$code;; esac
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

# The other checkers that are Python packages are installed if they can be; SPIN and Java are used if they are there.
bench: setup
	mkdir -p build
	-$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[bench]'
	$(BIN)/python -m tests.benchmarks.explorer
	$(BIN)/pytest tests/benchmarks --benchmark-only --benchmark-json=build/benchmarks.json

# Takes ten minutes: one run of a million steps.
bench-model: setup
	$(BIN)/python -m tests.benchmarks.bench_model build/bench-model.json

# Made-up graphs of two sizes, two minutes.
bench-liveness: setup
	$(BIN)/python -m tests.benchmarks.bench_liveness build/bench-liveness.json

# Each scope and fault in a process of its own, up to four minutes each.
bench-scopes: setup
	$(BIN)/python -m tests.benchmarks.bench_scopes build/bench-scopes.json

# Every proof three times, and placements of several sizes: about five minutes.
bench-symbolic: setup
	$(BIN)/python -m tests.benchmarks.bench_symbolic build/bench-symbolic.json

clean:
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache
