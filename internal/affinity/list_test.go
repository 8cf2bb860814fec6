package affinity

import (
	"slices"
	"strings"
	"testing"
)

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		cores []int
		want  string
	}{
		{nil, ""},
		{[]int{0}, "0"},
		{[]int{0, 1}, "0-1"},
		{[]int{0, 1, 3}, "0-1,3"},
		{[]int{5, 3, 4, 3, 0}, "0,3-5"},
		{[]int{0, 2, 4, 5, 6, 1023, 1024}, "0,2,4-6,1023-1024"},
	} {
		if got := Format(c.cores); got != c.want {
			t.Errorf("Format(%v) = %q, want %q", c.cores, got, c.want)
		}
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		list string
		want []int
	}{
		{"", nil},
		{"\n", nil}, // /sys/devices/system/cpu/offline, when none is
		{"0\n", []int{0}},
		{"0-1,3\n", []int{0, 1, 3}},
		{"7,0-2,1-3", []int{0, 1, 2, 3, 7}},
		{"65535", []int{65535}},
	} {
		if got, err := Parse(c.list); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("Parse(%q) = %v, %v, want %v", c.list, got, err, c.want)
		}
	}
}

func TestParseNamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ list, want string }{
		{"0,x", `"x" is not a core's number`},
		{"3-1", "it ends before it begins"},
		{"0-", `"" is not a core's number`},
		{",", `"" is not a core's number`},
		{"-1", `"" is not a core's number`},
		{"0-31:2/8", `"31:2/8" is not a core's number`},
		{"0 - 1", `"0 " is not a core's number`},
		{"65536", "core 65536 is out of range, the highest is 65535"},
		{"0-99999999999", `"99999999999" is not a core's number`},
	} {
		_, err := Parse(c.list)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "such as 0-1,3") {
			t.Errorf("Parse(%q): %v, want %q", c.list, err, c.want)
		}
	}
}

// Whatever Parse takes, it takes again from what Format makes of it.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "0-1,3\n", "5,1,2-4", "3-1", "0-31:2/8", "65535"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, list string) {
		cores, err := Parse(list)
		if err != nil {
			return
		}
		if !slices.IsSorted(cores) || len(slices.Compact(slices.Clone(cores))) != len(cores) {
			t.Fatalf("Parse(%q) = %v, not in ascending order", list, cores)
		}
		again, err := Parse(Format(cores))
		if err != nil || !slices.Equal(again, cores) {
			t.Fatalf("%q is %v; written as %q it is %v, %v", list, cores, Format(cores), again, err)
		}
	})
}

// Whatever cores there are, Parse finds them in what Format writes.
func FuzzFormat(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0, 1, 3})
	f.Add([]byte{200, 3, 2, 3, 255})
	f.Fuzz(func(t *testing.T, raw []byte) {
		var cores []int
		for i, b := range raw {
			cores = append(cores, int(b)*(1+i%200))
		}
		got, err := Parse(Format(cores))
		if err != nil || !slices.Equal(got, ordered(cores)) {
			t.Fatalf("%v is written as %q, which reads %v, %v", cores, Format(cores), got, err)
		}
	})
}
