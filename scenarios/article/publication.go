package article

import (
	"path"
	"slices"

	"aftershock/scenarios/article/claims"
	"aftershock/scenarios/fixes"
)

// Publication says what the page of the article's claims is about, and where its fixes and tests stand.
func Publication() (claims.Publication, error) {
	first, err := First()
	return claims.Publication{
		Title: "An article about etcd, contexts and Go maps, claim by claim",
		About: "aftershock, a load-test harness in Go for services on etcd, holds the article \"Go map writes suddenly halve: etcd " +
			"clientv3.WithRequireLeader cancels contexts into the map-assignment path\" against what can be measured. The article tells " +
			"of an incident, explains it by the insides of etcd's client, of contexts and of maps, and gives advice. Each of its claims, " +
			"and some that are made elsewhere about the same ground, was tried by a defect and its repair under the same load and " +
			"faults, in pairs of trials; what no run can show was settled by a test, or looked up.",
		Headlines: []string{
			"leader-switch-cancels", "default-timeout", "writes-halve", "tail-doubles", "detached", "err-share", "get-returns-at-once",
			"concurrent-writes", "sync-map", "isolated-lease",
		},
		FixFile: fixFile, TestFile: testFile, Sizes: Size(), Silent: Silent(), First: first,
		Objections: objections,
	}, err
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
	"scenarios/article/lease_test.go": {"TestATimeOutOnTheRenewalsLosesTheKey"},
	"scenarios/article/analyzers/analyzers_test.go": {
		"TestSA1027IsAboutAlignment", "TestNoAnalyzerFindsACancelFuncInAMap",
	},
	"scenarios/article/analyzers/versions_test.go": {
		"TestLogrusHasWithContext", "TestTheArticlesClientAddsTheSameHeader",
	},
	"scenarios/article/cancelling_test.go": {
		"TestAValueContextEndsWithItsParentAndKeepsItsValue", "TestACancelReachesAllThatDescendFromIt",
		"TestASelectOfDoneAloneBlocks", "TestADoneIsClosedOnce", "TestACancelFuncCanBeHandedOnAsAValue",
		"TestCancellingNeedsNoCancelFuncOnItsWay", "TestATimeoutEndsWithoutACancel",
		"TestAMapOfContextsLeaksAsWell", "TestAPanicOfAnAssignmentLeavesTheMapAsItWas",
		"TestAPrecheckReturnsTheContextsError", "TestACancelFuncInAMapPanicsOnlyWhereItIsNot",
		"TestAWriteAfterTheEndOfItsContext",
	},
	"scenarios/article/compiled_test.go": {
		"TestWithRequireLeaderGivesNoCancelFunc", "TestWithRequireLeaderIsNoOpOption",
		"TestNoLogHasWithContext",
	},
	"scenarios/article/contexts_test.go": {
		"TestWithRequireLeaderAddsAHeaderAndNothingElse", "TestCancelledContextsDoNotPanic",
		"TestTheValueIsMadeBeforeTheAssignment", "TestOneCancelWakesAllWaiters",
		"TestOneAssignmentIsIndivisible",
	},
	"scenarios/article/etcd_test.go": {
		"TestLeaderChangesCancelNoContext", "TestADeferredCancelInterruptsNoPut",
		"TestARequestWithACancelledContextGivesItsError", "TestAWriteThatTimedOutIsKept",
	},
	"scenarios/article/leaderless_test.go": {
		"TestAGetWithoutALeader", "TestALostLeaderEndsAWatchAndNotItsContext",
		"TestACancelEndsARequestUnderWay",
	},
	"scenarios/article/source_test.go": {
		"TestNoMapHasAMarkOfMoving", "TestNoGoroutineMovesMaps", "TestTheMarkOfWritingIsNotAtomic",
		"TestThrowTakesAMessageAlone", "TestAssignmentsKnowNothingOfPanics", "TestTheWriteBarrierIsCalled",
		"TestSyncMapIsAHashTrie", "TestAReadLockIsTwoAtomicOperations", "TestPprofAndTraceHaveWhatIsSaid",
		"TestGoTestRecordsACPUProfile", "TestTheCompilersFlagAgainstInlining",
	},
	"scenarios/article/toolchain_test.go": {
		"TestMapsAreSwissTables", "TestGodebugHasNoDetailedMapTrace", "TestPprofHasNoLimit",
	},
}

func testFile(name string) string {
	for file, tests := range testsIn {
		if slices.Contains(tests, name) {
			return file
		}
	}
	return ""
}
