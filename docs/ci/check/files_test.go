package check

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/rhysd/actionlint"
)

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// problems are what actionlint says of a workflow. Shells and Python are not asked, as they may not be here.
func problems(t *testing.T, name string, text []byte) []*actionlint.Error {
	t.Helper()
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{Shellcheck: "", Pyflakes: ""})
	if err != nil {
		t.Fatal(err)
	}
	config := &actionlint.Project{}
	found, err := linter.Lint(name, text, config)
	if err != nil {
		t.Fatal(err)
	}
	// The label of a runner is the user's own.
	return slices.DeleteFunc(found, func(e *actionlint.Error) bool { return e.Kind == "runner-label" })
}

func TestWorkflowsOfGitHub(t *testing.T) {
	for _, name := range []string{"github-pull-request.yaml", "github-nightly.yaml"} {
		text := read(t, name)
		for _, e := range problems(t, name, text) {
			t.Error(e)
		}
		for what, change := range map[string][2]string{
			"a field that there is not": {"timeout-minutes:", "timeout-minuets:"},
			"no such context":           {"${{ vars.AFTERSHOCK }}", "${{ var.AFTERSHOCK }}"},
		} {
			broken := strings.Replace(string(text), change[0], change[1], 1)
			if len(problems(t, name, []byte(broken))) == 0 {
				t.Errorf("%s with %s is accepted", name, what)
			}
		}
	}
}

// gitLabJob has the keywords of GitLab's reference that the file uses.
type gitLabJob struct {
	Extends       string            `yaml:"extends"`
	Image         string            `yaml:"image"`
	Tags          []string          `yaml:"tags"`
	Variables     map[string]string `yaml:"variables"`
	BeforeScript  []string          `yaml:"before_script"`
	Script        []string          `yaml:"script"`
	Timeout       string            `yaml:"timeout"`
	Interruptible bool              `yaml:"interruptible"`
	ResourceGroup string            `yaml:"resource_group"`
	Rules         []struct {
		If string `yaml:"if"`
	} `yaml:"rules"`
	Cache struct {
		Key   string   `yaml:"key"`
		Paths []string `yaml:"paths"`
		When  string   `yaml:"when"`
	} `yaml:"cache"`
	Artifacts struct {
		When    string            `yaml:"when"`
		Paths   []string          `yaml:"paths"`
		Reports map[string]string `yaml:"reports"`
	} `yaml:"artifacts"`
}

func TestPipelineOfGitLab(t *testing.T) {
	var jobs map[string]gitLabJob
	if err := yaml.UnmarshalWithOptions(read(t, "gitlab-ci.yaml"), &jobs, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	run := 0
	for name, job := range jobs {
		if strings.HasPrefix(name, ".") { // a template, which does not run
			continue
		}
		run++
		if _, there := jobs[job.Extends]; !there || len(job.Script) == 0 || len(job.Rules) == 0 {
			t.Errorf("%s extends %q, with %d lines and %d rules", name, job.Extends, len(job.Script), len(job.Rules))
		}
	}
	if run != 2 {
		t.Errorf("%d jobs", run)
	}
}

// prowJobs has the fields of Prow's periodics and of Kubernetes' containers that the file uses.
type prowJobs struct {
	Periodics []struct {
		Name             string            `yaml:"name"`
		Cron             string            `yaml:"cron"`
		Decorate         bool              `yaml:"decorate"`
		MaxConcurrency   int               `yaml:"max_concurrency"`
		DecorationConfig map[string]string `yaml:"decoration_config"`
		ExtraRefs        []struct {
			Org     string `yaml:"org"`
			Repo    string `yaml:"repo"`
			BaseRef string `yaml:"base_ref"`
		} `yaml:"extra_refs"`
		Annotations map[string]string `yaml:"annotations"`
		Spec        struct {
			Containers []struct {
				Image   string   `yaml:"image"`
				Command []string `yaml:"command"`
				Args    []string `yaml:"args"`
				Env     []struct {
					Name  string `yaml:"name"`
					Value string `yaml:"value"`
				} `yaml:"env"`
				Resources struct {
					Requests map[string]string `yaml:"requests"`
					Limits   map[string]string `yaml:"limits"`
				} `yaml:"resources"`
			} `yaml:"containers"`
		} `yaml:"spec"`
	} `yaml:"periodics"`
}

// cron matches the five fields of a time, as both Prow and cron take them.
var cron = regexp.MustCompile(`^(?:(?:\*|\d{1,2})\s+){4}(?:\*|\d)$`)

func TestPeriodicOfProw(t *testing.T) {
	var jobs prowJobs
	if err := yaml.UnmarshalWithOptions(read(t, "prow-periodic.yaml"), &jobs, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	if len(jobs.Periodics) != 1 || len(jobs.Periodics[0].Spec.Containers) != 1 {
		t.Fatalf("%+v", jobs)
	}
	if job := jobs.Periodics[0]; !cron.MatchString(job.Cron) || len(job.ExtraRefs) != 1 {
		t.Errorf("at %q, of %v", job.Cron, job.ExtraRefs)
	}
}

func TestCrontab(t *testing.T) {
	times := 0
	for line := range strings.Lines(string(read(t, "crontab"))) {
		fields := strings.Fields(line)
		if len(fields) < 6 || strings.HasPrefix(line, "#") {
			continue
		}
		times++
		if !cron.MatchString(strings.Join(fields[:5], " ")) || strings.Contains(line, "%") { // cron cuts a line at %
			t.Errorf("%q", line)
		}
	}
	if times != 1 {
		t.Errorf("%d lines with a time", times)
	}
}

// directives are the sections and names of systemd.unit(5), systemd.service(5) and systemd.timer(5) that the files use.
var directives = map[string][]string{
	"Unit": {"Description"},
	"Service": {"Type", "User", "WorkingDirectory", "ExecStart", "TimeoutStartSec", "KillSignal", "TimeoutStopSec",
		"LimitNOFILE", "NoNewPrivileges"},
	"Timer":   {"OnCalendar", "Persistent"},
	"Install": {"WantedBy"},
}

func TestUnitsOfSystemd(t *testing.T) {
	for _, name := range []string{"aftershock-nightly.service", "aftershock-nightly.timer"} {
		section, set := "", 0
		for line := range strings.Lines(string(read(t, name))) {
			line = strings.TrimSpace(line)
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			if title, ok := strings.CutPrefix(line, "["); ok {
				section = strings.TrimSuffix(title, "]")
				continue
			}
			directive, value, ok := strings.Cut(line, "=")
			set++
			if !ok || value == "" || !slices.Contains(directives[section], directive) {
				t.Errorf("%s: %q in [%s]", name, line, section)
			}
		}
		if set < 3 {
			t.Errorf("%s sets %d things", name, set)
		}
	}
}
