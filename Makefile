# Stamps under .cache/ are the targets, never the tracked outputs: a fresh clone gives outputs and sources the
# same age, and make would believe that nothing is to be done.
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
MAKEFLAGS += --no-builtin-rules
SHELL := /bin/bash

# One thread and fixed seeds of hashing: the same bytes on any machine.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export PYTHONHASHSEED := 0
export MPLBACKEND := Agg
export MPLCONFIGDIR := $(CURDIR)/.cache/matplotlib

PYTHON := .venv/bin/python
LIBRARY := $(shell find discourse -name '*.py' -o -name '*.yaml' -o -name '*.mplstyle')
DATA := $(wildcard datasets/*.parquet datasets/*.csv datasets/*.json datasets/gold/*)
FIGURES := $(sort $(patsubst figures/%.py,.cache/%.stamp,$(wildcard figures/fig[0-9]*.py)))

all: figures ## build the environment and every figure (the default)

figures: .cache/gallery.stamp ## draw every figure from datasets/

figure: .venv/.stamp ## draw one figure: make figure NAME=fig01_sovereignty_at_the_un
	$(PYTHON) figures/$(NAME).py

.venv/.stamp: requirements.lock pyproject.toml
	test -x $(PYTHON) || python3.11 -m venv .venv
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

.cache/fig%.stamp: figures/fig%.py figures/build.py $(LIBRARY) $(DATA) .venv/.stamp
	@mkdir -p .cache
	$(PYTHON) figures/fig$*.py
	@touch $@

.cache/gallery.stamp: $(FIGURES) figures/build.py README.md
	$(PYTHON) figures/build.py
	@touch $@

test: .venv/.stamp ## run every test and every example in the documentation
	$(PYTHON) -m pytest -q

lint: .venv/.stamp ## check the style of the code
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

verify: ## rebuild from datasets/ and compare with what is committed, byte for byte
	rm -f .cache/*.stamp
	$(MAKE) all
	git diff --exit-code --stat -- datasets figures README.md

measure: .venv/.stamp ## derive datasets/ from the publishers' files in DISCOURSE_DATA
	$(PYTHON) datasets/measure.py

verify-measure: measure ## derive datasets/ again and compare with what is committed, byte for byte
	git diff --exit-code --stat -- datasets

validate: .venv/.stamp ## print accuracy on the held-out third of the coded sentences (needs their texts)
	$(PYTHON) -m discourse.validate --held-out datasets/gold/labels.csv

benchmark: .venv/.stamp ## time the coder against a plain word count, in one run
	$(PYTHON) tests/benchmarks/coding.py

simulate: .venv/.stamp ## show by simulation that corrected intervals hold the truth and naive ones do not (takes long)
	$(PYTHON) tests/benchmarks/simulate_correction.py 60

clean: ## remove what make has built outside version control
	rm -rf .cache .venv build

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

.PHONY: all figures figure test lint verify measure verify-measure validate benchmark simulate clean help
