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
.PHONY: help build install test test-envelope test-short ci-full lint bench outages matrix kills bench-leader-churn example article selftest \
	nightly signoff calibrate-stats calibrate-nightly calibrate-bisect bench-go bench-links bench-live bench-kv bench-page \
	bench-rate fuzz image compose clean compose-watch

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

signoff: build ## this repository's release policy on its own build, signed and verified: about a minute (docs/sign-off.md); KEY= WAIVE= OUT=
	KEY=$(call quoted,$(KEY)) WAIVE=$(call quoted,$(WAIVE)) OUT=$(call quoted,$(OUT)) .ci/signoff

example: build ## the example under results/baselines, written anew from a run's folder: RUN=folder
	.ci/example $(call quoted,$(RUN))

article: build ## the claims of the article: every fix where it matters, and a table; within an hour, QUICK=1 within twelve minutes
	bin/aftershock article run $(if $(SEED),--seed $(call quoted,$(SEED))) $(quick) $(if $(OUT),--out $(call quoted,$(OUT)))

bench: build ## any scenario: make bench SCENARIO=name
	bin/aftershock run $(call quoted,$(SCENARIO)) $(RUN_FLAGS)

selftest: build ## can the verdicts be believed on this machine? QUICK=1 takes 3 minutes; leaves a calibration
	bin/aftershock selftest $(quick)

nightly: build ## a night of nightly.yaml into aftershock-history (HISTORY), with an exit code for a CI server
	bin/aftershock nightly --config nightly.yaml $(if $(HISTORY),--history $(call quoted,$(HISTORY)))

calibrate-stats: ## how often our own statistics are wrong, on synthetic trials whose truth is known
	go run ./results/stat/calibrate $(if $(REPS)$(SEED),,-check docs/statistics.md) $(if $(REPS),-reps $(REPS)) $(if $(SEED),-seed $(SEED))

calibrate-nightly: ## how many false alarms nights raise, and how soon they find a step, beside other rules
	go run ./results/trend/calibrate $(if $(SEED),-seed $(SEED),-check docs/nightly.md)

calibrate-bisect: ## how often bisect names the right revision, beside how often it says so, and at what cost
	go run ./results/bisect/calibrate $(if $(SEED),-seed $(SEED),-check docs/bisect.md)

# Packages that start no goroutine, as a test sees to: the race detector finds nothing there, and slows down a
# simulation tenfold.
SINGLE := ./chaos/plan ./internal/arrows ./results/attest ./results/bisect ./results/bisect/simulation ./results/gate \
	./results/hlog ./results/manifest ./results/stat ./results/stat/simulation ./results/trend \
	./results/trend/simulation ./scenarios/fixes

# No other package runs beside these. Every fault on real members has to have its effect within the time that it is held
# for, a program that is stopped for a known time has to catch up at once, and what a busy machine would leave undecided,
# a user's own test or a whole run with its verdict, is to be decided here.
REAL := ./harness/cluster ./scenarios/service ./docs/examples/library

# Whole runs with all their processes, large folders and simulations take three times as long with the race detector. It
# sees runs, clusters and faults whole in the packages below them, and make ci-full lets it see these too.
WHOLE := ./cmd/aftershock
LARGE := ./results/report ./results/signoff ./results/stat/calibrate ./results/summary

test: ## all tests, with the race detector where goroutines run side by side
	go test $(SINGLE) $(LARGE)
	go test -race -timeout 30m -p 1 $(REAL)
	go test -timeout 30m $(WHOLE)
	go test -race -timeout 30m $$(go list ./... | grep -vxF "$$(go list $(SINGLE) $(REAL) $(WHOLE) $(LARGE))")
	cd scenarios/article/analyzers && go test ./...
	cd results/report/browser && go test ./...
	cd deploy/dashboards && go test -count=1 ./... # much that it reads is not of its module, and a cached result is of old files
	cd docs/examples/configd && go test ./...
	cd docs/ci/check && go test ./...

test-envelope: ## sigstore's library checks an envelope of ours; needs npm
	cd results/attest/independent && npm ci --silent --ignore-scripts --no-audit --no-fund && npm test --silent

test-short: ## the tests that neither boot members nor compute for long
	go test -short $$(go list ./... | grep -vx aftershock/docs/examples/library)

lint: bin/golangci-lint-$(GOLANGCI_LINT) ## golangci-lint, built from source on first use, in all modules
	$< run ./...
	cd scenarios/article/analyzers && $(CURDIR)/$< run ./...
	cd chaos/network/compare && $(CURDIR)/$< run ./...
	cd results/report/browser && $(CURDIR)/$< run ./...
	cd results/report/vegeta && $(CURDIR)/$< run ./...
	cd scenarios/service/compare && $(CURDIR)/$< run ./...
	cd deploy/dashboards && $(CURDIR)/$< run ./...
	cd docs/examples/configd && $(CURDIR)/$< run ./...
	cd docs/ci/check && $(CURDIR)/$< run ./...

bin/golangci-lint-$(GOLANGCI_LINT):
	mkdir -p bin
	GOBIN=$(CURDIR)/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT)
	mv bin/golangci-lint $@

ci-full: ## what CI runs, and more of what takes too long for it: a hundred random mixes, a hundred kills, whole runs with the race detector
	.ci/run
	go test -race -timeout 60m $(WHOLE)
	go test -race -timeout 60m $(LARGE)
	$(MAKE) mixes MIXES=100
	$(MAKE) kills KILLS=100
	$(MAKE) bench SCENARIO=client-versions PAIRS=1

