package main

import (
	"path"
	"slices"

	"aftershock/results/report"
	"aftershock/scenarios/fixes"
)

// publication says what the page of the article's claims is about, and where its fixes and tests stand.
func publication() report.Publication {
	return report.Publication{
		Title: "An article about etcd, contexts and Go maps, claim by claim",
		About: "aftershock, a load-test harness in Go for services on etcd, holds the article \"Go map writes suddenly halve: etcd " +
			"clientv3.WithRequireLeader cancels contexts into the map-assignment path\" against what can be measured. The article tells " +
			"of an incident, explains it by the insides of etcd's client, of contexts and of maps, and gives advice. Each of its claims, " +
			"and some that are made elsewhere about the same ground, was tried by a defect and its repair under the same load and " +
			"faults, in pairs of trials; what no run can show was settled by a test.",
		Headlines: []string{
			"leader-switch-cancels", "default-timeout", "writes-halve", "asked-once", "profile-above-mapassign", "concurrent-writes", "sync-map", "isolated-lease",
		},
		FixFile: fixFile, TestFile: testFile,
	}
}

// fixFile is the lesson of a fix: several repairs of one defect share that of their family.
func fixFile(name string) string {
	fix, err := fixes.Registry().Find(name)
	if err != nil || !fix.Repairs() {
		return ""
	}
	folder := fix.Name
	if fix.Family != "" {
		folder = fix.Family
	}
	return path.Join("scenarios/fixes", folder, "doc.go")
}

// testsIn lists the tests that settle claims by their files: a program does not carry its tests with it.
var testsIn = map[string][]string{
	"scenarios/article/compiled_test.go": {
		"TestWithRequireLeaderGivesNoCancelFunc", "TestWithRequireLeaderIsNoOpOption", "TestNoLogHasWithContext",
	},
	"scenarios/article/contexts_test.go": {
		"TestWithRequireLeaderAddsAHeaderAndNothingElse", "TestCancelledContextsDoNotPanic", "TestTheValueIsMadeBeforeTheAssignment",
		"TestOneCancelWakesAllWaiters", "TestOneAssignmentIsIndivisible",
	},
	"scenarios/article/etcd_test.go": {
		"TestLeaderChangesCancelNoContext", "TestADeferredCancelInterruptsNoPut", "TestARequestWithACancelledContextGivesItsError",
	},
	"scenarios/article/toolchain_test.go": {
		"TestMapsAreSwissTables", "TestGodebugHasNoDetailedMapTrace", "TestPprofHasNoLimit",
	},
	"scenarios/article/analyzers/analyzers_test.go": {"TestSA1027IsAboutAlignment", "TestNoAnalyzerFindsACancelFuncInAMap"},
}

func testFile(name string) string {
	for file, tests := range testsIn {
		if slices.Contains(tests, name) {
			return file
		}
	}
	return ""
}
