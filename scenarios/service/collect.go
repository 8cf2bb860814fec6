package service

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// What a program tells of itself is kept with the trial, up to a limit and within a time: it may be slow, or gone.
const mostCollected = 8 << 20

var collectWithin = 700 * time.Millisecond // tests, which share their machine with others, wait for longer

// collect keeps the program's own figures at the start and at the end of a trial, and its profiles of memory and
// goroutines at the end. What cannot be had is noted in the file.
func (d *driven) collect(when string) {
	ctx, cancel := context.WithTimeout(context.Background(), collectWithin)
	defer cancel()
	var all sync.WaitGroup
	take := func(url, name string, isText bool) {
		all.Go(func() { d.keep(ctx, url, name, isText) })
	}
	if d.target.Metrics != "" {
		take(d.target.Metrics, "target-metrics-"+when+".txt", true)
	}
	if d.target.Pprof != "" && when == "end" {
		base := strings.TrimSuffix(d.target.Pprof, "/")
		take(base+"/heap", "target-heap.pprof", false)
		take(base+"/goroutine", "target-goroutine.pprof", false)
	}
	all.Wait()
}

func (d *driven) keep(ctx context.Context, url, name string, isText bool) {
	content, err := d.fetch(ctx, strings.ReplaceAll(url, portWord, strconv.Itoa(d.requests.port)))
	if isText {
		content = []byte(d.redact.text(string(content)))
	}
	if err != nil {
		content = fmt.Appendf(content, "\n(aftershock: %s)\n", d.redact.text(err.Error()))
	}
	_ = os.WriteFile(filepath.Join(d.env.Log, name), content, 0o644) // a full disk spoils no trial
}

func (d *driven) fetch(ctx context.Context, url string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	answer, err := d.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(io.LimitReader(answer.Body, mostCollected))
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s", url, answer.Status)
	}
	if err == nil && len(content) == mostCollected {
		err = fmt.Errorf("%s is larger than what is kept", url)
	}
	return content, err
}
