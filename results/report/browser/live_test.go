package browser

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/harness/live"
	"aftershock/harness/live/web"
	"aftershock/internal/clock"
	"aftershock/results"

	"github.com/chromedp/chromedp"
)

// script is a run that a test plays step by step, in a server of its own.
type script struct {
	server *web.Server
	stream *live.Stream
	status harness.Status
	folder string
}

func play(t *testing.T, at string) *script {
	t.Helper()
	server, err := web.Listen(web.Options{Address: at})
	must(t, err)
	s := &script{server: server, folder: t.TempDir()}
	s.stream = live.NewStream(live.Words{
		Fix: func(_, name string) (string, error) { return name + ": improved", nil },
	}, false, server.Views()...)
	t.Cleanup(s.leave)
	return s
}

// leave ends the server as the end of a process does.
func (s *script) leave() {
	now, cancel := context.WithCancel(context.Background())
	cancel()
	_ = s.server.Close(now)
}

const markup = `<img src="x" onerror="document.title='taken'"></script>`

func (s *script) begin(t *testing.T) {
	t.Helper()
	asks, err := json.Marshal(map[string]string{"asks": "What does the loss of the leader cost?"})
	must(t, err)
	s.stream.Started(s.folder, results.Run{
		Name: "leader-churn", Scenario: asks, Pairs: 2, Seed: 7, Fixes: []results.Fix{{Name: markup}},
		Groups: []results.Group{{Name: markup, Arms: []results.GroupArm{
			{Name: "before", Side: "before"}, {Name: "after", Side: "after"},
		}}},
	}, func() harness.Status { return s.status })
}

// seconds plays so many seconds of a trial, with a fault from the third to the sixth and a new leader.
func (s *script) seconds(arm results.Arm, trial, from, to int) {
	event := func(at clock.Nanos, what string) results.Event {
		return results.Event{At: at, Source: "chaos", What: what,
			Data: map[string]string{"fault": "partition-leader", "event": "e1"}}
	}
	leads := func(at clock.Nanos, leader, term string) results.Event {
		return results.Event{At: at, Source: "n1", What: "leader-elected",
			Data: map[string]string{"leader": leader, "term": term}}
	}
	for n := from; n < to; n++ {
		s.status = harness.Status{
			Slot: results.Slot{Group: markup, Block: 1, Arm: arm}, Trial: trial, Trials: 4, Phase: results.Steady,
			Members: 3, Leader: "n1", Left: time.Minute, At: time.Duration(n)*time.Second + 300*time.Millisecond,
			Links:    map[string]string{"collector": "n2"},
			Recent:   harness.Recent{OK: 900 + n, Failed: n, P99: time.Duration(1+n) * time.Millisecond},
			Happened: []results.Event{leads(-1, "n1", "2")},
		}
		if n >= 3 {
			s.status.Phase, s.status.Fault = results.InFault, "partition-leader effective"
			s.status.Happened = append(s.status.Happened, event(29e8, "injected"), event(3e9, "effective"),
				leads(34e8, "n3", "3"))
		}
		if n >= 6 {
			s.status.Happened = append(s.status.Happened, event(6e9, "healed"))
		}
		s.status.Judged = n // so that each look is told
		s.stream.Look()
	}
}

func (s *script) trialDone(arm results.Arm) {
	s.status.Phase = "teardown"
	s.stream.TrialDone(results.Trial{Group: markup, Block: 1, Arm: arm})
}

