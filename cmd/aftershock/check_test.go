package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheckSaysWhatAFileIsWithoutRunningIt(t *testing.T) {
	folder := t.TempDir()
	_, plans, _ := aftershock("plan", "leader-churn", "--pairs", "2")
	scenario, err := os.ReadFile(filepath.Join("..", "..", "scenarios", "lease-storm.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	short, err := os.ReadFile("testdata/short.yaml")
	if err != nil {
		t.Fatal(err)
	}
	policy, err := os.ReadFile(filepath.Join("..", "..", "results", "gate", "policies", "release.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text string
		code int
		says string
	}{
		"plan":        {plans, exitOK, `a sound plan for scenario "leader-churn", 2 pairs`},
		"marked plan": {"\ufeff" + strings.ReplaceAll(plans, "\n", "\r\n"), exitOK, "a sound plan"},
		"foreign plan": {strings.ReplaceAll(plans, "=leader-churn", "=mine"), exitOK, "its members and phases " +
			"were not checked"},
		"broken plan": {strings.Replace(plans, "leader-transfer", "leader-transfr", 1), exitUsage,
			`did you mean "leader-transfer"?`},
		"late plan": {strings.Replace(plans, "for=5s", "for=50s", 1), exitUsage, "e2"},
		"scenario": {string(scenario), exitOK,
			`a sound scenario, "lease-storm": 10 pairs of collector-itself, about 2m20s`},
		"small budget": {strings.Replace(string(scenario), "run: 4m", "run: 40s", 1), exitUsage,
			"does not fit its budget"},
		"unknown fix": {strings.Replace(string(scenario), "[collector-itself]", "[collector-itsel]", 1), exitUsage,
			`did you mean "collector-itself"?`},
		"unknown quick fix": {strings.Replace(string(short), "[context-isolation]", "[context-isolatio]", 1), exitUsage,
			`did you mean "context-isolation"?`},
		"small quick budget": {strings.Replace(string(short), "quick-run: 1m", "quick-run: 5s", 1), exitUsage,
			"does not fit its budget"},
		"misspelt stream": {strings.Replace(string(short), "name: publish", "name: publis", 1), exitUsage,
			"aftershock: unknown stream \"publis\""},
		"misspelt rules": {strings.Replace(string(policy), "rules:", "rule:", 1), exitUsage,
			`policy: unknown field "rule"; did you mean "rules"?`},
		"policy": {string(policy), exitOK, `a sound policy, "release"`},
		"broken policy": {strings.Replace(string(policy), "rules:", "rules:\n  - {ask: exercized}", 1),
			exitUsage, "exerci"},
		"nothing like them": {"hello: world\n", exitUsage, `unknown field "hello"`},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(folder, strings.ReplaceAll(name, " ", "-")+".yaml")
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			code, stdout, stderr := aftershock("check", file)
			if code != c.code || !strings.Contains(stdout+stderr, c.says) {
				t.Errorf("exit %d, %s%s", code, stdout, stderr)
			}
		})
	}
	if code, _, stderr := aftershock("check", filepath.Join(folder, "absent.yaml")); code != exitUsage ||
		!strings.Contains(stderr, "absent.yaml") {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if code, _, stderr := aftershock("check", folder); code != exitUsage {
		t.Errorf("a folder: exit %d, %s", code, stderr)
	}
}

func TestListOfOneScenario(t *testing.T) {
	code, stdout, stderr := aftershock("list", "lease-storm")
	for _, want := range []string{"record_p90 (fault) against steady", "3 members", "lease-storm for 4s",
		"about 1m24s", "about 2m20s"} {
		if code != exitOK || !strings.Contains(stdout, want) {
			t.Errorf("exit %d, %s%s, want %q", code, stdout, stderr, want)
		}
	}
	for _, c := range [][]string{{"list", "lease-strom"}, {"list", "calm", "calm"}, {"list", "calm", "--faults"}} {
		if code, _, stderr := aftershock(c...); code != exitUsage || stderr == "" {
			t.Errorf("%v: exit %d, %s", c, code, stderr)
		}
	}
	if code, stdout, _ := aftershock("list", "leader-churn", "--json"); code != exitOK ||
		!strings.Contains(stdout, `"load": "series 500 to 8000`) {
		t.Errorf("exit %d, %s", code, stdout)
	}
}

func TestTheVersionIsAFlagToo(t *testing.T) {
	_, verb, _ := aftershock("version")
	code, flag, _ := aftershock("--version")
	if first, _, _ := strings.Cut(verb, "\n"); code != exitOK || strings.TrimSpace(flag) != first {
		t.Errorf("exit %d: --version is %q, version %q", code, flag, first)
	}
}
