package scenarios

import (
	"reflect"
	"slices"

	"aftershock/internal/document"
	"aftershock/scenarios/service"
)

// readRepairs reads what before is compared with: one program, or several under names of their own.
func (t *ownTarget) readRepairs(v document.Value, o document.Object) {
	after, variants := o["after"], o["variants"]
	switch {
	case after.Given() && variants.Given():
		variants.Addf("are given beside after: a target has one of them")
	case after.Given():
		t.After = readProgram(after)
	case !variants.Given():
		v.Addf("lacks after: the program that before is compared with (or variants: several, each with a name)")
	default:
		t.readVariants(variants)
		for _, name := range []string{"fix", "says"} {
			if o[name].Given() {
				o[name].Addf("is given beside variants, each of which has its own: leave it out")
			}
		}
	}
}

// mostVariants is as many trials as one would wait for in a block.
const mostVariants = 8

func (t *ownTarget) readVariants(v document.Value) {
	seen := []service.Program{t.Before}
	named := []string{"before"}
	all := entries(v)
	if len(all) == 0 || len(all) > mostVariants {
		v.Addf("must be 1 to %d programs, each with a name", mostVariants)
	}
	for _, e := range all {
		name, _ := e.Key.Word()
		o, _ := e.Value.Object([]string{"command"}, []string{"env", "says"})
		one := service.Variant{Name: name, Says: name, Program: readProgramOf(o)}
		if o["says"].Given() {
			one.Says, _ = o["says"].Sentence()
		}
		same := func(p service.Program) bool { return reflect.DeepEqual(p, one.Program) }
		if i := slices.IndexFunc(seen, same); i >= 0 && len(one.Command) > 0 {
			e.Value.Addf("is the same program as %s: there is nothing to compare", named[i])
		}
		seen, named = append(seen, one.Program), append(named, name)
		t.Variants = append(t.Variants, one)
	}
}

// names are those of the comparisons.
func (t *ownTarget) names() []string {
	if len(t.Variants) == 0 {
		return []string{t.Fix}
	}
	var all []string
	for _, v := range t.Variants {
		all = append(all, v.Name)
	}
	return all
}

func readProgram(v document.Value) service.Program {
	o, _ := v.Object([]string{"command"}, []string{"env"})
	return readProgramOf(o)
}

func readProgramOf(o document.Object) (p service.Program) {
	p.Command = readWords(o["command"])
	if o["env"].Given() {
		p.Env = map[string]string{}
		for _, e := range entries(o["env"]) {
			name, ok := readVariable(e.Key)
			text, read := e.Value.Text()
			if ok && read {
				p.Env[name] = text
			}
		}
	}
	return p
}
