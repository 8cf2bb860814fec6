package collector

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
)

// A synthetic page has the shape of an etcd member's /metrics (v3.6), of whose samples half are one counter with four
// labels, a quarter buckets of histograms, and the rest smaller counters and gauges. Keys are as long as there on
// average, because hashing and comparing them is what a batch costs.
//
// Everything follows from a sample's place: it starts at a value of its own and grows by a step of its own with each
// reading, so rates differ from sample to sample, and every run reads the same.

// syntheticMembers is how many pages there are, so that reading them is spread over the interval as with a cluster.
const syntheticMembers = 3

// seriesASample is how many series there are for each sample of a page: 8000 for the 1600 of a member of etcd. Three
// pages do not give them all, so a batch has derived series as well.
const seriesASample = 5

// syntheticCodes and syntheticBuckets are the labels of a method's counters and of its histogram's buckets.
var (
	syntheticCodes = []string{
		"Aborted", "AlreadyExists", "Canceled", "DataLoss", "DeadlineExceeded", "FailedPrecondition", "Internal",
		"InvalidArgument", "NotFound", "OK", "OutOfRange", "PermissionDenied", "ResourceExhausted", "Unauthenticated",
		"Unavailable", "Unknown",
	}
	syntheticBuckets = []string{"0.001", "0.002", "0.004", "0.008", "0.016", "0.032", "0.064", "0.128", "0.256", "+Inf"}
)

// samplesAMethod counts what syntheticLines give for one method: codes, three totals, a gauge, buckets, sum and count.
var samplesAMethod = len(syntheticCodes) + 3 + 1 + len(syntheticBuckets) + 2

// synthetic is a page without a server.
type synthetic struct {
	number int
	lines  []line
	read   int64 // how often
	text   []byte
}

// line is one line of a page. One without a step is a comment. Values are whole numbers, which every machine writes
// alike.
type line struct {
	head        string // up to the value
	first, step int64
	wrap        int64 // a gauge's values go round below this; 0 for what only grows
}

// syntheticPages are pages that suffice for so many series.
func syntheticPages(series int) []page {
	methods := (series/seriesASample + samplesAMethod - 1) / samplesAMethod
	var pages []page
	for n := range syntheticMembers {
		pages = append(pages, &synthetic{number: n + 1, lines: syntheticLines(n, max(methods, 1))})
	}
	return pages
}

func (s *synthetic) String() string { return fmt.Sprintf("synthetic page %d", s.number) }

func (s *synthetic) open(ctx context.Context) (io.ReadCloser, error) {
	s.text = s.text[:0] // what it took last time suffices
	for i := range s.lines {
		s.text = s.lines[i].append(s.text, s.read)
	}
	s.read++
	return io.NopCloser(bytes.NewReader(s.text)), ctx.Err()
}

func (s *synthetic) close() {}

func (l *line) append(to []byte, read int64) []byte {
	to = append(to, l.head...)
	if l.step > 0 {
		value := l.first + read*l.step
		if l.wrap > 0 {
			value %= l.wrap
		}
		to = strconv.AppendInt(to, value, 10)
	}
	return append(to, '\n')
}

// sheet is a page while its lines are written.
type sheet struct {
	page  int
	lines []line
}

func syntheticLines(page, methods int) []line {
	s := &sheet{page: page}
	labels := make([]string, methods)
	for m := range labels {
		labels[m] = fmt.Sprintf(`method="Method%03d",service="Service%d",type="unary"`, m, m%8)
	}
	s.family("synthetic_server_handled_total", "counter", labels, func(name, of string) {
		for _, code := range syntheticCodes {
			s.sample(fmt.Sprintf("%s{code=%q,%s}", name, code, of), s.place(), 1, 0)
		}
	})
	for _, what := range []string{"started", "msg_received", "msg_sent"} {
		s.family("synthetic_server_"+what+"_total", "counter", labels, func(name, of string) {
			s.sample(fmt.Sprintf("%s{%s}", name, of), s.place(), 1, 0)
		})
	}
	s.family("synthetic_server_in_flight", "gauge", labels, func(name, of string) {
		s.sample(fmt.Sprintf("%s{%s}", name, of), s.place(), 1, 1000)
	})
	s.family("synthetic_server_request_duration_seconds", "histogram", labels, s.histogram)
	return s.lines
}

// family writes a family's comments, and then each method's samples.
func (s *sheet) family(name, kind string, labels []string, each func(name, of string)) {
	s.lines = append(s.lines,
		line{head: "# HELP " + name + " Made up, to have something to parse."}, line{head: "# TYPE " + name + " " + kind})
	for _, of := range labels {
		each(name, of)
	}
}

// histogram writes a histogram with as many observations in each bucket, so that they add up.
func (s *sheet) histogram(name, of string) {
	place := s.place()
	for i, le := range syntheticBuckets {
		s.sample(fmt.Sprintf("%s_bucket{%s,le=%q}", name, of, le), place, i+1, 0)
	}
	s.sample(fmt.Sprintf("%s_sum{%s}", name, of), place, 3, 0)
	s.sample(fmt.Sprintf("%s_count{%s}", name, of), place, len(syntheticBuckets), 0)
}

// place tells the next line from all others, those of the other pages included.
func (s *sheet) place() int { return len(s.lines)*syntheticMembers + s.page }

// sample writes a sample whose values follow from a place, so many times.
func (s *sheet) sample(key string, place, times, wrap int) {
	s.lines = append(s.lines, line{
		head: key + " ", first: int64(times * (1000 + 7919*place%100_003)), step: int64(times * (1 + place%97)),
		wrap: int64(wrap),
	})
}
