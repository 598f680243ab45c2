# Each target is one line of work; `make` lists them.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt
DEMO := build/demo

.PHONY: help audit sbom bench release dist dist-test dist-lowest frozen deb deb-test docs licences screenshots demo test fuzz lint format train constraints clean
help:
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

.venv/app: pyproject.toml constraints.txt
	installer/system-packages.sh run
	$(PYTHON) -m venv .venv
	$(INSTALL) --editable .
	touch $@

.venv/dev: .venv/app
	installer/system-packages.sh test
	$(INSTALL) --editable '.[training,scale,docs,dev]'
	touch $@

demo: .venv/app ## make studies, scan them, and open the window on them
	rm -rf $(DEMO)
	$(BIN)/triage-app demo $(DEMO)/studies
	$(BIN)/triage-app scan $(DEMO)/studies --output $(DEMO)/rows.csv --heatmaps $(DEMO)/heatmaps || test $$? = 3
	$(BIN)/triage-app $(DEMO)/studies --database $(DEMO)/worklist.sqlite $(if $(DISPLAY)$(WAYLAND_DISPLAY),,--screenshot $(DEMO)/window.png)

screenshots: .venv/dev ## read five studies by real keys and keep a picture of each step; some go into docs
	rm -rf build/screenshots
	$(BIN)/triage-app demo build/screenshots/studies
	$(BIN)/python -m benchmarks.reading_screenshots build/screenshots/studies build/screenshots
	$(BIN)/python installer/guide_pictures.py build/screenshots/en-100

docs: .venv/dev ## make the documents; build/site is read without a network
	$(BIN)/python installer/documents.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

licences: .venv/dev ## write the licences of what is installed into NOTICE
	$(BIN)/python installer/licences.py

.venv/installer: .venv/app
	installer/system-packages.sh package
	$(INSTALL) --editable '.[installer]'
	touch $@

frozen: .venv/installer ## freeze the program with its Python into dist/triage-app, and prove it
	$(BIN)/pyinstaller --noconfirm --log-level WARN --distpath dist --workpath build/frozen installer/triage_app.spec
	$(BIN)/python installer/frozen_check.py dist/triage-app

deb: .venv/installer ## make the Debian package of the frozen program, in dist
	test -x dist/triage-app/triage-app || $(MAKE) frozen
	PYTHON=$(BIN)/python installer/debian/build.sh dist/triage-app dist

deb-test: deb ## install, use, upgrade, remove and purge the package in a clean Debian; needs root
	PYTHON=$(BIN)/python LEVEL=0 installer/debian/build.sh dist/triage-app build/deb 999.0
	installer/debian/test.sh dist/triage-app_*.deb build/deb/triage-app_999.0_*.deb

.venv/release: .venv/app
	$(INSTALL) --editable '.[release]'
	touch $@

dist: .venv/release ## build the sdist, and the wheel out of it, in dist, of what is committed
	rm -rf build/committed dist/triage_app-*.whl dist/triage_app-*.tar.gz && mkdir -p build/committed
	git archive HEAD | tar -x -C build/committed
	$(BIN)/python -m build --outdir dist build/committed

dist-test: dist ## prove both: contents, metadata, a fresh environment, every command, the self-test
	$(BIN)/python installer/dist_check.py dist

dist-lowest: dist ## the same with the oldest releases that the wheel says it works with
	$(BIN)/python installer/dist_check.py --lowest dist

sbom: .venv/dev ## list what is installed as CycloneDX in build/sbom.json
	$(PYTHON) -m venv build/sbom-tool
	build/sbom-tool/bin/pip install --quiet --disable-pip-version-check cyclonedx-bom
	build/sbom-tool/bin/cyclonedx-py environment .venv --pyproject pyproject.toml --of JSON -o build/sbom.json

audit: ## look for known vulnerabilities in what constraints.txt names; needs a network
	$(PYTHON) -m venv build/audit-tool
	build/audit-tool/bin/pip install --quiet --disable-pip-version-check pip-audit
	build/audit-tool/bin/pip-audit --no-deps --disable-pip --requirement constraints.txt

release: .venv/release ## check, test, build, prove, sum up and sign VERSION in dist/release; DRY=1 in short
	installer/release.sh $(VERSION)

bench: .venv/dev ## measure speed and memory beside baselines; figures into build/benchmarks.json
	mkdir -p build && $(BIN)/python -m benchmarks --json build/benchmarks.json $(NAMES)

test: .venv/dev ## run every test
	$(BIN)/pytest -n 2 --dist loadfile

fuzz: .venv/dev ## damage N files (SEED, CORPUS=folder, MINUTES) and tell what came of them
	$(BIN)/python -m tests.fuzzing -n $(or $(N),10000) --seed $(or $(SEED),1) --workers $(or $(WORKERS),2) $(CORPUS:%=--corpus %) $(MINUTES:%=--minutes %)

lint: .venv/dev ## check style, types and the walls between the rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/dev ## bring the code into form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

constraints: ## take the newest releases that work together into constraints.txt
	rm -rf build/constraints && $(PYTHON) -m venv build/constraints
	build/constraints/bin/pip install --quiet --upgrade '.[training,scale,installer,release,docs,dev]'
	build/constraints/bin/pip freeze --exclude triage-app > constraints.txt

clean: ## remove what was made, and the environment
	rm -rf .venv build dist *.egg-info
