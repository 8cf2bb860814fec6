// Package browser looks at pages in a real Chromium. It is a module of its own, so that what drives the browser is no
// requirement of aftershock.
package browser

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/report"
	"aftershock/results/report/reporttest"
	"aftershock/results/summary"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

var (
	shots = flag.String("shots", "", "leave a picture of every view in this folder")
	given = flag.String("run", "", "look at this run's folder, instead of one that is made up")
)

// page writes a run's page, and gives its file and its summary.
func page(t *testing.T, folder string) (string, summary.Summary) {
	t.Helper()
	if *given != "" {
		folder = *given
	}
	s, err := summary.Compute(folder)
	must(t, err)
	var text bytes.Buffer
	must(t, report.Write("html", &text, report.Input{Summary: s, Folder: folder}))
	file := filepath.Join(t.TempDir(), "report.html")
	must(t, os.WriteFile(file, text.Bytes(), 0o600))
	return file, s
}

// made is a run whose first trials hold one operation that is slower than all others, and a failure.
func made(t *testing.T) string {
	t.Helper()
	return reporttest.Run{Fixes: 2, Pairs: 8, Trial: func(d *reporttest.Trial) {
		d.Batch[100].Service = worst
		d.Batch[200].Outcome, d.Batch[200].Reason = ops.Failed, ops.Rejected
	}}.Write(t)
}

const worst = 876_543_000 // ns

var views = []view{
	{400, 800, "screen", "light", false}, {400, 800, "screen", "dark", false}, {1280, 800, "screen", "light", false},
	{1280, 800, "screen", "dark", false}, {720, 1000, "print", "light", false}, {720, 1000, "print", "dark", false},
	{1280, 800, "screen", "light", true}, {400, 800, "screen", "dark", true},
}

func TestViews(t *testing.T) {
	file, s := page(t, made(t))
	for _, v := range views {
		t.Run(v.String(), func(t *testing.T) {
			p := open(t, file, v)
			if *shots != "" {
				leave(p, v)
			}
			if wide := ask[int](p, `document.documentElement.scrollWidth`); wide > int(v.width) && v.media == "screen" {
				t.Errorf("the page is %d pixels wide", wide)
			}
			if v.media == "screen" {
				inSight(p, v)
			}
			picture(p)
			figures(p, s)
			if v.noScript {
				still(p)
			} else {
				charts(p, s)
			}
			p.quiet()
		})
	}
}

// leave takes pictures of the first screen and of the whole page.
func leave(p *tab, v view) {
	p.t.Helper()
	name := strings.NewReplacer(" ", "-").Replace(v.String())
	first, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	must(p.t, err)
	must(p.t, os.WriteFile(filepath.Join(*shots, name+".png"), first, 0o600))
	whole, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	must(p.t, err)
	must(p.t, os.WriteFile(filepath.Join(*shots, name+"-whole.png"), whole, 0o600))
}

// inSight sees to it that the answer can be read without scrolling.
func inSight(p *tab, v view) {
	p.t.Helper()
	for _, what := range []string{"h1", ".answer"} {
		bottom := ask[float64](p, `document.querySelector("`+what+`").getBoundingClientRect().bottom`)
		if bottom <= 0 || bottom > float64(v.height) {
			p.t.Errorf("%s ends at %v, below the first screen", what, bottom)
		}
	}
}

// picture sees to it that no text of the picture that is shown lies over another, or leaves it.
func picture(p *tab) {
	p.t.Helper()
	for _, clash := range ask[[]string](p, `(() => {
		const shown = [...document.querySelectorAll(".forest svg")].filter(s => s.getBoundingClientRect().width > 0);
		if (shown.length != 1) return [shown.length + " pictures are shown"];
		const frame = shown[0].getBoundingClientRect(), found = [];
		const all = [...shown[0].querySelectorAll("text")].map(e => [e.textContent, e.getBoundingClientRect()]);
		all.forEach(([text, box], i) => {
			if (box.left < frame.left || box.right > frame.right || box.bottom > frame.bottom)
				found.push("outside: " + text);
			for (const [other, b] of all.slice(i + 1)) {
				const beside = box.left >= b.right - 1 || b.left >= box.right - 1;
				if (!beside && box.top < b.bottom - 4 && b.top < box.bottom - 4)
					found.push(text + " over " + other);
			}
		});
		return found;
	})()`) {
		p.t.Error(clash)
	}
}

