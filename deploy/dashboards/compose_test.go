package dashboards

import (
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"aftershock/harness/live/web"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// composed reads docker-compose.yml as `docker compose` does, against the specification.
func composed(t *testing.T, profiles ...string) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{"../../docker-compose.yml"}, cli.WithProfiles(profiles))
	must(t, err)
	project, err := options.LoadProject(t.Context())
	must(t, err)
	return project
}

// Without a profile there is the run alone, which needs no image of others and has no network. The profile watch has
// all else.
func TestComposeProfiles(t *testing.T) {
	alone := composed(t)
	if names := alone.ServiceNames(); !slices.Equal(names, []string{"leader-churn"}) ||
		alone.Services["leader-churn"].NetworkMode != "none" {
		t.Errorf("without a profile: %v, %s", names, alone.Services["leader-churn"].NetworkMode)
	}
	all := composed(t, "watch").Services
	for _, name := range []string{"leader-churn", "watched"} {
		s := all[name]
		if !s.ReadOnly || s.User == "" || strings.HasPrefix(s.User, "0") || s.ShmSize < 1<<30 || len(s.Tmpfs) != 1 ||
			s.Build == nil || !slices.Equal(s.CapDrop, []string{"ALL"}) {
			t.Errorf("%s has more rights than it needs, or less room: %+v", name, s)
		}
	}
	pinned := regexp.MustCompile(`:v?\d+\.\d+\.\d+$`)
	for _, name := range []string{"prometheus", "grafana"} {
		s := all[name]
		if !pinned.MatchString(s.Image) || s.Build != nil {
			t.Errorf("%s: %s is not pinned", name, s.Image)
		}
		for _, p := range s.Ports {
			if p.HostIP != "127.0.0.1" {
				t.Errorf("%s listens on %s:%s", name, p.HostIP, p.Published)
			}
		}
	}
}

// What is mounted is there, and each part finds the next: Prometheus the run, Grafana Prometheus and the dashboard.
func TestComposePartsFindEachOther(t *testing.T) {
	all := composed(t, "watch").Services
	mounted := map[string]string{} // in Grafana -> here
	for name, s := range all {
		for _, v := range s.Volumes {
			if v.Type != "bind" {
				continue
			}
			if _, err := os.Stat(v.Source); err != nil {
				t.Errorf("%s mounts %v", name, err)
			}
			if name == "grafana" {
				mounted[v.Target] = v.Source
			}
		}
	}
	if mode := all["watched"].NetworkMode; mode != "service:prometheus" {
		t.Errorf("the run is in the network of %q, and Prometheus looks for it on its own loopback", mode)
	}
	for file, want := range map[string]string{
		"../prometheus/prometheus.yml": web.Usual, "../../Dockerfile": "ENV AFTERSHOCK_SERVE=" + web.Usual + "\n",
		path.Join(mounted["/etc/grafana/provisioning"], "datasources/prometheus.yml"): "url: http://prometheus:9090\n",
		path.Join(mounted["/etc/grafana/provisioning"], "dashboards/aftershock.yml"):  "path: /etc/grafana/dashboards}",
		path.Join(mounted["/etc/grafana/dashboards"], "aftershock.json"):              `"title": "aftershock"`,
	} {
		if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: there is no %q (%v)", file, want, err)
		}
	}
}
