# Everything a clone needs, in single commands. tools/bootstrap.py does the work and explains what is missing.
#
#   PYTHON  the Python 3.10 to 3.13 to build on      make setup PYTHON=python3.12
#   ARGS    passed on to the command                 make test ARGS="test/unit -k sync"

PYTHON ?= python3
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo checkpoint test lint lock clean

help:  ## Show this list.
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup:  ## Make the environment in .venv and build the messages; seconds when nothing changed.
demo:  ## Drive a route of the built-in world, replay its bag, and show where the results lie.
checkpoint:  ## Record, train and score the checkpoint that comes with the package; hours.
test:  ## Run every check and test, the ones on a live ROS 2 graph included.
lint:  ## Run only ruff, mypy, import-linter and pydoclint.

setup demo checkpoint test lint:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
		echo "'$(PYTHON)' is not on PATH: install Python 3.10 to 3.13, or name one, as in: make $@ PYTHON=python3.12"; \
		exit 1; }
	@$(PYTHON) tools/bootstrap.py $@ $(ARGS)

lock:  ## Resolve requirements/*.in into requirements/*.lock again (needs uv; ARGS=--upgrade for newer versions).
	@$(PYTHON) tools/lock.py $(ARGS)

clean:  ## Remove everything that the other commands made.
	rm -rf .venv .setup drivemoe_ros.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
