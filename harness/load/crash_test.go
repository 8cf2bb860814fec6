package load_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results/ops"
)

// crashTable names, in the environment, the table that a child process fills until it is killed.
const crashTable = "LOAD_TEST_CRASH_TABLE"

func TestMain(m *testing.M) {
	if path := os.Getenv(crashTable); path != "" {
		if err := fillUntilKilled(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// crashStream is the stream that parent and child agree on: 2000/s for a minute, so that the kill comes in mid-run.
func crashStream() (load.Stream, error) {
	const rate, timeout = 2000, 100 * time.Millisecond
	intended, err := load.Schedule{
		Rate: rate, Arrival: load.Constant, Windows: []load.Window{{To: 60 * second}},
	}.Intended()
	return load.Stream{
		Name: "s", Intended: intended, Timeout: timeout, Workers: load.Workers(rate, timeout),
	}, err
}

// fillUntilKilled is the child: it drives the stream, and writes the number of each operation that is recorded. A
// worker begins an operation only when its last one has been, so that this is when to acknowledge the last one.
func fillUntilKilled(path string) error {
	table, err := ops.Open(path)
	if err != nil {
		return err
	}
	s, err := crashStream()
	if err != nil {
		return err
	}
	counter, err := table.Counter("done")
	if err != nil {
		return err
	}
	last := make([]uint32, s.Workers)
	s.Do = func(op *load.Op) {
		if acknowledged := last[op.Worker]; acknowledged > 0 {
			counter.Add(1)
			var b [4]byte
			binary.LittleEndian.PutUint32(b[:], acknowledged-1)
			os.Stdout.Write(b[:]) // a write of four bytes to a pipe is atomic
		}
		last[op.Worker] = uint32(op.N) + 1
		op.Aux = int64(op.N)
	}
	_, err = load.Drive(context.Background(), clock.Now(), table, []load.Stream{s})
	return err
}

func TestKilledWorkerLosesNothingRecorded(t *testing.T) {
	s, err := crashStream()
	if err != nil {
		t.Fatal(err)
	}
	path := t.TempDir() + "/ops.bin"
	table, err := ops.Create(path, ops.Header{
		Streams:  []ops.Stream{{Name: s.Name, Slots: len(s.Intended), Timeout: s.Timeout}},
		Counters: []ops.Counter{{Name: "done", Unit: "operations"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	acknowledged := killInMidRun(t, path, 500)

	booked, err := table.BookMissing(0, s.Intended, ops.Crashed)
	if err != nil || booked == 0 {
		t.Fatalf("booked %d, %v", booked, err)
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	log, err := ops.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range acknowledged {
		if r, _ := log.Get(0, n); r.Outcome != ops.OK && r.Reason != ops.Timeout || r.Aux != int64(n) {
			t.Errorf("operation %d was recorded and acknowledged, and the file has %+v", n, r)
		}
	}
	books := log.Books(0)
	if !books.Balanced() || books.Reasons[ops.Crashed] != booked || books.OK+books.Failed < len(acknowledged) {
		t.Errorf("%d acknowledged, %d booked, books %+v", len(acknowledged), booked, books)
	}
	if done, err := log.Counter("done"); err != nil || done < uint64(len(acknowledged)) {
		t.Errorf("the counter says %d, %v, and %d were acknowledged", done, err, len(acknowledged))
	}
	t.Logf("%d acknowledged before the kill, books %+v", len(acknowledged), books)
}

// killInMidRun starts the child, kills it after so many acknowledgements, and gives all that it wrote.
func killInMidRun(t *testing.T, path string, after int) (acknowledged []int) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashTable+"="+path)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(out)
	for {
		var b [4]byte
		if _, err := io.ReadFull(in, b[:]); err != nil {
			break // the pipe ends with the child
		}
		acknowledged = append(acknowledged, int(binary.LittleEndian.Uint32(b[:])))
		if len(acknowledged) == after {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := child.Wait(); err == nil || child.ProcessState.Exited() || len(acknowledged) < after {
		t.Fatalf("the child ended by itself after %d acknowledgements: %v", len(acknowledged), err)
	}
	return acknowledged
}
