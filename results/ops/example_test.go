package ops_test

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"aftershock/results/ops"
)

// Each operation that is due has a slot. Those of a process that was killed stay empty, and are seen to be missing.
func ExampleTable() {
	folder, err := os.MkdirTemp("", "ops-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "ops.bin")
	table, err := ops.Create(path, ops.Header{Streams: []ops.Stream{{Name: "put", Slots: 3, Timeout: time.Second}}})
	if err != nil {
		panic(err)
	}
	// The second was due after 10 ms, began 2 ms late, and took 5 ms.
	table.Put(0, 0, ops.Record{Outcome: ops.OK, Service: 4 * time.Millisecond})
	table.Put(0, 1, ops.Record{
		Outcome: ops.OK, Intended: int64(10 * time.Millisecond), Lag: 2 * time.Millisecond,
		Service: 5 * time.Millisecond,
	})
	if err := table.Close(); err != nil {
		panic(err)
	}

	log, err := ops.Read(path)
	if err != nil {
		panic(err)
	}
	for n, r := range log.Records(0) {
		fmt.Println(n, r.Outcome, r.Response())
	}
	books := log.Books(0)
	fmt.Println("offered", books.Offered, "ok", books.OK, "balanced", books.Balanced())
	// Output:
	// 0 ok 4ms
	// 1 ok 7ms
	// offered 3 ok 2 balanced false
}
