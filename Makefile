# Everything lives in .venv; `make run` and `make test` need only Python 3.11 or newer, and make.
PYTHON ?= python3
BIN := .venv/bin
KOKORO ?= .venv/kokoro-model
PIP = $(BIN)/pip install --quiet --disable-pip-version-check

.PHONY: run talk serve test test-ha lint format types bench soak banks voice-check lock aws-package model figures clean help

help: ## these lines
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

run: .venv/run ## set up, and open the coach in the browser
	@$(BIN)/backbeat serve --local --open

talk: .venv/run ## set up, and talk with the coach in the terminal
	@$(BIN)/backbeat talk

serve: .venv/run ## set up, and serve the skill on loopback, for trying it out
	@$(BIN)/backbeat serve --local

# What one half of the tests compiles, the other need not, nor the servers they start: so all may write it down.
test: export PYTHONDONTWRITEBYTECODE :=

# What has the machine to itself mostly waits, and a file at a time makes what its tests share once. The longest come first.
LONG := tests/speaker/test_page.py tests/test_container.py tests/deploy/test_package.py tests/test_stopping.py

test: .venv/dev .venv/browser .venv/proxies .venv/viewer ## set up, and run every check: lint, types, content, model, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/backbeat content check
	$(BIN)/backbeat model check
	$(BIN)/pytest --numprocesses auto --dist worksteal -m "not alone"
	$(BIN)/pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder -m alone \
		$(LONG) $$(grep -rl --include="*.py" "mark.alone" tests | sort)

# Home Assistant is too large for `make test`, and wants a newer Python.
HA_PYTHON ?= python3.13

test-ha: .venv/dev .venv/ha ## try it with real Home Assistant, once it is installed: 600 MB; takes FFmpeg, and HA_PYTHON= a Python 3.13
	.venv/ha/bin/python -m pytest -c tests/ha/pytest.ini --rootdir . tests/ha

bench: .venv/dev ## measure the whole turn against a bare route and a one-handler skill
	$(BIN)/python -m tests.bench

soak: .venv/dev ## ten minutes of everything at once, with the server killed twice: nothing may be lost
	$(BIN)/python -m tests.bench.soak

voice-check: .venv/ears ## play a voice to ears that were never told what it says: make voice-check BANK=… EARS=…
	@test -n "$(BANK)" -a -n "$(EARS)" || { echo "BANK= a voice's bank, EARS= a folder with whisper-base, as faster-whisper takes it"; exit 1; }
	.venv/ears/bin/python -m tests.voicecheck "$(BANK)" --ears "$(EARS)"

format: .venv/dev ## lay the code out
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

banks: .venv/kokoro ## speak what the voices that ship lack: half an hour for each from nothing; KOKORO=FOLDER of the model's files
	$(BIN)/backbeat voice build --voice kokoro --style woman --model $(KOKORO) --bank skill/voice/banks/en.woman.sqlite3
	$(BIN)/backbeat voice build --voice kokoro --style man --model $(KOKORO) --bank skill/voice/banks/en.man.sqlite3

figures: .venv/dev ## draw the contact sheet and the stills anew; PNGs take librsvg
	$(BIN)/python -m tests.figures.sheet

model: .venv/dev ## regenerate the interaction model, and train the ears on it
	$(BIN)/backbeat model write
	$(BIN)/backbeat model train

aws-package: .venv/run ## the skill as a function of AWS, in build/aws; AWS="--help" says what can be chosen
	$(BIN)/python -m deploy.aws.package $(AWS)

# The locks name exact versions and hashes, and no registry. uv is only needed here.
lock: ## rewrite the locks from pyproject.toml
	$(PYTHON) -m venv .venv/uv && .venv/uv/bin/pip -q install uv
	printf 'hatchling==1.33.0\neditables==0.6\n' | .venv/uv/bin/uv pip compile pyproject.toml - --extra dev --universal \
		--python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o locks/dev.txt
	printf 'hatchling==1.33.0\neditables==0.6\n' | .venv/uv/bin/uv pip compile pyproject.toml - --extra aloud --extra ears --extra wyoming --constraint locks/dev.txt --universal \
		--python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o locks/run.txt
	.venv/uv/bin/uv pip compile pyproject.toml --extra lambda --constraint locks/dev.txt --universal \
		--python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o locks/aws.txt

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Backbeat needs Python 3.11 or newer. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up .venv: once, and it takes half a minute or so …"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/run: .venv/python locks/run.txt pyproject.toml
	@echo "Installing what locks/run.txt names …"
	@$(PIP) --no-compile --require-hashes -r locks/run.txt  # of a package that brings hundreds of modules, a few are used
	@$(PIP) --no-build-isolation --no-deps -e .
	@touch $@

