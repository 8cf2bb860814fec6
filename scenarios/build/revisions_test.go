package build_test

import (
	"errors"
	"strings"
	"testing"

	"aftershock/internal/slow"
	"aftershock/scenarios/build"
)

func TestRevisionsFollowFirstParents(t *testing.T) {
	slow.Boots(t)
	p := newProject(t)
	p.commit("v1", map[string]string{"x": "1"})
	p.git("checkout", "--quiet", "-b", "side")
	p.commit("s1", map[string]string{"side": "1"})
	p.commit("s2", map[string]string{"side": "2"})
	p.git("checkout", "--quiet", "main")
	p.commit("v2", map[string]string{"x": "2"})
	p.git("merge", "--quiet", "--no-ff", "--message", "the\x1b[1m side", "side")
	p.git("tag", "v3")
	p.commit("v4", map[string]string{"x": "4"})
	p.git("checkout", "--quiet", "--orphan", "other")
	p.commit("o1", nil)
	p.git("checkout", "--quiet", "main")
	p.write("untracked", "1")
	all, err := build.Revisions(t.Context(), p.folder, "v1", "main")
	if err != nil {
		t.Fatal(err)
	}
	var subjects []string
	for _, r := range all {
		subjects = append(subjects, r.Subject)
		if len(r.Commit) != 40 {
			t.Errorf("%+v", r)
		}
	}
	if got := strings.Join(subjects, ", "); got != "v1, v2, the\uFFFD[1m side, v4" {
		t.Errorf("got %s", got)
	}
	refused := func(from, to, want string) {
		t.Helper()
		_, err := build.Revisions(t.Context(), p.folder, from, to)
		var unknown *build.Unknown
		if !errors.As(err, &unknown) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s..%s: %v\nwant %s", from, to, err, want)
		}
	}
	refused("v9", "main", `revision "v9" is not in the repository`)
	refused("v1", "v9", `revision "v9" is not in the repository`)
	refused("main", "v4", "main and v4 are one commit")
	refused("v4", "v1", "v4 is no ancestor of v1, but the other way round: are they swapped?")
	refused("s1", "v2", "s1 is no ancestor of v2: both go back to ")
	refused("o1", "v2", "o1 is no ancestor of v2: they have no commit in common")
	refused("s1", "v4", "s1 came into v4 by a merge, and only first parents are followed: take a revision of that "+
		"line, such as "+build.Short(all[0].Commit))
	p.write("x", "5")
	refused("v1", "v4", "has changes that no commit holds (M x, 1 in all): commit or stash them")
}
