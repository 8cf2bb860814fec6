package build

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Revision is a commit of a repository.
type Revision struct {
	Commit, Subject string
}

// Revisions lists the commits of a folder's repository from one to another, both included. Of a merge the first parent
// is followed: what came with a merge came with one revision. An *Unknown says that there is no such row: a revision is
// not in the repository, both are one commit, or the first is no ancestor of the other. It also says that the working
// tree has changes, which no commit holds.
func Revisions(ctx context.Context, folder, from, to string) ([]Revision, error) {
	r, err := openRepository(ctx, folder)
	if err != nil {
		return nil, err
	}
	first, err := r.commit(ctx, from)
	if err != nil {
		return nil, err
	}
	last, err := r.commit(ctx, to)
	if err != nil {
		return nil, err
	}
	if first == last {
		return nil, &Unknown{fmt.Errorf("%s and %s are one commit, %s: there is no revision between them", from, to,
			Short(first))}
	}
	if err := r.clean(ctx); err != nil {
		return nil, err
	}
	if err := r.ancestor(ctx, from, first, to, last); err != nil {
		return nil, err
	}
	text, err := r.run(ctx, "git", "log", "--first-parent", "--reverse", "--format=%H%x00%P%x00%s", first+".."+last)
	if err != nil {
		return nil, err
	}
	subject, err := r.run(ctx, "git", "log", "-1", "--format=%s", first)
	if err != nil {
		return nil, err
	}
	all := []Revision{{first, shown(subject)}}
	for line := range strings.Lines(text) {
		commit, rest, _ := strings.Cut(line, "\x00")
		parents, subject, _ := strings.Cut(rest, "\x00")
		if parent, _, _ := strings.Cut(parents, " "); len(all) == 1 && parent != first {
			return nil, &Unknown{fmt.Errorf("%s came into %s by a merge, and only first parents are followed: take a "+
				"revision of that line, such as %s, from which both go on", from, to, Short(parent))}
		}
		all = append(all, Revision{commit, shown(subject)})
	}
	return all, nil
}

// Head is the commit that is checked out in a folder's repository. An *Unknown says that there is none.
func Head(ctx context.Context, folder string) (string, error) {
	r, err := openRepository(ctx, folder)
	if err != nil {
		return "", err
	}
	return r.commit(ctx, "HEAD")
}

// shown is a line as it may be printed.
func shown(line string) string { return strings.TrimSpace(strings.Map(printable, line)) }

// clean refuses a working tree with changes of files that git knows.
func (r repository) clean(ctx context.Context) error {
	top := r.tool
	top.folder = r.top
	text, err := top.run(ctx, "git", "status", "--porcelain=v1", "--no-renames", "--untracked-files=no",
		"--ignore-submodules=all")
	if err != nil || text == "" {
		return err
	}
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return &Unknown{fmt.Errorf("the working tree of %s has changes that no commit holds (%s, %d in all): commit or "+
		"stash them", r.top, shown(lines[0]), len(lines))}
}

// ancestor refuses a commit that does not lie before another one.
func (r repository) ancestor(ctx context.Context, from, first, to, last string) error {
	base, err := r.run(ctx, "git", "merge-base", first, last)
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	var failed *Failed
	if err != nil && (!errors.As(err, &failed) || failed.Output != "") {
		return err
	}
	switch strings.TrimSpace(base) {
	case first:
		return nil
	case last:
		return &Unknown{fmt.Errorf("%s is no ancestor of %s, but the other way round: are they swapped?", from, to)}
	case "":
		return &Unknown{fmt.Errorf("%s is no ancestor of %s: they have no commit in common", from, to)}
	}
	return &Unknown{fmt.Errorf("%s is no ancestor of %s: both go back to %s, which is one", from, to,
		Short(strings.TrimSpace(base)))}
}
