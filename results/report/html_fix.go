package report

import (
	"fmt"
	"slices"
	"strings"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/report/page"
	"aftershock/results/stat"
	"aftershock/results/summary"
	"aftershock/results/timeline"
)

// arms are a fix's, as charts and tables name them: one where phases of one arm are compared.
func armsOf(f results.Fix) (arms []results.Arm, names []string) {
	if f.Arms.Before == f.Arms.After {
		return []results.Arm{f.Arms.Before}, []string{string(f.Arms.Before)}
	}
	return []results.Arm{f.Arms.Before, f.Arms.After}, []string{string(results.Before), string(results.After)}
}

// section is all about one fix.
func (t timelines) section(s summary.Summary, f summary.Fix, index int) (page.Section, page.Fix) {
	l := lookOf(f.Verdict)
	section := page.Section{
		ID: fmt.Sprintf("fix-%d", index+1), Title: plain(f.Name), Verdict: f.Verdict.String(), Mark: l.class,
		Lead: plainly(leads(f)),
	}
	arms, names := armsOf(f.Fix)
	data := page.Fix{
		Arms: names, Sides: []string{string(results.Before), string(results.After)},
		Shares: timeline.Shares, Phases: []string{}, Spectra: map[string][]page.Columns{}, Judged: judgedData(s, f),
		Pairs: []page.Pair{},
	}
	menu, shown := t.pairs(s, f, arms, &data)
	if len(menu) > 0 {
		section.Blocks = append(section.Blocks, t.latencyBlock(f, index, menu, shown, data))
	}
	if phase := t.spectra(f, arms, &data); len(data.Phases) > 0 {
		section.Blocks = append(section.Blocks, spectrumBlock(index, phase, data))
	}
	if len(menu) > 0 {
		section.Blocks = append(section.Blocks, t.completeBlock(f, index, menu, shown, data))
	}
	data.Healed = t.healedOf(f, arms, data)
	if block, ok := healedBlock(f, index, data); ok {
		section.Blocks = append(section.Blocks, block)
	}
	if len(data.Judged.Pairs) > 0 {
		section.Blocks = append(section.Blocks, pairsBlock(f, index, data.Judged))
	}
	section.Blocks = append(section.Blocks, t.codeBlocks(f)...)
	section.Blocks = append(section.Blocks, t.profiles.block(f)...)
	section.Blocks = append(section.Blocks, figureBlocks(f)...)
	return section, data
}

// leads say in sentences what was found, and what it was found about.
func leads(f summary.Fix) (all []string) {
	if numbers(f.Primary) {
		all = append(all, inWords(f)+".")
	}
	found := fmt.Sprintf("%s: %s, over %s pairs: %s.", judgedBy(f), change(f.Primary), pairs(f), f.Verdict)
	if f.Why != "" {
		found = strings.TrimSuffix(found, ".") + ", " + f.Why + "."
	}
	all = append(all, found)
	if f.Summary != "" {
		all = append(all, "The defect and its repair: "+f.Summary+".")
	}
	if f.Article != "" && f.Article != noFigure {
		all = append(all, "The article's figure, from its own service: "+f.Article+".")
	}
	if price := f.Price; price.Stated() && !price.None() {
		cells := priceCells(f)
		all = append(all, fmt.Sprintf("Its price: %s, %s, %s: %s.", cells[0], cells[1], cells[2], price.Says))
	}
	return all
}

// nounOf is what several operations of a stream are called.
func nounOf(stream string) string {
	if strings.HasSuffix(stream, "ch") {
		return stream + "es"
	}
	return stream + "s"
}

// pairs adds a fix's blocks of which any trial can be drawn, and gives the menu that chooses one of them. The pair
// that is shown first is that whose own change is the middle one.
func (t timelines) pairs(
	s summary.Summary, f summary.Fix, arms []results.Arm, data *page.Fix,
) (menu []string, shown int) {
	typical := typicalPair(f)
	for block := 1; block <= blocksOf(s); block++ {
		p := page.Pair{}
		var says []string
		for i, arm := range arms {
			d, key := t.of(f.Fix, block, arm)
			p.Trials = append(p.Trials, key)
			if d == nil {
				continue
			}
			describe(data, d, f.Fix.Primary)
			if len(says) == 0 {
				says = append(says, faultsOf(d))
			}
			says = append(says, leadersOf(data.Arms[i], d))
		}
		if len(says) == 0 {
			continue
		}
		if block == typical {
			shown = len(menu)
		}
		p.Says = strings.TrimSpace(strings.Join(says, " "))
		data.Pairs = append(data.Pairs, p)
		menu = append(menu, pairName(s, f, block))
	}
	return menu, shown
}

