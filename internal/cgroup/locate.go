package cgroup

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// group is where one controller's group of a process is seen: its folder, and the mount above which nothing is seen.
// Paths have no slash in front. The zero value is no group.
type group struct {
	v2            bool
	mount, folder string
}

// path lists the group's folder and those of its ancestors, up to the mount.
func (g group) path() (folders []string) {
	if g.folder == "" {
		return nil
	}
	for folder := g.folder; ; folder = path.Dir(folder) {
		folders = append(folders, folder)
		if folder == g.mount || folder == "." {
			return folders
		}
	}
}

// locate finds the group by which a controller limits the process. A controller belongs to one hierarchy: where version
// 1 has it, version 2 has not.
func locate(root fs.FS, member membership, mounts []mount, controller string) group {
	if in, ok := member.v1[controller]; ok {
		of := func(m mount) bool { return m.kind == "cgroup" && slices.Contains(m.options, controller) }
		if g, ok := seen(root, in, mounts, of); ok {
			return g
		}
	}
	if member.v2 == "" {
		return group{}
	}
	g, ok := seen(root, member.v2, mounts, func(m mount) bool { return m.kind == "cgroup2" })
	g.v2 = ok
	return g
}

// seen gives the folder in which a group of a hierarchy is seen. A mount shows the hierarchy from its own root on: the
// whole of it, or in a container often the container's group alone. Of several mounts the one that shows the most
// ancestors is taken, and of equal ones the last, for it may lie over the others.
func seen(root fs.FS, in string, mounts []mount, of func(mount) bool) (best group, found bool) {
	shortest := 0
	for _, m := range mounts {
		if !of(m) {
			continue
		}
		g, shows := below(m, in)
		if !isFolder(root, g.folder) {
			g, shows = group{mount: g.mount, folder: g.mount}, false
		}
		length := len(m.root)
		if !shows { // a mount from before the process's own view: all that it can show is its top
			length += 1 << 20
		}
		if isFolder(root, g.folder) && (!found || length <= shortest) {
			best, found, shortest = g, true, length
		}
	}
	return best, found
}

// below is where a mount shows a group, if it does.
func below(m mount, in string) (g group, shows bool) {
	top := strings.TrimPrefix(path.Clean(m.point), "/")
	if top == "" {
		top = "."
	}
	g = group{mount: top, folder: top}
	if outside(in) || outside(m.root) && m.root != in {
		return g, in == m.root
	}
	rest, ok := strings.CutPrefix(path.Clean(in), strings.TrimSuffix(path.Clean(m.root), "/"))
	if !ok || rest != "" && rest[0] != '/' {
		return g, false
	}
	g.folder = path.Join(top, rest)
	return g, true
}

// outside tells whether a path leaves the view that the process's namespace gives of its groups.
func outside(p string) bool { return p == "/.." || strings.HasPrefix(p, "/../") }

func isFolder(root fs.FS, name string) bool {
	if !fs.ValidPath(name) {
		return false
	}
	info, err := fs.Stat(root, name)
	return err == nil && info.IsDir()
}