// figures holds the figures that the page shows against the summary: the very same numbers.
func figures(p *tab, s summary.Summary) {
	p.t.Helper()
	got := ask[[][]string](p, `[...document.querySelectorAll("#found details tbody tr")].map(row => [
		row.cells[0].textContent, row.cells[1].textContent, ...[3, 4, 5].map(i => row.cells[i].dataset.value || "")])`)
	if len(got) != len(s.Fixes) || len(got) == 0 {
		p.t.Fatalf("%d rows for %d fixes", len(got), len(s.Fixes))
	}
	for i, f := range s.Fixes {
		if got[i][0] != f.Name || got[i][1] != f.Verdict.String() {
			p.t.Errorf("row %d is of %q, %q", i, got[i][0], got[i][1])
		}
		want := []float64{f.Primary.Before.Median, f.Primary.After.Median}
		if f.Primary.Change != nil {
			want = append(want, f.Primary.Change.Value)
		}
		for n, v := range want {
			if shown, err := strconv.ParseFloat(got[i][2+n], 64); err != nil || shown != v {
				p.t.Errorf("%s shows %q, and the summary has %v", f.Name, got[i][2+n], v)
			}
		}
	}
}

// charts sees to it that every chart is drawn, in more than one colour, and holds what the summary says.
func charts(p *tab, s summary.Summary) {
	p.t.Helper()
	for _, c := range ask[[]struct {
		Name    string
		Colours int
		Width   int
	}](p, `[...document.querySelectorAll("[data-chart]")].map(el => {
		const canvas = el.querySelector("canvas");
		if (!canvas) return {Name: el.dataset.chart, Colours: 0, Width: 0};
		const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
		const all = new Set(new Uint32Array(image.data.buffer));
		return {Name: el.dataset.chart + " of fix " + el.dataset.fix, Colours: all.size, Width: canvas.width};
	})`) {
		if c.Colours < 8 || c.Width < 200 {
			p.t.Errorf("%s is empty: %d colours, %d pixels wide", c.Name, c.Colours, c.Width)
		}
	}
	if n := ask[int](p, `document.querySelectorAll("[data-chart] canvas").length`); n != 5*len(s.Fixes) {
		p.t.Errorf("%d charts, want %d", n, 5*len(s.Fixes))
	}
	for i, f := range s.Fixes {
		for n, side := range []summary.Side{f.Primary.Before, f.Primary.After} {
			drawn := ask[[]float64](p, fmt.Sprintf(
				`document.querySelector('[data-chart="pairs"][data-fix="%d"]').plot.data[%d]`, i, n+1))
			if len(drawn) != len(side.Values) {
				p.t.Fatalf("%s: %d pairs are drawn, want %d", f.Name, len(drawn), len(side.Values))
			}
			for pair, v := range side.Values {
				if math.Abs(drawn[pair]-v/1e3) > v/1e6 && f.Primary.Unit == "ns" {
					p.t.Errorf("%s: pair %d is drawn at %v us, and the summary has %v ns", f.Name, side.Pairs[pair],
						drawn[pair], v)
				}
			}
		}
	}
	most := ask[float64](p, `Math.max(...document.querySelector('[data-chart="latency"]').plot.data.flat()
		.filter(v => v != null))`)
	if most < worst/1e3 && *given == "" {
		p.t.Errorf("the slowest operation took %d us, and %v is the largest that is drawn", worst/1000, most)
	}
}

// still sees to it that a page without scripts has its picture, its tables, and a word in place of each chart.
func still(p *tab) {
	p.t.Helper()
	if n := ask[int](p, `document.querySelectorAll("canvas").length`); n != 0 {
		p.t.Errorf("%d canvases: scripts ran", n)
	}
	if n := ask[int](p, `[...document.querySelectorAll(".chart")].filter(
		e => !e.textContent.includes("needs JavaScript")).length`); n != 0 {
		p.t.Errorf("%d charts without a word in their place", n)
	}
	if n := ask[float64](p, `Math.max(...[...document.querySelectorAll(".forest svg")].map(
		e => e.getBoundingClientRect().height))`); n < 100 {
		p.t.Errorf("the picture is %v pixels high", n)
	}
	if n := ask[int](p, `[...document.querySelectorAll("figure details")].filter(
		d => d.querySelectorAll("tbody tr").length == 0).length`); n != 0 {
		p.t.Errorf("%d charts without a table", n)
	}
}

