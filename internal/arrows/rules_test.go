package arrows

import (
	"path"
	"strings"
)

// rule says what of ours a package may import. A name that ends in /* stands for all packages below.
type rule struct {
	pkg string
	may []string
}

// rules are the design's arrows, from the left wing to the right: cmd -> scenarios -> harness -> {chaos, results}.
var rules = []rule{
	{"cmd/aftershock", []string{
		"docs/examples", "scenarios", "scenarios/article", "scenarios/article/claims", "scenarios/build",
		"scenarios/fixes", "scenarios/nightly", "scenarios/selftest",
		"harness", "harness/live", "harness/live/web", "harness/suite", "chaos/faults", "chaos/plan",
		"results", "results/*", "internal/*",
	}},
	{"deploy/dashboards", nil},
	{"deploy/dashboards/print", []string{"deploy/dashboards"}},
	{"docs/ci/check", nil},
	{"docs/examples", nil},
	{"docs/examples/library", []string{"harness", "harness/command"}},
	{"docs/examples/*", nil},
	{"cmd/kills", []string{"harness", "harness/cluster", "results", "internal/*"}},
	{"cmd/worker", []string{"harness", "scenarios/fixes"}},
	{"cmd/kvbench", []string{
		"harness", "harness/cluster", "results", "results/ops", "results/stat/rounds", "internal/*",
	}},
	{"cmd/matrix", []string{"results", "results/summary", "internal/*"}},

	{"scenarios", []string{
		"harness", "harness/cluster", "harness/load", "chaos/faults", "chaos/plan", "results", "results/*",
		"scenarios/build", "scenarios/collector", "scenarios/kv", "scenarios/service", "internal/*",
	}},
	{"scenarios/build", []string{"internal/*"}},
	{"scenarios/kv", []string{
		"harness", "harness/cluster", "harness/load", "results", "results/ops", "scenarios/etcderr", "internal/*",
	}},
	{"scenarios/etcderr", []string{"results/ops"}},
	{"scenarios/service", []string{
		"harness", "harness/load", "harness/load/frozen", "results", "results/ops", "scenarios/build", "internal/*",
	}},
	{"scenarios/service/compare", []string{
		"results", "results/ops", "results/stat/rounds", "scenarios/service", "internal/*",
	}},
	{"scenarios/collector", []string{
		"harness", "harness/load", "results", "results/ops", "scenarios/build", "scenarios/collector/*",
		"scenarios/etcderr", "internal/*",
	}},
	{"scenarios/collector/*", []string{
		"harness", "harness/load", "results", "results/ops", "scenarios/collector/part", "scenarios/etcderr",
		"internal/*",
	}},
	{"scenarios/collector/registry/registrytest", []string{"scenarios/collector/part"}},
	{"scenarios/nightly", []string{"results", "results/stat", "results/summary", "results/trend", "internal/*"}},
	{"scenarios/selftest", []string{
		"scenarios", "scenarios/fixes", "harness", "harness/suite", "harness/load/frozen", "chaos/faults", "chaos/plan",
		"results",
		"results/*", "internal/*",
	}},
	{"scenarios/article", []string{
		"scenarios", "scenarios/article/claims", "scenarios/fixes", "harness", "harness/suite", "chaos/faults",
		"chaos/plan", "results", "results/*", "internal/*",
	}},
	{"scenarios/article/claims", []string{
		"results", "results/report", "results/report/page", "results/stat", "results/summary", "internal/*",
	}},
	{"scenarios/fixes", []string{
		"harness", "harness/load", "results", "results/ops", "scenarios/collector", "scenarios/collector/*",
		"scenarios/fixes/*", "scenarios/kv", "scenarios/service", "internal/*",
	}},
	{"scenarios/fixes/*", []string{
		"harness", "harness/load", "results", "results/ops", "scenarios/collector", "scenarios/collector/*",
		"scenarios/etcderr", "scenarios/precheck", "internal/*",
	}},
	{"scenarios/precheck", nil},

	{"harness", []string{
		"harness/*", "chaos", "chaos/faults", "chaos/plan", "results", "results/manifest", "results/ops",
		"results/hlog",
		"results/stat", "internal/*",
	}},
	{"harness/command", []string{"harness", "results", "results/report", "results/summary", "internal/*"}},
	{"harness/cluster", []string{"chaos", "chaos/network", "internal/*"}},
	{"harness/evidence", []string{"results", "internal/*"}},
	{"harness/noise", []string{"results", "internal/*"}},
	{"harness/noise/burn", nil},
	{"harness/preflight", nil},
	{"harness/live", []string{"harness", "results", "results/timeline"}},
	{"harness/live/web", []string{
		"harness", "harness/live", "results", "results/metrics", "results/ops", "results/report/page", "internal/*",
	}},
	{"harness/suite", []string{"harness", "results", "internal/*"}},
	{"harness/probe", []string{"chaos", "internal/*"}},
	{"harness/vitals", []string{"results", "internal/*"}},
	{"harness/load", []string{"results/ops", "internal/*"}},
	{"harness/load/frozen", []string{"harness/load", "results/ops", "internal/*"}},

	{"chaos", []string{"chaos/network", "chaos/plan", "internal/*"}},
	{"chaos/chaostest", []string{"chaos", "chaos/network", "internal/*"}},
	{"chaos/faults", []string{"chaos", "chaos/network", "chaos/plan", "internal/*"}},
	{"chaos/network", []string{"internal/*"}},
	{"chaos/plan", values},

	{"results", []string{"internal/*"}},
	{"results/ops", []string{"internal/*"}},
	{"results/manifest", []string{"results", "internal/*"}},
	{"results/manifest/manifesttest", []string{"results", "results/manifest"}},
	{"results/prune", []string{"results", "results/manifest", "internal/*"}},
	{"results/hlog", []string{"results", "results/ops", "internal/*"}},
	{"results/stat", nil},
	{"results/stat/*", []string{"results/stat", "results/stat/*"}},
	{"results/metrics", []string{"results", "results/ops"}},
	{"results/stat/calibrate", []string{"results/stat/simulation", "internal/marked"}},
	{"results/summary", []string{"results", "results/manifest", "results/ops", "results/stat", "internal/*"}},
	{"results/attest", []string{"internal/*"}},
	{"results/signoff", []string{
		"results", "results/attest", "results/gate", "results/manifest", "results/report/page", "results/summary",
		"internal/*",
	}},
	{"results/timeline", []string{"results", "results/ops", "results/stat", "internal/*"}},
	{"results/summary/record", []string{"results/summary"}},
	{"results/profile", []string{"results", "results/stat", "results/summary", "internal/*"}},
	{"results/bisect", []string{"results", "results/stat", "internal/jsonfile"}},
	{"results/bisect/simulation", []string{"results/bisect", "results/stat"}},
	{"results/bisect/calibrate", []string{"results/bisect/simulation", "internal/marked"}},
	{"results/trend", append([]string{"results", "results/stat", "results/summary", "internal/jsonfile"}, values...)},
	{"results/trend/history", []string{"results/trend", "internal/*"}},
	{"results/trend/simulation", append([]string{"results", "results/stat", "results/trend"}, values...)},
	{"results/trend/calibrate", []string{"results/trend/simulation", "internal/marked"}},
	{"results/gate", append([]string{"results", "results/stat", "results/summary"}, values...)},
	{"results/report", []string{
		"results", "results/bisect", "results/gate", "results/hlog", "results/metrics", "results/ops",
		"results/profile",
		"results/report/page", "results/stat",
		"results/summary", "results/timeline", "internal/*",
	}},
	{"results/report/trends", []string{
		"results/report", "results/report/page", "results/stat", "results/trend", "internal/units",
	}},
	{"results/report/page", nil},
	{"results/profile/profiletest", nil},
	{"results/report/reporttest", []string{
		"results", "results/manifest/manifesttest", "results/ops", "results/profile/profiletest",
	}},

	{"internal/*", []string{"internal/*"}},
	{"internal/document", values},
	{"internal/jsonfile", values},
	{"internal/nearest", values},
	{"internal/problem", values},
	{"internal/units", values},
}

// values are the internal packages that know no clock and no process, so that pure packages may use them.
var values = []string{"internal/document", "internal/nearest", "internal/problem", "internal/units"}

// ruleFor finds the rule of a package: its own, or that of the nearest folder above it.
func ruleFor(rules []rule, pkg string) (rule, bool) {
	for pattern, dir := pkg, pkg; ; pattern = dir + "/*" {
		for _, r := range rules {
			if r.pkg == pattern {
				return r, true
			}
		}
		if dir = path.Dir(dir); dir == "." {
			return rule{}, false
		}
	}
}

// allows tells whether a package of ours may be imported.
func (r rule) allows(pkg string) bool {
	for _, may := range r.may {
		below, many := strings.CutSuffix(may, "*")
		if pkg == may || many && strings.HasPrefix(pkg, below) {
			return true
		}
	}
	return false
}
