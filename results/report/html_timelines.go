package report

import (
	"cmp"
	"errors"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/report/page"
	"aftershock/results/summary"
	"aftershock/results/timeline"
)

// A page's bins: pageBytes is what the bins of all trials together may take, at about binBytes each.
const (
	pageBytes = 3 << 19
	binBytes  = 26
	mostBins  = 240
	leastBins = 24
)

// phasesDrawn are those of a spectrum, in the order of its menu.
var phasesDrawn = []string{results.Steady, results.InFault, results.UnderTrigger, results.Recovery}

// timelines are the trials of a run as charts show them, by their folder within the run's.
type timelines struct {
	trials map[string]*drawn
	blocks map[string]map[int]int // the attempt that is drawn, by group and block
	run    results.Run
	// What a fix's section shows beside its trials.
	program  Program
	profiles profiled
}

// drawn is one trial.
type drawn struct {
	folder  string
	metrics []results.Metric // by which fixes judge the arm
	streams []string         // whose bins are drawn, that by which trials are judged first
	length  time.Duration    // that of its block's longest trial
	record  results.Trial
	leaders []timeline.Leader
	widths  map[string]time.Duration // of a stream's bins
	bins    map[string][]timeline.Bin
	sources map[results.Metric]timeline.Source
	spectra map[timeline.Source]map[string][]timeline.Quantile
	timeout map[string]time.Duration
	why     error // why it cannot be drawn
}

// timelinesOf reads the trials of all blocks of a run. No two are in memory at once for each core, and only what is
// drawn is kept.
func timelinesOf(in Input) timelines {
	t := timelines{
		trials: map[string]*drawn{}, blocks: map[string]map[int]int{}, run: in.Summary.Run, program: in.Program,
		profiles: profilesOf(in),
	}
	for _, g := range t.run.Groups {
		t.blocks[g.Name] = attemptsOf(in.Summary, g.Name)
		for block := 1; block <= blocksOf(in.Summary); block++ {
			t.find(in, g, block)
		}
	}
	todo := make([]*drawn, 0, len(t.trials))
	streams := 0
	for _, d := range t.trials {
		todo = append(todo, d)
		streams += d.mostStreams()
	}
	most := min(mostBins, max(leastBins, pageBytes/binBytes/max(1, streams)))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(todo)) {
		workers.Go(func() {
			var room timeline.Room
			for n := next.Add(1) - 1; n < int64(len(todo)); n = next.Add(1) - 1 {
				todo[n].read(in.Folder, most, &room)
			}
		})
	}
	workers.Wait()
	return t
}

// blocksOf is the largest number that a block of the run may have.
func blocksOf(s summary.Summary) int {
	most := s.Run.Pairs
	if s.Run.Stop != nil {
		most = max(most, s.Run.Stop.MaxPairs)
	}
	for _, slot := range s.Run.Order {
		most = max(most, slot.Block)
	}
	const sensible = 10_000 // a run.json that was altered may say anything
	return min(most, sensible)
}

// attemptsOf are the judged attempts of a group's blocks.
func attemptsOf(s summary.Summary, group string) map[int]int {
	judged := map[int]int{}
	for _, c := range s.Choices {
		for _, a := range c.Blocks {
			if c.Group == group && a.Judged {
				judged[a.Block] = a.Attempt
			}
		}
	}
	return judged
}

// find looks for the trials of a block: those of the judged attempt, or else of the last one.
func (t timelines) find(in Input, g results.Group, block int) {
	attempt, judged := t.blocks[g.Name][block]
	if !judged {
		attempt = lastAttempt(in.Folder, g, block)
		t.blocks[g.Name][block] = attempt
	}
	var found []*drawn
	var length time.Duration
	for _, a := range g.Arms {
		folder := results.TrialDir(results.Slot{Group: g.Name, Block: block, Arm: a.Name}, attempt)
		d := &drawn{folder: folder, metrics: primariesOf(t.run, g.Name, a.Name)}
		d.record, d.why = results.ReadTrial(filepath.Join(in.Folder, folder))
		if errors.Is(d.why, fs.ErrNotExist) {
			continue
		}
		if damage, is := damageOf(in.Summary.Damaged, filepath.ToSlash(folder)); is {
			d.why = errors.New("damaged: " + damage.What)
		}
		length = max(length, timeline.Length(d.record))
		found = append(found, d)
		t.trials[filepath.ToSlash(folder)] = d
	}
	for _, d := range found {
		d.length = length
	}
}