// A menu is operated by the keyboard alone, and changes the chart, what is said of it, and its table. The table of the
// first choice, when it is chosen again, is the one with which the page came.
func TestMenusByKeyboard(t *testing.T) {
	file, _ := page(t, made(t))
	p := open(t, file, views[2])
	for _, kind := range []string{"latency", "spectrum", "complete"} {
		state := strings.ReplaceAll(`[[JSON.stringify(document.querySelector('[data-chart="KIND"]').plot.data)],
			[document.querySelector('[data-says="KIND"]').textContent],
			...[...document.querySelectorAll('[data-table="KIND"][data-fix="0"] tbody tr')].map(
				row => [...row.cells].map(cell => cell.textContent))]`, "KIND", kind)
		came := ask[[][]string](p, state)
		menu := chromedp.CSS(`[data-pick="` + kind + `"]`)
		must(t, chromedp.Do(p.ctx, chromedp.Focus(menu), chromedp.KeyEvent(kb.ArrowUp)))
		if reflect.DeepEqual(ask[[][]string](p, state), came) {
			t.Errorf("%s: another choice shows the same", kind)
		}
		must(t, chromedp.Do(p.ctx, chromedp.KeyEvent(kb.ArrowDown)))
		again := ask[[][]string](p, state)
		if !slices.EqualFunc(again, came, func(a, b []string) bool { return slices.EqualFunc(a, b, alike) }) {
			t.Errorf("%s: the first choice again, and it shows\n%.2000q\nwant\n%.2000q", kind, again[1:], came[1:])
		}
	}
	p.quiet()
}

// alike tells whether two cells say the same. The data have four digits of a time, the cells three: the last may differ
// by one.
func alike(a, b string) bool {
	x, xUnit, _ := strings.Cut(a, " ")
	y, yUnit, _ := strings.Cut(b, " ")
	v, err := strconv.ParseFloat(x, 64)
	w, bad := strconv.ParseFloat(y, 64)
	if err != nil || bad != nil {
		return a == b
	}
	return xUnit == yUnit && math.Abs(v-w) <= 0.0101*math.Abs(w)
}

// Names that are markup stay text in a browser too, and pages of runs that are not whole say so and draw what is there.
func TestPagesOfTroubledRuns(t *testing.T) {
	const name = `</script><script>document.title="taken"</script>` +
		`<img src="http://127.0.0.1:9/x" onerror="document.title='taken'">`
	named := func(int) string { return name }
	hostile := reporttest.Run{Fixes: 1, Pairs: 2, Name: named, Trial: func(d *reporttest.Trial) {
		d.Faults[0].Fault, d.Events[1].Data["leader"] = name, name
	}}.Write(t)
	oneArm := reporttest.Run{Fixes: 1, Pairs: 2, Trial: func(d *reporttest.Trial) { d.Skip = d.Arm == results.After },
		Edit: func(r *results.Run) { r.Status, r.Why = results.Partial, "interrupted" }}.Write(t)
	damaged := reporttest.Run{Fixes: 1, Pairs: 2}.Write(t)
	must(t, os.Truncate(filepath.Join(damaged, "trials/group-1/01-before", results.OpsFile), 5000))
	nothing := reporttest.Run{Fixes: 1, Pairs: 2, Trial: func(d *reporttest.Trial) { d.Skip = true },
		Edit: func(r *results.Run) { r.Status, r.Why = results.Partial, "interrupted" }}.Write(t)
	for of, c := range map[string]struct {
		folder, alarm string
		charts        int
	}{
		"hostile": {hostile, "", 5}, "one arm": {oneArm, "interrupted", 2}, "damaged": {damaged, "damaged", 5},
		"nothing": {nothing, "interrupted", 0},
	} {
		t.Run(of, func(t *testing.T) {
			file, _ := page(t, c.folder)
			p := open(t, file, views[0])
			if title := ask[string](p, `document.title`); title == "taken" {
				t.Error("a name ran")
			}
			alarms := ask[string](p, `(document.querySelector(".alarms") || {textContent: ""}).textContent`)
			if !strings.Contains(alarms, c.alarm) {
				t.Errorf("on top stands %q, want %q", alarms, c.alarm)
			}
			if n := ask[int](p, `document.querySelectorAll("canvas").length`); n != c.charts {
				t.Errorf("%d charts, want %d", n, c.charts)
			}
			if wide := ask[int](p, `document.documentElement.scrollWidth`); wide > 400 {
				t.Errorf("the page is %d pixels wide", wide)
			}
			p.quiet()
		})
	}
}
