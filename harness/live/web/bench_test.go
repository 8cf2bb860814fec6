package web_test

import (
	"bufio"
	"io"
	"net/http"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/harness/live/web"
	"aftershock/results"
	"aftershock/results/ops"
)

// aSecond is a second of a trial at 4000/s, as a run hands it on.
func aSecond() (all []harness.Operation) {
	for n := range 4000 {
		all = append(all, harness.Operation{
			Group: "g", Arm: "before", Stream: ops.Stream{Name: "batch", Timeout: time.Second}, Phase: results.Steady,
			Outcome: ops.Record{Outcome: ops.OK, Service: 100*time.Microsecond + time.Duration(n*7919%4000)*100},
		})
	}
	return all
}

// What it costs to count a second's operations.
func BenchmarkOperations(b *testing.B) {
	s := show(b, web.Options{})
	s.begin()
	second := aSecond()
	s.server.Operations(second)
	b.ReportAllocs()
	for b.Loop() {
		s.server.Operations(second)
	}
}

// What a scrape by a client that takes gzip costs, with its reading, and how many bytes it is.
func BenchmarkScrape(b *testing.B) {
	s := show(b, web.Options{})
	s.begin()
	s.trial("before")
	s.trial("after")
	s.server.Operations(aSecond())
	r := s.request(http.MethodGet, "/metrics")
	r.Header.Set("Accept-Encoding", "gzip")
	var size int64
	b.ReportAllocs()
	for b.Loop() {
		response, err := http.DefaultClient.Do(r)
		must(b, err)
		size, err = io.Copy(io.Discard, response.Body)
		must(b, err)
		response.Body.Close()
	}
	b.ReportMetric(float64(size), "bytes")
}

// What an event costs that goes to 20 viewers over loopback, with their reading.
func BenchmarkViewers(b *testing.B) {
	const viewers = 20
	s := show(b, web.Options{})
	s.begin()
	read, bytes := make(chan bool, viewers), make([]int64, viewers)
	for i := range viewers {
		response := s.do(s.request(http.MethodGet, "/events"))
		go func() {
			for lines := bufio.NewReader(response.Body); ; {
				line, err := lines.ReadSlice('\n')
				if err != nil {
					return
				}
				if bytes[i] += int64(len(line)); len(line) == 1 { // the end of a message
					read <- true
				}
			}
		}()
	}
	all := func() {
		for range viewers {
			<-read
		}
	}
	all() // the retry time
	all() // the whole state
	before := bytes[0]
	s.status = harness.Status{
		Slot: results.Slot{Group: "lock-across-rpc", Block: 1, Arm: "before"}, Trial: 1, Trials: 4,
		Phase: results.Steady,
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n++
		s.status.Judged = n // which a viewer has to know at once
		s.stream.Look()
		all()
	}
	b.ReportMetric(float64(bytes[0]-before)/float64(n), "bytes")
}