.venv/dev: .venv/python locks/dev.txt pyproject.toml
	@echo "Installing what locks/dev.txt names …"
	@$(PIP) --require-hashes -r locks/dev.txt
	@$(PIP) --no-build-isolation --no-deps -e .
	@touch $@ .venv/run

# The page is tried in a Chromium of the system's: none is fetched by the way.
.venv/browser: .venv/python
	@{ test -n "$$CHROMIUM" || command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null \
		|| { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && echo "Installing Chromium …" \
			&& apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
		|| { echo "The page is tried in Chromium, and there is none: install it (apt-get install chromium), or set CHROMIUM to where one is."; exit 1; }
	@touch $@

# The README's proxies are tried in the real nginx and Caddy. Those that are not installed are unpacked here: nothing is started, or of the system's.
.venv/proxies: .venv/python
	@mkdir -p $@.new
	@PATH="$$PATH:/usr/sbin"; for name in nginx caddy; do command -v $$name >/dev/null || { \
		echo "Unpacking $$name into $@ …"; \
		{ test "$$(id -u)" != 0 || apt-get update -qq; } && (cd $@.new && apt-get download -qq $$name 2>/dev/null && dpkg-deb -x "$${name}"_*.deb .) \
		|| { rm -rf $@.new; echo "The README's proxies are tried, and there is no $$name: install it (apt-get install $$name)"; exit 1; }; }; done
	@rm -rf $@ && mv $@.new $@ && touch $@  # a package has a time of its own

.venv/kokoro: .venv/dev
	@echo "Installing what speaks with Kokoro …"
	@$(PIP) --no-build-isolation -e ".[kokoro]"
	@touch $@

# Amazon's viewer of what a screen is sent: of its packages the last that needs nothing but itself. It is not ours to pass on.
VIEWER := 4dc0a5a3cee51b7a7156c64f3f6d2d4ae5d30a0b994bf55b49e3383e3fa3d6e7

.venv/viewer: .venv/python
	@command -v npm >/dev/null || { echo "Screens are tried in Amazon's viewer, which npm fetches, and there is no npm: install Node.js"; exit 1; }
	@echo "Fetching Amazon's viewer of screens into .venv/viewer …"
	@npm install --silent --no-audit --no-fund --no-save --ignore-scripts --prefix $@ apl-viewhost-web@1.4.0
	@echo "$(VIEWER)  $@/node_modules/apl-viewhost-web/index.js" | sha256sum --check --quiet || { rm -rf $@; exit 1; }
	@touch $@

.venv/ha: tests/ha/requirements.txt
	@command -v ffmpeg >/dev/null || { echo "Home Assistant converts sound with FFmpeg, and there is none: install it"; exit 1; }
	@$(HA_PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' \
		|| { echo "This Home Assistant runs on Python 3.13. Try: make HA_PYTHON=/path/to/python3.13 $(MAKECMDGOALS)"; exit 1; }
	@echo "Installing Home Assistant into $@: once, and it takes some minutes …"
	@rm -rf $@ && $(HA_PYTHON) -m venv $@
	@$@/bin/pip install --quiet --disable-pip-version-check -r tests/ha/requirements.txt || { rm -rf $@; exit 1; }
	@touch $@

# What hears is in no lock: only this check needs it.
.venv/ears: .venv/python pyproject.toml
	@echo "Setting up the ears in .venv/ears …"
	@$(PYTHON) -m venv $@
	@$@/bin/pip install --quiet --disable-pip-version-check -e ".[voice]" faster-whisper==1.2.1
	@touch $@

clean: ## forget the set-up
	rm -rf .venv
