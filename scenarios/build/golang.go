package build

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// prepare makes a tree use the modules and the toolchain of a state, and returns what `go version` says. The go.mod
// that it changes is that of the tree, which is thrown away.
func (t tool) prepare(ctx context.Context, a Arms, s State) (version string, err error) {
	text, err := t.run(ctx, "go", "version")
	if err != nil {
		return "", a.hint(err)
	}
	version = strings.TrimSpace(strings.TrimPrefix(text, "go version "))
	if fields := strings.Fields(version); s.Toolchain != "" && !slices.Contains(fields, s.Toolchain) {
		return "", fmt.Errorf("toolchain %s was asked for, and go is %s", s.Toolchain, version)
	}
	if len(s.Modules) == 0 {
		return version, nil
	}
	if _, err := t.run(ctx, append([]string{"go", "get"}, s.Modules...)...); err != nil {
		return "", a.hint(err)
	}
	return version, t.checkModules(ctx, a, s.Modules)
}

// checkModules holds what the build will use against what was asked for: a replace directive, or what another
// dependency asks for, may have won.
func (t tool) checkModules(ctx context.Context, a Arms, modules []string) error {
	const format = "{{.Path}}@{{.Version}}{{with .Replace}} => {{.Path}}{{with .Version}}@{{.}}{{end}}{{end}}"
	for _, module := range modules {
		path, _, _ := strings.Cut(module, "@")
		text, err := t.run(ctx, "go", "list", "-m", "-f", format, path)
		if err != nil {
			return a.hint(err)
		}
		if got := strings.TrimSpace(text); got != module {
			return fmt.Errorf("%s was asked for, and the build would use %s", module, got)
		}
	}
	return nil
}

// hint adds to a failure what can be done where something would have had to be downloaded.
func (a Arms) hint(err error) error {
	var failed *Failed
	if a.Downloads || !errors.As(err, &failed) {
		return err
	}
	for _, sign := range []string{"GOPROXY=off", "toolchain not available", "GOTOOLCHAIN=local"} {
		if strings.Contains(failed.Output, sign) {
			return fmt.Errorf("%w\n    (nothing is downloaded; \"downloads: true\" in the section arms allows it)", err)
		}
	}
	return err
}