// await waits until an expression holds in a page.
func (p *tab) await(expression string) {
	p.t.Helper()
	const most = 1500
	for range most {
		if ask[bool](p, expression) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	p.t.Fatalf("it never came about: %s\n%s", expression, ask[string](p, "document.body.innerText"))
}

// A page follows a run: it fills, survives a reload and the loss of its connection, and ends as the run's report.
func TestTheLivePageFollowsARun(t *testing.T) {
	s := play(t, "127.0.0.1:0")
	address := "http://" + s.server.Address() + "/"
	p := openAt(t, address, views[2])
	p.await(`document.getElementById("link").textContent == "Live."`)
	s.begin(t)
	p.await(`document.title == "What does the loss of the leader cost?"`)
	s.seconds("before", 1, 0, 5)
	p.await(`document.getElementById("fault").textContent == "partition-leader effective"`)
	p.await(`document.querySelectorAll("#seconds tbody tr").length == 5`)
	s.seconds("before", 1, 5, 9)
	s.trialDone("before")
	s.seconds("after", 2, 0, 8)
	filled := `document.querySelectorAll("#seconds tbody tr").length == 17 &&
		document.querySelectorAll("#trials tbody tr").length == 1 &&
		document.querySelectorAll(".chart canvas").length == 2 &&
		[...document.querySelectorAll(".u-legend")].some(legend => legend.textContent.includes("after"))`
	p.await(filled)
	// A chart is drawn a moment after its table, and its legend is a table as well.
	rows := `[...document.querySelectorAll("tbody tr")].filter(row => !row.closest(".u-legend")).map(
		row => [...row.cells].map(cell => cell.textContent).join(" "))`
	before := ask[[]string](p, rows)
	if !slices.ContainsFunc(before, func(row string) bool { return strings.Contains(row, "1.3 s") }) &&
		!slices.ContainsFunc(before, func(row string) bool { return strings.HasSuffix(row, "9 ms") }) {
		t.Errorf("the table holds %q", before)
	}
	drawn(p)
	if *shots != "" {
		leave(p, views[2])
	}
	_, err := chromedp.Run(p.ctx, chromedp.Reload())
	must(t, err)
	p.await(filled)
	if after := ask[[]string](p, rows); !slices.Equal(after, before) {
		t.Errorf("after a reload\n%q\nbefore it\n%q", after, before)
	}
	if title := ask[string](p, `document.title`); title == "taken" {
		t.Error("a name ran")
	}
	s.stream.FixDone(markup)
	p.await(`document.getElementById("verdicts").textContent.includes("improved")`)

	folder := made(t)
	file, _ := page(t, folder)
	text, err := os.ReadFile(file)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(s.folder, web.ReportFile), text, 0o600))
	s.stream.End(live.End{Status: "complete", Report: true})
	must(t, s.server.Close(t.Context()))
	p.await(`document.getElementById("data") != null && document.querySelectorAll("[data-chart] canvas").length > 4`)
	p.only(address)
}

// drawn sees to it that the charts hold lines, a band and marks: that they are of many colours.
func drawn(p *tab) {
	p.t.Helper()
	p.await(`[...document.querySelectorAll(".chart canvas")].every(canvas => {
		const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
		return new Set(new Uint32Array(image.data.buffer)).size > 20;
	})`)
}

// A page of a run that was interrupted before it left a report says so, and stays.
func TestTheLivePageSaysWhyARunEnded(t *testing.T) {
	s := play(t, "127.0.0.1:0")
	p := openAt(t, "http://"+s.server.Address()+"/", views[1])
	p.await(`document.getElementById("link").textContent == "Live."`)
	s.stream.End(live.End{Status: live.NotBegun, Why: "interrupted by SIGINT"})
	must(t, s.server.Close(t.Context()))
	p.await(`document.getElementById("doing").textContent == "The run has ended: not begun, interrupted by SIGINT."`)
	if link := ask[string](p, `document.getElementById("link").textContent`); strings.Contains(link, "Trying") {
		t.Errorf("the page goes on: %s", link)
	}
}

// A page whose server is gone says so, and goes on by itself when the server is there again.
func TestTheLivePageSurvivesALostConnection(t *testing.T) {
	first := play(t, "127.0.0.1:0")
	at := first.server.Address()
	first.begin(t)
	first.seconds("before", 1, 0, 3)
	p := openAt(t, "http://"+at+"/", views[1])
	p.await(`document.querySelectorAll("#seconds tbody tr").length == 3`)
	first.leave()
	p.await(`document.getElementById("link").textContent.includes("Trying again")`)
	second := play(t, at)
	second.begin(t)
	second.seconds("before", 1, 0, 7)
	p.await(`document.querySelectorAll("#seconds tbody tr").length == 7`)
	p.await(`document.getElementById("link").textContent == "Live."`)
	if wide := ask[int](p, `document.documentElement.scrollWidth`); wide > 400 {
		t.Errorf("the page is %d pixels wide", wide)
	}
	if *shots != "" {
		leave(p, views[1])
	}
}
