# `make books` builds every manuscript, `make test` proves the program; both set up what is missing first.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

.PHONY: books preview test setup test-setup lint bench pictures lock clean

books: setup
	$(BIN)/packager build --out dist

preview: setup
	$(BIN)/packager preview manuscripts/handbook

test: test-setup lint
	$(BIN)/pytest -n 2 --dist loadgroup

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

setup: $(READY)

# The tests judge EPUBs with W3C's EPUBCheck, which is a Java program, and look at pages in a browser.
test-setup: setup
	@.ci/system java chromium || echo 'tests that want what is missing are skipped'

bench: setup
	$(PIP) --require-hashes -r requirements-bench.lock
	@.ci/system chromium
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.preview

pictures: setup
	@.ci/system chromium
	$(BIN)/python -m docs.gallery
	$(BIN)/python -m docs.pictures
	$(BIN)/python -m docs.preview

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("please use Python 3.11 or newer: make PYTHON=…")'
	@.ci/system venv pango
	$(PYTHON) -m venv .venv
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $(READY)

# Needs `uv`; the files carry the hashes of every wheel, and no address.
lock:
	$(COMPILE) pyproject.toml --group dev --output-file requirements.lock
	$(COMPILE) --group bench --output-file requirements-bench.lock

clean:
	rm -rf .venv build .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find dist -mindepth 1 ! -name .gitkeep -delete