// lastAttempt is the last attempt at a block of which any trial left a record.
func lastAttempt(folder string, g results.Group, block int) (last int) {
	const most = 100
	for attempt := 1; attempt < most; attempt++ {
		there := slices.ContainsFunc(g.Arms, func(a results.GroupArm) bool {
			dir := results.TrialDir(results.Slot{Group: g.Name, Block: block, Arm: a.Name}, attempt)
			_, err := results.ReadTrial(filepath.Join(folder, dir))
			return err == nil
		})
		if !there {
			return last
		}
		last = attempt
	}
	return last
}

// primariesOf are the metrics by which the fixes of a group judge an arm, each once.
func primariesOf(run results.Run, group string, arm results.Arm) (all []results.Metric) {
	for _, f := range run.Fixes {
		if f.Group == group && (f.Arms.Before == arm || f.Arms.After == arm) && !slices.Contains(all, f.Primary) {
			all = append(all, f.Primary)
		}
	}
	return all
}

// mostStreams is of how many streams the trial's bins may be, before its file is read: a figure of a stream beside that
// by which trials are judged has that stream's name in front.
func (d *drawn) mostStreams() int {
	return 1 + len(slices.DeleteFunc(slices.Clone(d.metrics), func(m results.Metric) bool {
		return !strings.Contains(m.Name, "_")
	}))
}

// read reads what is drawn of the trial.
func (d *drawn) read(folder string, most int, room *timeline.Room) {
	if d.why != nil {
		return
	}
	file, err := ops.Scan(filepath.Join(folder, d.folder, results.OpsFile))
	if err != nil {
		d.why = err
		return
	}
	if events, err := results.ReadEvents(filepath.Join(folder, d.folder, results.EventsFile)); err == nil {
		d.leaders = timeline.Leaders(events)
	}
	d.bins, d.timeout = map[string][]timeline.Bin{}, map[string]time.Duration{}
	d.widths = map[string]time.Duration{}
	d.sources, d.spectra = map[results.Metric]timeline.Source{}, map[timeline.Source]map[string][]timeline.Quantile{}
	if i, ok := file.Role(ops.Primary); ok {
		d.bin(room, file, i, most)
	}
	for _, m := range d.metrics {
		s, ok := timeline.SourceOf(file.Header, m)
		if i, err := file.Stream(s.Stream); ok && err == nil {
			d.bin(room, file, i, most)
			d.sources[m] = s
			d.spectrum(room, file, i, s)
		}
	}
	d.why = file.Close()
}

// inBin is how many operations a bin holds at least, on average: where most are empty there is no line to draw.
const inBin = 2

// bin puts a stream's operations into bins, unless they are there. Both arms have as many slots, and so the same bins.
func (d *drawn) bin(room *timeline.Room, file *ops.File, i, most int) {
	s := file.Streams[i]
	if d.bins[s.Name] != nil {
		return
	}
	d.streams = append(d.streams, s.Name)
	d.widths[s.Name], d.timeout[s.Name] = timeline.Width(d.length, min(most, s.Slots/inBin)), s.Timeout
	d.bins[s.Name] = room.Bins(file, i, d.widths[s.Name], d.length)
}

func (d *drawn) spectrum(room *timeline.Room, file *ops.File, i int, s timeline.Source) {
	if d.spectra[s] != nil {
		return
	}
	d.spectra[s] = map[string][]timeline.Quantile{}
	for _, phase := range phasesDrawn {
		d.spectra[s][phase] = room.Spectrum(file, i, s.Measure, d.record.Windows(phase))
	}
}

// of is the trial of an arm in a block; nil where there is none that can be drawn.
func (t timelines) of(f results.Fix, block int, arm results.Arm) (*drawn, string) {
	folder := results.TrialDir(results.Slot{Group: f.Group, Block: block, Arm: arm}, t.blocks[f.Group][block])
	key := filepath.ToSlash(folder)
	if d := t.trials[key]; d != nil && d.why == nil {
		return d, key
	}
	return nil, ""
}

// left are the trials that cannot be drawn, in order, each with why.
func (t timelines) left() (all []string) {
	for key, d := range t.trials {
		if d.why != nil {
			all = append(all, key+": "+firstLine(d.why.Error()))
		}
	}
	slices.SortFunc(all, cmp.Compare)
	return all
}

// data is all trials as page.js draws them.
func (t timelines) data() map[string]page.Trial {
	all := map[string]page.Trial{}
	for key, d := range t.trials {
		if d.why == nil {
			all[key] = d.data()
		}
	}
	return all
}
