# Every command sets up what it needs: system packages (Debian, Ubuntu) and a virtual environment in .venv.
PYTHON ?= python3
# The version the tests run with; any torch>=2.4 works: make play TORCH="torch>=2.4"
TORCH ?= torch==2.13.0
VENV := .venv
BIN := $(VENV)/bin
SYSTEM_PLAY := libportaudio2 python3-venv
SYSTEM_TRAIN := $(SYSTEM_PLAY) libfluidsynth3 fluid-soundfont-gm sonic-pi-samples
SYSTEM_TEST := $(SYSTEM_TRAIN) jackd2 jack-midi-clock liblo-tools puredata-core supercollider-language tmux chromium \
    librsvg2-bin fonts-dejavu-core

.PHONY: help play test check audit fuzz bench train docs screenshots clean
help: ## what there is to make
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

play: $(VENV)/.play ## set everything up and play the default scene (ARGS="--scene techno")
	$(BIN)/liveriff play $(ARGS)

# Two at a time; what measures time, and mostly waits, only beside its like. 5 is pytest's "no such tests here".
test: $(VENV)/.test ## set everything up and run the whole test suite (ARGS="-k player")
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not alone" $(ARGS) || test $$? -eq 5
	$(BIN)/python -m pytest -n 2 --dist loadfile -m alone $(ARGS) || test $$? -eq 5

check: $(VENV)/.test ## ruff, mypy --strict, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fuzz: $(VENV)/.test ## random input for all that reads input (ARGS="osc --runs 1000000")
	PYTHONPATH=tools $(BIN)/python -m fuzz $(ARGS)

audit: $(VENV)/.test ## ask the database of known faults about our libraries (needs a network)
	$(BIN)/pip install --quiet pip-audit
	$(BIN)/pip-audit --skip-editable

bench: $(VENV)/.play ## how fast this machine is
	$(BIN)/liveriff bench $(ARGS)

train: $(VENV)/.train ## go on training the embedded model (hours; can be interrupted)
	$(BIN)/liveriff train all $(ARGS)

docs: $(VENV)/.play ## write the generated pages again
	$(BIN)/liveriff params --markdown > docs/params.md
	$(BIN)/python -m liveriff.control.osc.page docs/osc.md
	$(BIN)/python -m liveriff.control.midi.document docs/controllers.md
	$(BIN)/python -m liveriff.ui.page docs/screens.md
	$(BIN)/python -m liveriff.cli.manual docs/commands.md docs/liveriff.1
	$(BIN)/liveriff render --prompt "deep house, warehouse drums, rolling bass, warm chords" --key "A minor" --bpm 124 \
	    --seed 3 --out $(VENV)/loop.wav --spectrogram docs/loop.png

screenshots: $(VENV)/.test ## take the pictures in docs/ anew, from a running instrument (ARGS="screens overview")
	@./tools/system-packages tmux fontconfig fonts-dejavu-core
	PYTHONPATH=tests:tools $(BIN)/python -m screenshots docs $(ARGS)

clean: ## remove the virtual environment
	rm -rf $(VENV)

# --- set-up: one stamp a purpose, made again when the needs change -------------------------------------------------
$(BIN)/pip:
	@./tools/system-packages python3-venv
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip

$(VENV)/.play: pyproject.toml | $(BIN)/pip
	@./tools/system-packages $(SYSTEM_PLAY)
	$(BIN)/pip install --quiet "$(TORCH)"
	$(BIN)/pip install --quiet --editable .
	@touch $@

$(VENV)/.test: pyproject.toml | $(BIN)/pip
	@./tools/system-packages $(SYSTEM_TEST)
	$(BIN)/pip install --quiet "$(TORCH)"
	$(BIN)/pip install --quiet --editable ".[test,train]"
	@touch $@ $(VENV)/.play $(VENV)/.train

$(VENV)/.train: pyproject.toml | $(BIN)/pip
	@./tools/system-packages $(SYSTEM_TRAIN)
	$(BIN)/pip install --quiet "$(TORCH)"
	$(BIN)/pip install --quiet --editable ".[train]"
	@touch $@
