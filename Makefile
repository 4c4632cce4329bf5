# On Windows use start.py; these targets only save typing.
PYTHON := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help check fix test run

check:  ## style, types and all tests; writes nothing (the same as CI)
	python3 start.py test

fix:  ## format, and repair what ruff can repair
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

test:  ## the tests without the browser
	$(PYTHON) -m pytest -q -m "not browser"

run:  ## open the page
	python3 start.py

help:  ## this list
	@grep -E '^[a-z]+: +##' $(MAKEFILE_LIST) | sed 's/: *## /\t/' | expand -t 10
