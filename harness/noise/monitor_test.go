package noise

import (
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"aftershock/results"
)

// proc is a /proc of these files.
func proc(files map[string]string) fstest.MapFS {
	all := fstest.MapFS{}
	for name, text := range files {
		all[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

func quiet() map[string]string {
	return map[string]string{
		"stat": stat618, "loadavg": "0.09 0.16 0.65 1/90 26355\n",
		"pressure/cpu": pressure618, "pressure/io": pressureIO618, "pressure/memory": pressureIO618,
	}
}

func TestMonitorComparesTheEndWithTheBeginning(t *testing.T) {
	files := proc(quiet())
	m, err := watch(files)
	if err != nil {
		t.Fatal(err)
	}
	const week = 7 * 24 * 3600 * 1e6 // so that the share is 1, however long this test takes
	for name, text := range map[string]string{
		"stat":         "cpu  474494 7348 162083 1594722 8549 0 9680 1087 0 0\n", // 70 user, 20 idle, 10 stolen
		"loadavg":      "3.25 0.16 0.65 5/90 26355\n",
		"pressure/cpu": fmt.Sprintf("some avg10=0.00 avg60=0.00 avg300=0.00 total=%d\n", int64(1952271773+week)),
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	steal, p, load, err := m.Stop()
	if err != nil || steal != 0.1 || load != 3.25 || p != (results.Pressure{Known: true, CPU: 1}) {
		t.Errorf("steal %v, pressure %+v, load %v, %v", steal, p, load, err)
	}
}

func TestMonitorOnThisMachine(t *testing.T) {
	m, err := Watch()
	if err != nil {
		t.Fatal(err)
	}
	steal, p, load, err := m.Stop()
	if err != nil || steal < 0 || steal > 1 || load < 0 {
		t.Errorf("steal %v, load %v, %v", steal, load, err)
	}
	for _, share := range []float64{p.CPU, p.IO, p.Memory} {
		if share < 0 || share > 1 || !p.Known && share != 0 {
			t.Errorf("pressure %+v", p)
		}
	}
}

// refusing is a /proc in which opening some files fails.
type refusing struct {
	fs.FS
	prefix string
	err    error
}

func (r refusing) Open(name string) (fs.File, error) {
	if strings.HasPrefix(name, r.prefix) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: r.err}
	}
	return r.FS.Open(name)
}

func TestMonitorWithoutPressure(t *testing.T) {
	for _, c := range []struct {
		name string
		proc fs.FS
	}{
		{"not built in", refusing{proc(quiet()), "pressure", syscall.ENOENT}},
		{"psi=0", refusing{proc(quiet()), "pressure", syscall.EOPNOTSUPP}},
		{"masked", refusing{proc(quiet()), "pressure", syscall.EACCES}},
		{"only one is there", refusing{proc(quiet()), "pressure/memory", syscall.ENOENT}},
	} {
		m, err := watch(c.proc)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if _, p, load, err := m.Stop(); err != nil || p != (results.Pressure{}) || load != 0.09 {
			t.Errorf("%s: pressure %+v, load %v, %v", c.name, p, load, err)
		}
	}
}

func TestMonitorNamesFileAndLine(t *testing.T) {
	for _, c := range []struct{ file, text, want string }{
		{"stat", "cpu  1 2 3 4 5 6 7 ?\n", `/proc/stat:1: steal is "?"`},
		{"pressure/io", "full total=0\nsome total=?\n", `/proc/pressure/io:2: total is "?"`},
		{"loadavg", "?\n", `/proc/loadavg:1: the load is "?"`},
	} {
		files := proc(quiet())
		m, err := watch(files)
		if err != nil {
			t.Fatal(err)
		}
		files[c.file] = &fstest.MapFile{Data: []byte(c.text)}
		if _, _, _, err := m.Stop(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: at the end %v, want %q", c.file, err, c.want)
		}
		if _, err := watch(files); c.file != "loadavg" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: at the beginning %v, want %q", c.file, err, c.want)
		}
	}
	without := refusing{proc(quiet()), "stat", syscall.ENOENT}
	if _, err := watch(without); err == nil || !strings.Contains(err.Error(), "/proc/stat: open stat: no such file") {
		t.Errorf("without /proc/stat: %v", err)
	}
}

func BenchmarkMonitor(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		m, err := Watch()
		if err != nil {
			b.Fatal(err)
		}
		if _, _, _, err := m.Stop(); err != nil {
			b.Fatal(err)
		}
	}
}
