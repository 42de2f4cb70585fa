# Stamps under .cache/ are the targets, never the tracked outputs: a fresh clone gives outputs and sources the
# same age, and make would believe that nothing is to be done.
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
MAKEFLAGS += --no-builtin-rules
SHELL := /bin/bash

export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export PYTHONHASHSEED := 0
export MPLBACKEND := Agg
export MPLCONFIGDIR := $(CURDIR)/.cache/matplotlib
export SOURCE_DATE_EPOCH := 0

PYTHON := .venv/bin/python
LIBRARY := $(shell find discourse -name '*.py' -o -name '*.yaml' -o -name '*.mplstyle')
DATA := $(wildcard datasets/*)
FIGURES := $(patsubst figures/%.py,%,$(wildcard figures/fig*.py))

all: figures ## environment and figures (the default)

.venv: .venv/.stamp
.venv/.stamp: requirements.lock pyproject.toml
	test -x $(PYTHON) || python3.11 -m venv .venv
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.cache/%.stamp: figures/%.py $(LIBRARY) $(DATA) .venv/.stamp
	@mkdir -p $(@D)
	$(PYTHON) figures/$*.py
	@touch $@

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | column -t -s "$$(printf '\t')"

.PHONY: all help