outages: build ## what each kind of fault costs, as the table of docs/faults.md: one run of about 13 minutes
	bin/aftershock run everything --plan docs/outages.plan --budget $(call quoted,$(or $(BUDGET),30m)) --out results/outages
	bin/aftershock report results/outages/latest --format md

mixes: ## random mixes of all faults on real clusters: MIXES of them (default 300), from SEED on (default 1)
	go test -count=1 -timeout 0 -run '^TestRandomMixes$$' -v ./harness/cluster -args -mixes $(or $(MIXES),300) -seed $(or $(SEED),1)

mixes-speed: ## faults a minute of random mixes beside those of the tests of one fault each
	.ci/mixes-speed $(or $(MIXES),24) $(or $(SEED),1)

matrix: build ## kv-put and the baseline of leader-churn on several etcds, as a table: ETCDS="v3.6.9 v3.7.3 /usr/bin/etcd" PAIRS=6
	.ci/matrix $(or $(PAIRS),6) $(or $(OUT),results/runs) $(or $(ETCDS),v3.5.12 v3.6.9 v3.7.3)

kills: build ## kill KILLS (default 1000, half an hour) orchestrators at random moments of a run, on every runtime: nothing may be left behind
	.ci/kills $(or $(KILLS),1000) $(or $(SEED),1)

bench-go: ## the harness's own benchmarks: boot, links, recorder, statistics
	go test -run '^$$' -bench . -benchmem ./...

bench-links: ## links beside a plain splice and toxiproxy: round trips, bulk, cuts, ten thousand connections
	go test -run '^$$' -bench . -benchmem ./chaos/network
	cd chaos/network/compare && go test -run '^$$' -bench . -benchtime 3s

bench-live: build ## what 20 viewers cost the run that they watch: PAIRS of runs (default 24), SEED
	go test -count=1 -timeout 0 -run '^TestWhatViewersCost$$' -v ./cmd/aftershock -args \
	  -viewers-pairs $(or $(PAIRS),24) -viewers-seed $(or $(SEED),1) \
	  -viewers-program $(CURDIR)/bin/aftershock -viewers-scenario testdata/watched.yaml

bench-rate: build ## what a request costs our worker, vegeta and fortio, in turn: RATE=4000 ROUNDS=8 FOR=8s
	cd scenarios/service/compare && go run . -rate $(or $(RATE),4000) -rounds $(or $(ROUNDS),8) -for $(or $(FOR),8s) \
	  -aftershock $(CURDIR)/bin/aftershock

bench-kv: build ## etcd by our worker and by etcd's own benchmark, in turn: OPS=put,range CALLERS=50,256 RATE=1000 ROUNDS=8 FOR=8s, or PAUSE=1
	go build -o bin/kvbench ./cmd/kvbench
	cd cmd/kvbench/etcd && go build -o $(CURDIR)/bin/etcd-benchmark go.etcd.io/etcd/v3/tools/benchmark
	bin/kvbench -rounds $(or $(ROUNDS),8) -for $(or $(FOR),8s) -rate $(or $(RATE),1000) \
	  $(if $(OPS),-operations $(OPS)) $(if $(CALLERS),-callers $(CALLERS)) $(if $(PAUSE),-pause) bin/aftershock bin/etcd-benchmark

VEGETA := results/report/vegeta

# In turn, because a machine does not stay as fast as it is. Pages are left for the browser.
bench-page: build ## the page of a run: of 8 fixes in 15 pairs, and of a million operations beside vegeta's plot
	go test -run '^$$' -bench BenchmarkHTML -benchmem ./results/report
	mkdir -p bin/pages
	cd $(VEGETA) && go build -o $(CURDIR)/bin/vegeta github.com/tsenart/vegeta/v12
	cd $(VEGETA) && go test -c -o $(CURDIR)/bin/vegeta.test .
	cd $(VEGETA) && for n in 1 2 3 4 5 6; do $(CURDIR)/bin/vegeta.test -test.run '^$$' -test.bench . \
	  -test.benchtime 1x -pages $(CURDIR)/bin/pages || exit 1; done
	cd results/report/browser && go test -run '^$$' -bench Opens -benchtime 10x -count 6 -args \
	  -pages $(CURDIR)/bin/pages

fuzz: ## every fuzz target for FUZZTIME (default 10s)
	@grep -rlE '^func Fuzz' --include=*_test.go . | xargs -n1 dirname | sort -u | while read -r dir; do \
	  grep -hoE '^func Fuzz[A-Za-z0-9]+' "$$dir"/*_test.go | sed 's/func //' | while read -r target; do \
	    echo "$$dir $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(or $(FUZZTIME),10s) -fuzzminimizetime 1x "$$dir" || exit 1; \
	  done || exit 1; \
	done

image: build ## the container image, from scratch
	docker build -t aftershock .

# Results belong to the user who asks.
COMPOSE = mkdir -p results/runs && OWNER=$$(id -u):$$(id -g) docker compose

compose: build ## leader-churn in one container
	$(COMPOSE) up --build --abort-on-container-exit --exit-code-from leader-churn

compose-watch: build ## the same beside Prometheus and Grafana, which are pulled and stay: http://127.0.0.1:3000
	$(COMPOSE) --profile watch up --build --detach watched
	$(COMPOSE) --profile watch logs --follow watched

clean: ## remove what was built; runs stay
	rm -rf bin
