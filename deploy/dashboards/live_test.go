package dashboards

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"aftershock/internal/slow"
)

var record = flag.Bool("record", false, "write what the live run's Prometheus has scraped to "+recorded)

// A run that is under way is scraped by Debian's Prometheus, which finds the members of its cluster by itself. It has
// data for every expression of the dashboard and for all that alerts select, and evaluates the alerts.
func TestALiveRun(t *testing.T) {
	slow.Alone(t)
	run := begin(t, "live: http://", aftershock(t), "run", "testdata/watched.yaml", "--out", t.TempDir(),
		"--progress", "plain", "--serve", "127.0.0.1:0")
	p := server{base: "http://" + scraping(t, run.address), from: time.Now()}
	p.await(t, "Prometheus to be ready", func() bool {
		response, err := http.Get(p.base + "/-/ready")
		must(t, err)
		return response.Body.Close() == nil && response.StatusCode == http.StatusOK
	})
	p.await(t, "the run's metrics", func() bool { return len(p.ask(t, "aftershock_operations_total")) > 0 })
	all := wanted(t, p.ask)
	var missing []query
	var members []series
	p.await(t, "data for all expressions, of all members, or the run's end", func() bool {
		missing = slices.DeleteFunc(slices.Clone(all), func(q query) bool { return data(p.ask(t, q.expr)) })
		members = p.ask(t, `up{job="etcd"} == 1`)
		select {
		case <-run.ended:
			return true
		default:
			return len(missing) == 0 && len(members) == 3
		}
	})
	for _, q := range missing {
		t.Errorf("%s: there is no data for %s", q.where, q.expr)
	}
	if len(members) != 3 {
		t.Errorf("members that were scraped: %v", members)
	}
	p.await(t, "the alerts to be evaluated", func() bool { return p.healthy(t) == len(alerts(t)) })
	if *record {
		<-run.ended
		must(t, os.WriteFile(recorded, p.dump(t, names(t, all)), 0o600))
	}
	if t.Failed() {
		t.Log(run.said())
	}
}

// aftershock builds the program.
func aftershock(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "aftershock")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./cmd/aftershock")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// started is a program that serves something.
type started struct {
	address string
	ended   chan struct{}
	said    func() string // all of its standard error, once it has ended
}

// begin starts a program, and waits until it has said where it serves: what follows a word on its standard error. The
// test's end ends it.
func begin(t *testing.T, word, name string, args ...string) started {
	t.Helper()
	command := exec.Command(name, args...)
	stderr, err := command.StderrPipe()
	must(t, err)
	must(t, command.Start())
	s, address := started{ended: make(chan struct{})}, make(chan string, 1)
	var lines strings.Builder
	go func() {
		defer close(s.ended)
		for scanner := bufio.NewScanner(stderr); scanner.Scan(); {
			lines.WriteString(scanner.Text() + "\n")
			if _, rest, found := strings.Cut(scanner.Text(), word); found {
				select {
				case address <- strings.TrimRight(strings.Fields(rest)[0], "/"):
				default:
				}
			}
		}
		_ = command.Wait()
	}()
	s.said = func() string { <-s.ended; return lines.String() }
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGINT)
		<-s.ended
	})
	select {
	case s.address = <-address:
	case <-s.ended:
		t.Fatalf("%s did not say where it serves:\n%s", filepath.Base(name), lines.String())
	}
	return s
}

// scraping starts Debian's Prometheus with our configuration, of which only the run's address is another.
func scraping(t *testing.T, run string) (address string) {
	t.Helper()
	text, err := os.ReadFile("../prometheus/prometheus.yml")
	must(t, err)
	rules, err := filepath.Abs("../prometheus/alerts.yml")
	must(t, err)
	folder := t.TempDir()
	file := filepath.Join(folder, "prometheus.yml")
	changed := strings.NewReplacer("127.0.0.1:8088", run, "alerts.yml", rules).Replace(string(text))
	must(t, os.WriteFile(file, []byte(changed), 0o600))
	return begin(t, `msg="Listening on" address=`, program(t, "prometheus"), "--config.file", file,
		"--storage.tsdb.path", filepath.Join(folder, "data"), "--web.listen-address", "127.0.0.1:0").address
}

// server is a Prometheus that is asked over HTTP.
type server struct {
	base string
	from time.Time // when the run began
}

// await waits until a condition holds.
func (p server) await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for most := time.After(2 * time.Minute); !holds(); {
		select {
		case <-tick.C:
		case <-most:
			t.Fatalf("it never came about: %s", what)
		}
	}
}

// get reads the data of an answer of Prometheus's HTTP API.
func (p server) get(t testing.TB, path string, query url.Values, data any) {
	t.Helper()
	response, err := http.Get(p.base + path + "?" + query.Encode())
	must(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(t, err)
	answer := struct {
		Status, Error string
		Data          any
	}{Data: data}
	if err := json.Unmarshal(text, &answer); err != nil || answer.Status != "success" {
		t.Fatalf("%s %v: %s %s, %v", path, query, response.Status, answer.Error, err)
	}
}

// result is what Prometheus answers to an expression. Each value is its time in seconds, and a number as text.
type result struct {
	Result []struct {
		Metric map[string]string
		Values [][2]any
	}
}

func (p server) ask(t testing.TB, expr string) (all []series) {
	t.Helper()
	seconds := func(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
	var r result
	p.get(t, "/api/v1/query_range", url.Values{
		"query": {expr}, "start": {seconds(p.from)}, "end": {seconds(time.Now().Add(time.Second))}, "step": {"1"},
	}, &r)
	for _, s := range r.Result {
		one := series{labels: s.Metric}
		for _, v := range s.Values {
			one.values = append(one.values, number(t, v[1]))
		}
		all = append(all, one)
	}
	return all
}

func number(t testing.TB, v any) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(fmt.Sprint(v), 64)
	must(t, err)
	return n
}

// healthy counts the alerts that were evaluated without an error.
func (p server) healthy(t testing.TB) (n int) {
	t.Helper()
	var answer struct {
		Groups []struct{ Rules []struct{ Health string } }
	}
	p.get(t, "/api/v1/rules", nil, &answer)
	for _, g := range answer.Groups {
		for _, r := range g.Rules {
			if r.Health == "ok" {
				n++
			}
		}
	}
	return n
}
