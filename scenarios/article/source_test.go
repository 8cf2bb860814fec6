package article

import (
	"go/ast"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const mapsPackage = "internal/runtime/maps"

// functionOf finds a function in a package's source.
func functionOf(t *testing.T, files []*ast.File, receiver, name string) *ast.FuncDecl {
	t.Helper()
	for _, file := range files {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == name && receiverOf(f) == receiver {
				return f
			}
		}
	}
	t.Fatalf("there is no function %s.%s", receiver, name)
	return nil
}

func receiverOf(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	typ := f.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	name, _ := typ.(*ast.Ident)
	if name == nil {
		return ""
	}
	return name.Name
}

// calls are the functions and methods that are called within a piece of source, by their last name, and how often.
func calls(n ast.Node) map[string]int {
	all := map[string]int{}
	ast.Inspect(n, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		switch f := call.Fun.(type) {
		case *ast.Ident:
			all[f.Name]++
		case *ast.SelectorExpr:
			all[f.Sel.Name]++
		}
		return true
	})
	return all
}

func TestNoMapHasAMarkOfMoving(t *testing.T) {
	for _, pkg := range []string{"runtime", mapsPackage} {
		names, _ := identifiers(sourceOf(t, pkg))
		if len(names) == 0 || names["evacuatedNext"]+names["tophash"]+names["evacuatedX"] > 0 {
			t.Errorf("%s has %d names, and evacuatedNext or what was there before", pkg, len(names))
		}
	}
}

func TestNoGoroutineMovesMaps(t *testing.T) {
	files := sourceOf(t, mapsPackage)
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			if _, starts := n.(*ast.GoStmt); starts {
				t.Error("a goroutine is started in the code of maps")
			}
			return true
		})
	}
	if calls(functionOf(t, files, "", "runtime_mapassign_faststr"))["rehash"] == 0 {
		t.Error("an assignment does not rehash by itself")
	}
}

func TestTheMarkOfWritingIsNotAtomic(t *testing.T) {
	files := sourceOf(t, mapsPackage)
	names, words := identifiers(files)
	if names["hashWriting"]+names["atomic"]+names["Load"]+names["Cas"] > 0 || names["writing"] == 0 {
		t.Errorf("hashWriting %d, atomic %d, writing %d", names["hashWriting"], names["atomic"], names["writing"])
	}
	if words["concurrent map writes"] == 0 || calls(functionOf(t, files, "Map", "PutSlot"))["fatal"] == 0 {
		t.Error("two writers are not noticed at all")
	}
}

func TestThrowTakesAMessageAlone(t *testing.T) {
	files := sourceOf(t, "runtime")
	for _, name := range []string{"throw", "fatal"} {
		f := functionOf(t, files, "", name)
		params := f.Type.Params.List
		if len(params) != 1 || len(params[0].Names) != 1 || params[0].Names[0].Name != "s" ||
			params[0].Type.(*ast.Ident).Name != "string" {
			t.Errorf("%s has other parameters than s string", name)
		}
	}
}

func TestAssignmentsKnowNothingOfPanics(t *testing.T) {
	names, _ := identifiers(sourceOf(t, mapsPackage))
	for _, name := range []string{"_panic", "getg", "gopanic", "casptr", "casp", "Casp1", "CompareAndSwap"} {
		if names[name] > 0 {
			t.Errorf("the code of maps uses %s", name)
		}
	}
	if names["runtime_mapassign_faststr"] == 0 {
		t.Error("the code of maps was not found")
	}
}

func TestTheWriteBarrierIsCalled(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "src/runtime", "asm_"+runtime.GOARCH+".s"))
	if err != nil || !strings.Contains(string(text), "TEXT runtime·gcWriteBarrier") &&
		!strings.Contains(string(text), "TEXT runtime·gcWriteBarrier1") {
		t.Errorf("it is no function in assembly: %v", err)
	}
}

func TestSyncMapIsAHashTrie(t *testing.T) {
	names, _ := identifiers(sourceOf(t, "sync"))
	if names["HashTrieMap"] == 0 || names["dirty"]+names["readOnly"]+names["expunged"] > 0 {
		t.Errorf("HashTrieMap %d, dirty %d, readOnly %d", names["HashTrieMap"], names["dirty"], names["readOnly"])
	}
}

func TestAReadLockIsTwoAtomicOperations(t *testing.T) {
	files := sourceOf(t, "sync")
	for _, name := range []string{"RLock", "RUnlock"} {
		if n := calls(functionOf(t, files, "RWMutex", name))["Add"]; n != 1 {
			t.Errorf("%s has %d atomic additions", name, n)
		}
	}
}

func TestPprofAndTraceHaveWhatIsSaid(t *testing.T) {
	files := sourceOf(t, "runtime/trace")
	i := slices.IndexFunc(files, func(f *ast.File) bool { return f.Doc != nil })
	if i < 0 {
		t.Fatal("runtime/trace has no documentation")
	}
	for _, want := range []string{"goroutine creation/blocking/unblocking", "syscall enter/exit/block",
		"GC-related events"} {
		if text := strings.Join(strings.Fields(files[i].Doc.Text()), " "); !strings.Contains(text, want) {
			t.Errorf("runtime/trace does not say that it has %s", want)
		}
	}
	_, words := identifiers(sourceOf(t, "runtime/pprof"))
	for _, profile := range []string{"heap", "goroutine", "allocs"} {
		if words[profile] == 0 {
			t.Errorf("pprof has no profile %s", profile)
		}
	}
}

// said is what a command of the Go in use prints, whatever it exits with.
func said(t *testing.T, words ...string) string {
	t.Helper()
	out, err := exec.Command("go", words...).CombinedOutput()
	if len(out) == 0 {
		t.Fatalf("go %s: %v", strings.Join(words, " "), err)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

func TestGoTestRecordsACPUProfile(t *testing.T) {
	if !strings.Contains(said(t, "help", "testflag"), "-cpuprofile cpu.out Write a CPU profile to the specified file") {
		t.Error("go test has no -cpuprofile")
	}
}

func TestTheCompilersFlagAgainstInlining(t *testing.T) {
	if !strings.Contains(said(t, "tool", "compile", "-help"), "-l disable inlining") {
		t.Error("the compiler has no -l against inlining")
	}
}
