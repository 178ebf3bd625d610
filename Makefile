# Everything there is to type. `make help` lists it.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo build dev test bench gen setup clean

help: ## Show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | awk -F'\t' '{ printf "make %-8s %s\n", $$1, $$2 }'

demo: ## Build, load a real shop's orders, print the address and the sign-in link (ARGS="…" go to `perennial demo`)
	@scripts/setup.sh build
	PERENNIAL_CONSOLE=build cargo run --locked --release --package perennial-server --bin perennial -- demo --data .demo $(ARGS)

build: ## Build the release binary with the console inside: target/release/perennial
	@scripts/setup.sh build
	PERENNIAL_CONSOLE=build cargo build --locked --release --package perennial-server --bin perennial

dev: ## Serve the console from its sources beside a debug server, on ./perennial-data
	@scripts/setup.sh build
	@scripts/dev.sh $(ARGS)

test: ## Everything that continuous integration runs
	@scripts/setup.sh test
	@scripts/test.sh

bench: ## Build, measure beside peers, write bench/report.md (ARGS="--scale full" for the promised sizes, "--build" for the time of a clean build)
	@scripts/setup.sh bench
	PERENNIAL_CONSOLE=build cargo build --locked --release --package perennial-server --bin perennial
	PERENNIAL_CONSOLE=build cargo build --locked --release --workspace --example fold_speed --example value_speed --example track_load --example index_speed --example plan_speed --example cluster_speed
	python3 bench/run.py $(ARGS)

gen: ## Write the derived files again: docs/openapi.json, console/src/shared/api/schema.d.ts
	@scripts/setup.sh build
	@scripts/gen.sh

setup: ## Only check what the commands above need, and install what Debian has
	@scripts/setup.sh test

clean: ## Remove what was built, not the data
	cargo clean
	rm -rf console/dist console/node_modules
