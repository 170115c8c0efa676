# What can be done in a checkout. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := --norc -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV := .venv
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
SYSTEM_PACKAGES := python3-venv mmdebstrap systemd-container debian-archive-keyring netcat-openbsd openssh-client iproute2 apt-utils xfsprogs

.PHONY: help
help: ## List the targets.
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

$(VENV)/.system-packages: Makefile
	@if ! dpkg-query --show $(SYSTEM_PACKAGES) >/dev/null 2>&1; then \
	  apt-get update --quiet && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $(SYSTEM_PACKAGES); fi
	mkdir -p $(@D) && touch $@

$(VENV)/.environment: $(VENV)/.system-packages requirements.txt tools/install-collections
	/usr/bin/python3 -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	$(VENV)/bin/python tools/install-collections $(VENV)/collections
	touch $@

$(VENV)/gates/.environment: $(VENV)/.environment requirements-gates.txt
	@command -v shellcheck >/dev/null || { apt-get update --quiet && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends shellcheck; }
	/usr/bin/python3 -m venv $(VENV)/gates
	$(VENV)/gates/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements-gates.txt
	touch $@

$(VENV)/.chromium: $(VENV)/.system-packages
	@command -v chromium >/dev/null || { apt-get update --quiet && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends chromium; }
	touch $@

.PHONY: environment
environment: $(VENV)/.environment ## Install what the other targets need: Debian packages, .venv, collections.

.PHONY: lab-up
lab-up: environment ## Start the lab: a hypervisor and its nodes, as inventories/lab describes them.
	ansible-playbook playbooks/lab_up.yml

.PHONY: lab-down
lab-down: environment ## Stop the lab and remove all of it but the cache.
	ansible-playbook playbooks/lab_down.yml

.PHONY: demo
demo: environment ## Build the paper's cluster in the lab and show it at work.
	@tools/demo

.PHONY: test
test: environment $(VENV)/gates/.environment $(VENV)/.chromium ## Run the tests that every change needs: linters, unit tests, the roles on stub packages of other distributions, what publishing asks for, the documentation and the report in a browser, and the whole site on a lab of Debian 12. PARTS names parts of tools/run-tests instead.
	tools/run-tests $(PARTS)

.PHONY: test-more
test-more: environment ## Run the rest: the modules against the real pcs of both releases, the targets of ansible-test integration, Molecule, the site on Debian 13, as the page for own hosts has it, on IPv6 alone and in the shape of EL, killed runs, a cluster's life.
	tools/run-tests hermetic targets molecule site-trixie minimal own-hosts ipv6 red-hat interruption lifecycle

.PHONY: test-failover
test-failover: environment ## Break a lab's cluster in all ways, ROUNDS times (3), and COUNT more (20), in a random order (SEED). Takes hours.
	tools/run-tests failover

.PHONY: test-report
test-report: environment $(VENV)/.chromium ## Test the report in a headless Chromium, Debian's, which is installed for that.
	tools/run-tests report

.PHONY: bench
bench: environment ## Measure pcs_cib against one pcs call per object, community.general and, where ONDREJHOME names its directory, ondrejhome's pcs_resource (also: tools/bench --ssh).
	tools/bench $(if $(ONDREJHOME),--ondrejhome $(ONDREJHOME))

.PHONY: bench-site
bench-site: environment ## Measure whole runs, beside linux-system-roles.ha_cluster where PEER names its directory (also: tools/bench-site --help).
	tools/bench-site $(if $(PEER),--peer $(PEER)) --write

.PHONY: test-gates
test-gates: $(VENV)/gates/.environment ## Check what publishing asks for: ansible-test's sanity, licences, changelog, documentation, Galaxy's importer, the installed tarball.
	tools/run-tests sanity gates package

.PHONY: test-matrix
test-matrix: $(VENV)/gates/.environment ## Run ansible-test, and the site on a lab, with each supported ansible-core and Python, and the hermetic tests on Debian testing and unstable (90 minutes; tools/run-matrix takes a part of it).
	tools/run-matrix

.PHONY: docs
docs: $(VENV)/gates/.environment ## Build the documentation site into build/docs/html (tools/run-tests docs also looks at it in a Chromium).
	tools/build-docs

.PHONY: changelog
changelog: $(VENV)/gates/.environment ## Generate CHANGELOG.md from the fragments, for the version that galaxy.yml names.
	tools/copy-sources build/changelog --public
	cd build/changelog && PATH="$(CURDIR)/$(VENV)/gates/bin:$$PATH" antsibull-changelog release --update-existing --reload-plugins --refresh
	cp build/changelog/CHANGELOG.md . && cp build/changelog/changelogs/changelog.yaml changelogs

.PHONY: lint
lint: environment ## Check style and types.
	tools/run-tests lint

.PHONY: unit
unit: environment ## Run the tests that need no cluster.
	tools/run-tests unit
