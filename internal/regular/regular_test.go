package regular_test

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/internal/regular"

	"golang.org/x/sys/unix"
)

func TestReadGivesWhatTheFileHolds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	want := strings.Repeat("some text\n", 10_000)
	if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := regular.Read(path); string(got) != want || err != nil {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	link := path + ".link"
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if got, err := regular.Read(link); string(got) != want || err != nil {
		t.Errorf("through a link: %d bytes, %v", len(got), err)
	}
	if _, err := regular.OpenInPlace(link); err == nil || !strings.HasSuffix(err.Error(), "is a link, and no regular file") {
		t.Errorf("a link in the file's place: %v", err)
	}
	file, err := regular.OpenInPlace(path)
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
}

// A FIFO that no writer opens would be waited for until the test's time is over.
func TestWhatIsNoRegularFileIsRefusedAndNotWaitedFor(t *testing.T) {
	folder := t.TempDir()
	fifo, socket := filepath.Join(folder, "fifo"), filepath.Join(folder, "socket")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	loop := filepath.Join(folder, "loop")
	if err := os.Symlink(loop, loop); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, want string }{
		{folder, "is a directory"},
		{fifo, "is a FIFO, and no regular file"},
		{socket, "is a socket, and no regular file"},
		{"/dev/zero", "is a device, and no regular file"},
		{loop, "is a link, and no regular file"},
	} {
		_, err := regular.Read(c.path)
		var path *fs.PathError
		if !errors.As(err, &path) || path.Path != c.path || err.Error() != "read "+c.path+": "+c.want {
			t.Errorf("%s: %v, want %s", c.path, err, c.want)
		}
	}
	if _, err := regular.Read(filepath.Join(folder, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what is not there: %v", err)
	}
}

func TestKind(t *testing.T) {
	for mode, want := range map[fs.FileMode]string{
		0o644: "a regular file", fs.ModeDir | 0o755: "a folder", fs.ModeSymlink: "a link", fs.ModeNamedPipe: "a FIFO",
		fs.ModeSocket: "a socket", fs.ModeDevice | fs.ModeCharDevice: "a device", fs.ModeIrregular: "a special file",
	} {
		if got := regular.Kind(mode); got != want {
			t.Errorf("%v is %s, want %s", mode, got, want)
		}
	}
}
