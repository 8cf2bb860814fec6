package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// names are those that a Chromium has in the packages of distributions.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// found is a Chromium, installed from Debian's packages where there is none: a test that passes because there was no
// browser to fail in is worse than none.
var found = sync.OnceValues(func() (string, error) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	if _, err := exec.LookPath("apt-get"); err != nil || os.Geteuid() != 0 {
		return "", fmt.Errorf("no browser (looked for %v), and none can be installed: that takes root and apt-get; "+
			"install Debian's chromium, or run make test where it is", names)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	for _, args := range [][]string{
		{"update"}, {"install", "-y", "--no-install-recommends", names[0], "fonts-dejavu-core"},
	} {
		command := exec.CommandContext(ctx, "apt-get", args...)
		command.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, err := command.CombinedOutput(); err != nil {
			return "", fmt.Errorf("no browser, and apt-get %v failed: %w\n%s", args, err, out)
		}
	}
	return exec.LookPath(names[0])
})

// view is how a page is looked at.
type view struct {
	width, height int64
	media         string // screen or print
	scheme        string // light or dark
	noScript      bool
}

func (v view) String() string {
	name := fmt.Sprintf("%s %d x %d %s", v.media, v.width, v.height, v.scheme)
	if v.noScript {
		name += " without scripts"
	}
	return name
}

// tab is a page in a browser.
type tab struct {
	t       testing.TB
	ctx     context.Context
	address string

	mu       sync.Mutex
	problems []string // of the console
	requests []string
}

// open shows a file.
func open(t testing.TB, file string, v view) *tab {
	t.Helper()
	return openAt(t, "file://"+file, v)
}

// openAt shows the page at an address. The browser and all that it started end with the test.
func openAt(t testing.TB, address string, v view) *tab {
	t.Helper()
	path, err := found()
	if err != nil {
		t.Fatal(err)
	}
	p := &tab{t: t, address: address}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	ctx, stop := chromedp.NewContext(ctx, chromedp.WithAllocatorOptions(chromedp.ExecPath(path), chromedp.NoSandbox),
		chromedp.WithListener(p.heard))
	t.Cleanup(func() {
		stop()
		cancel()
	})
	p.ctx = ctx
	must(t, chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, to *chromedp.Target) error {
		_, err := cdp.Call(ctx, to, network.Enable, network.EnableParams{})
		_, media := cdp.Call(ctx, to, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Media: v.media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: v.scheme}},
		})
		_, script := cdp.Call(ctx, to, emulation.SetScriptExecutionDisabled,
			emulation.SetScriptExecutionDisabledParams{Value: v.noScript})
		return errors.Join(err, media, script)
	}), chromedp.EmulateViewport(v.width, v.height), p.listen(), chromedp.Navigate(p.address)))
	return p
}

// listen hears what the console is told.
func (p *tab) listen() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		messages := chromedp.Console(ctx)
		go func() {
			for m, err := range messages {
				if err != nil {
					return // the tab is closed
				}
				p.mu.Lock()
				p.problems = append(p.problems, m.String())
				p.mu.Unlock()
			}
		}()
		return nil
	})
}

func (p *tab) heard(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		p.requests = append(p.requests, e.Request.URL)
	case *runtime.EventExceptionThrown:
		p.problems = append(p.problems, e.ExceptionDetails.Text)
	}
}

// quiet fails the test when the console was told anything, or anything but the file was asked for.
func (p *tab) quiet() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, problem := range p.problems {
		p.t.Errorf("the console says %s", problem)
	}
	if len(p.requests) == 0 {
		p.t.Error("not even the page itself was asked for: requests are not seen")
	}
	for _, request := range p.requests {
		if request != p.address {
			p.t.Errorf("the page asked for %s", request)
		}
	}
}

// only fails the test when the console was told anything, or anything but the pages below an address was asked for.
func (p *tab) only(address string) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, problem := range p.problems {
		p.t.Errorf("the console says %s", problem)
	}
	for _, request := range p.requests {
		if !strings.HasPrefix(request, address) {
			p.t.Errorf("the page asked for %s", request)
		}
	}
}

// ask evaluates an expression in a page.
func ask[T any](p *tab, expression string) T {
	p.t.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