// describe says what the charts of a fix are of, as one of its trials has it.
func describe(data *page.Fix, d *drawn, primary results.Metric) {
	source := d.sources[primary]
	if source.Stream == "" {
		return
	}
	data.Stream, data.Measure = source.Stream, string(source.Measure)
	data.Counted, data.Noun = d.streams[0], nounOf(d.streams[0])
	if source.Measure == timeline.Response {
		data.Timeout = float64(d.timeout[data.Stream]) / 1e3
	}
}

// typicalPair is the pair whose own change is the middle one; 0 where none is known.
func typicalPair(f summary.Fix) int {
	changes := f.Primary.PairChanges()
	order := make([]int, 0, len(changes))
	for i := range changes {
		order = append(order, i)
	}
	if len(order) == 0 {
		return 0
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch x, y := changes[a].Value, changes[b].Value; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	return judgedBlocks(f)[order[(len(order)-1)/2]]
}

// pairName says what a pair shows by itself.
func pairName(s summary.Summary, f summary.Fix, block int) string {
	name := fmt.Sprintf("pair %d", block)
	i := slices.Index(judgedBlocks(f), block)
	if i < 0 {
		return name + ", not judged"
	}
	if changes := f.Primary.PairChanges(); i < len(changes) && changes[i].Open != stat.OpenBoth {
		c := changes[i]
		name += ": " + units.Bound(c.Value, f.Primary.Unit, relative(f.Primary), string(c.Open))
	}
	if disturbedBlocks(s, f.Group)[block] {
		name += ", disturbed"
	}
	return name
}

// faultsOf lists a trial's faults, by the numbers that the chart has.
func faultsOf(d *drawn) string {
	var all []string
	for _, f := range d.record.Faults {
		from, to, ok := spanOf(f, d.length)
		if !ok {
			continue
		}
		all = append(all, fmt.Sprintf("%d %s, %.2f to %.2f s", len(all)+1, plain(f.Fault), offset(from), offset(to)))
	}
	if len(all) == 0 {
		return "No fault."
	}
	return "Faults: " + strings.Join(all, "; ") + "."
}

// leadersOf lists the changes of leader in a trial.
func leadersOf(arm string, d *drawn) string {
	var all []string
	for _, l := range d.leaders {
		all = append(all, fmt.Sprintf("%s at %.2f s", plain(l.Name), offset(l.At)))
	}
	if len(all) == 0 {
		return ""
	}
	return fmt.Sprintf("New leaders, %s: %s.", arm, strings.Join(all, ", "))
}

// spectra adds the spectra of a fix, and gives the phase that is shown first: that of its primary metric.
func (t timelines) spectra(f summary.Fix, arms []results.Arm, data *page.Fix) (shown int) {
	if f.Against != "" {
		before := t.spectrumOf(f, series{arms[0], f.Against})
		after := t.spectrumOf(f, series{arms[0], f.Fix.Primary.Phase})
		data.Sides = []string{f.Against, phaseName(f.Fix.Primary)}
		if before != nil && after != nil {
			data.Phases = []string{"both phases"}
			data.Spectra["both phases"] = []page.Columns{before, after}
		}
		return 0
	}
	for _, phase := range phasesDrawn {
		var sides []page.Columns
		there := false
		for _, arm := range arms {
			c := t.spectrumOf(f, series{arm, phase})
			sides, there = append(sides, c), there || c != nil
		}
		if !there {
			continue
		}
		if phase == f.Fix.Primary.Phase {
			shown = len(data.Phases)
		}
		data.Phases, data.Spectra[phase] = append(data.Phases, phase), sides
	}
	return shown
}
