# aftershock. `make` alone lists the targets.

FIX   ?=
PAIRS ?=
SEED  ?=
QUICK ?=
SCENARIO ?= leader-churn

GOLANGCI_LINT := v2.15.0
DESCRIBED := $(shell git describe --tags --always --dirty 2>/dev/null)
VERSION := $(or $(DESCRIBED),devel)
COMMIT  := $(shell git rev-parse HEAD 2>/dev/null || echo unknown)$(shell test -z "$$(git status --porcelain 2>/dev/null)" || echo -dirty)
LDFLAGS := -s -w -X aftershock/harness.Version=$(VERSION) -X aftershock/harness.Commit=$(COMMIT)

# A value as one word of the shell, whatever it holds.
quoted = '$(subst ','\'',$(1))'
# What QUICK may say, and --quick where it says yes.
YES := 1 true yes
NO  := 0 false no
quick = $(if $(filter-out $(YES) $(NO),$(QUICK)),$(error QUICK is "$(QUICK)" (allowed: $(YES) $(NO))),$(if $(filter $(YES),$(QUICK)),--quick))

RUN_FLAGS = $(if $(FIX),--fix $(call quoted,$(FIX))) $(if $(PAIRS),--pairs $(call quoted,$(PAIRS))) $(if $(SEED),--seed $(call quoted,$(SEED))) \
	$(quick) $(if $(BUDGET),--budget $(call quoted,$(BUDGET))) $(if $(OUT),--out $(call quoted,$(OUT)))

.DEFAULT_GOAL := help
.PHONY: help build install test test-short ci-full lint bench outages kills bench-leader-churn article selftest calibrate-stats bench-go bench-links fuzz image compose clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20
	@echo
	@echo "variables: FIX=a,b  PAIRS=n  SEED=n  QUICK=1  SCENARIO=name  BUDGET=duration  OUT=folder"

build: ## bin/aftershock, static
	@test -n '$(DESCRIBED)' || { echo 'warning: git tells no version, and the program calls itself devel:'; git rev-parse HEAD; true; } >&2
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/aftershock ./cmd/aftershock

install: ## aftershock in the folder where Go puts programs
	CGO_ENABLED=0 go install -trimpath -ldflags '$(LDFLAGS)' ./cmd/aftershock

bench-leader-churn: build ## the main job: P99 and throughput before and after each fix, under elections and partitions
	bin/aftershock run leader-churn $(RUN_FLAGS)

article: build ## the claims of the article: every fix where it matters, and a table; within an hour, QUICK=1 within twelve minutes
	bin/aftershock article run $(if $(SEED),--seed $(call quoted,$(SEED))) $(quick) $(if $(OUT),--out $(call quoted,$(OUT)))

bench: build ## any scenario: make bench SCENARIO=name
	bin/aftershock run $(call quoted,$(SCENARIO)) $(RUN_FLAGS)

selftest: build ## can the verdicts be believed on this machine? QUICK=1 takes 3 minutes; leaves a calibration
	bin/aftershock selftest $(quick)

calibrate-stats: ## how often our own statistics are wrong, on synthetic trials whose truth is known
	go run ./results/stat/calibrate $(if $(REPS)$(SEED),,-check docs/statistics.md) $(if $(REPS),-reps $(REPS)) $(if $(SEED),-seed $(SEED))

# Packages that start no goroutine, as a test sees to: the race detector finds nothing there, and slows down a
# simulation tenfold.
PURE := ./chaos/plan ./results/gate ./results/stat ./results/stat/simulation

# Every fault on real members has to have its effect within the time that it is held for, so no other package runs
# beside this one.
REAL := ./harness/cluster

test: ## all tests, with the race detector
	go test $(PURE)
	go test -race -timeout 30m $(REAL)
	go test -race -timeout 30m $$(go list ./... | grep -vxF "$$(go list $(PURE) $(REAL))")
	cd scenarios/article/analyzers && go test ./...
	cd results/report/browser && go test ./...

test-short: ## the tests that neither boot members nor compute for long
	go test -short ./...

lint: bin/golangci-lint-$(GOLANGCI_LINT) ## golangci-lint, built from source on first use, in all modules
	$< run ./...
	cd scenarios/article/analyzers && $(CURDIR)/$< run ./...
	cd chaos/network/compare && $(CURDIR)/$< run ./...
	cd results/report/browser && $(CURDIR)/$< run ./...

bin/golangci-lint-$(GOLANGCI_LINT):
	mkdir -p bin
	GOBIN=$(CURDIR)/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT)
	mv bin/golangci-lint $@

ci-full: ## what CI runs, and more of what takes too long for it: a hundred random mixes, and a hundred kills
	.ci/run
	$(MAKE) mixes MIXES=100
	$(MAKE) kills

outages: build ## what each kind of fault costs, as the table of docs/faults.md: one run of about 13 minutes
	bin/aftershock run everything --plan docs/outages.plan --budget $(call quoted,$(or $(BUDGET),30m)) --out results/outages
	bin/aftershock report "$$(ls -td results/outages/*/ | head -n 1)" --format md

mixes: ## random mixes of all faults on real clusters: MIXES of them (default 300), from SEED on (default 1)
	go test -count=1 -timeout 0 -run '^TestRandomMixes$$' -v ./harness/cluster -args -mixes $(or $(MIXES),300) -seed $(or $(SEED),1)

mixes-speed: ## faults a minute of random mixes beside those of the tests of one fault each
	.ci/mixes-speed $(or $(MIXES),24) $(or $(SEED),1)

kills: build ## kill KILLS (default 100) orchestrators at random moments of a run, on every runtime: nothing may be left behind
	.ci/kills $(or $(KILLS),100) $(or $(SEED),1)

bench-go: ## the harness's own benchmarks: boot, links, recorder, statistics
	go test -run '^$$' -bench . -benchmem ./...

bench-links: ## links beside a plain splice and toxiproxy: round trips, bulk, cuts, ten thousand connections
	go test -run '^$$' -bench . -benchmem ./chaos/network
	cd chaos/network/compare && go test -run '^$$' -bench . -benchtime 3s

fuzz: ## every fuzz target for FUZZTIME (default 10s)
	@grep -rlE '^func Fuzz' --include=*_test.go . | xargs -n1 dirname | sort -u | while read -r dir; do \
	  grep -hoE '^func Fuzz[A-Za-z0-9]+' "$$dir"/*_test.go | sed 's/func //' | while read -r target; do \
	    echo "$$dir $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(or $(FUZZTIME),10s) -fuzzminimizetime 1x "$$dir" || exit 1; \
	  done || exit 1; \
	done

image: build ## the container image, from scratch
	docker build -t aftershock .

compose: build ## leader-churn in one container
	docker-compose up --build --abort-on-container-exit --exit-code-from leader-churn

clean: ## remove what was built; runs stay
	rm -rf bin
