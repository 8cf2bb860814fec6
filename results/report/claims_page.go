package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"aftershock/internal/shell"
	"aftershock/internal/units"
	"aftershock/results/claims"
	"aftershock/results/stat"
)

// Publication is what the claims of a page are about, which only the list of claims knows.
type Publication struct {
	Title string // of the page
	// About is the first paragraph, in Markdown: who claims it, and who measured it. It ends without a line break.
	About string
	// Headlines are the names of the claims that a reader in a hurry is told of, in this order.
	Headlines []string
	// FixFile and TestFile find the file in which a fix or a test can be read, from the root of the repository; empty where
	// there is none. Without them names are no links.
	FixFile, TestFile func(name string) string
	// Sizes and Silent are the outline of the article: how many parts it has, and those that make no claim.
	Sizes  []claims.Size
	Silent []claims.Silent
	// Last is the last page, with which this one is compared.
	Last []claims.Published
	// Objections are what a defender of the article could still say, each in a sentence or two.
	Objections []string
}

// ClaimsPage writes the claims as a Markdown page that can be read by itself: the answer in short, how to read it, the
// article's claims and those that it does not make, what did not help, a paragraph a claim, the article's other
// parts, the runs, what changed, and what could be objected.
func ClaimsPage(w io.Writer, t claims.Table, about Publication) error {
	page := &strings.Builder{}
	fmt.Fprintf(page, "# %s\n\n%s\n\n## Short answer\n\n", about.Title, about.About)
	about.shortAnswer(page, t)
	page.WriteString("\n## How to read it\n\n")
	page.WriteString(howToRead())
	theirs, fields := apart(t.Rows)
	about.claimTable(page, "The article's claims", "Place", theirs)
	about.claimTable(page, "What the article does not say", "Whose", fields)
	page.WriteString("\n## Where a repair or the article's advice did not help, or cost something\n\n")
	if useless := notHelping(t); len(useless) > 0 {
		section(page, claims.TableFile, "", bullets(useless))
	} else {
		page.WriteString(noneNotHelping(t) + "\n")
	}
	if left := untold(t); len(left) > 0 {
		page.WriteString("\nCould not be told:\n\n")
		section(page, claims.TableFile, "", bullets(left))
	}
	section(page, claims.TableFile, "", about.paragraphs(t))
	about.outline(page)
	page.WriteString("\n## The runs\n\n")
	conditions(page, t)
	section(page, claims.TableFile, "\n| Scenario | Fixes | Pairs a fix | State |\n|---|---|---|---|\n", about.partRows(t))
	about.changed(page, t)
	about.objections(page)
	_, err := io.WriteString(w, page.String())
	return err
}

// shortAnswer counts the verdicts, and tells those on the headlines.
func (about Publication) shortAnswer(page *strings.Builder, t claims.Table) {
	e := t.Environment
	answer := tally(t)
	if answer != "" {
		answer = strings.ToUpper(answer[:1]) + answer[1:] + "."
	}
	fmt.Fprintf(page, "%s Measured on %s, %s, GOMAXPROCS %d, Linux %s, %s and etcd %s.\n", answer, prose(e.CPU), e.Processors(),
		e.GOMAXPROCS, prose(e.Kernel), prose(e.Go), prose(e.Etcd))
	if t.Quick {
		fmt.Fprintf(page, "\n**This was a quick run.** Its few pairs decide nothing, because a claim takes %d at "+
			"least: what a run would have to show is undecided here, and the figures are shown as they came. Verdicts that are "+
			"given rest on tests.\n", stat.FewestPairs(1))
	}
	first := "\n"
	for _, name := range about.Headlines {
		i := slices.IndexFunc(t.Rows, func(r claims.Row) bool { return r.Claim.Name == name })
		if i < 0 {
			continue
		}
		fmt.Fprintf(page, "%s- *%s* (%s): %s\n", first, prose(t.Rows[i].Claim.Says), chapterName(t.Rows[i].Claim.Chapter),
			verdictAndTruth(t.Rows[i]))
		first = ""
	}
}

// chapterName is a chapter within a sentence.
func chapterName(chapter string) string {
	if chapter == claims.Field {
		return "the field"
	}
	return "chapter " + prose(chapter)
}

// apart are the article's claims, and those that it does not make.
func apart(rows []claims.Row) (theirs, fields []claims.Row) {
	for _, r := range rows {
		if r.Claim.Chapter == claims.Field {
			fields = append(fields, r)
		} else {
			theirs = append(theirs, r)
		}
	}
	return theirs, fields
}

// claimTable is a section with the table of some claims.
func (about Publication) claimTable(page *strings.Builder, title, first string, rows []claims.Row) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(page, "\n## %s\n\n", title)
	section(page, claims.TableFile, "| "+first+" | Claim | Verdict | Article's figure | By | Before → after | "+
		"Change [95 %] "+
		"| Price | Pairs |\n|---|---|---|---|---|---|---|---|---|\n", about.claimRows(rows))
}

// claimRows are the table's: one for each thing that settles a claim, of which the first has the claim and its
// verdict. The verdict is on the left, because a narrow page shows that side of a wide table.
func (about Publication) claimRows(all []claims.Row) (rows []string) {
	for _, r := range all {
		verdict := "**" + prose(verdictWords(r)) + "**"
		if r.Partial {
			verdict += ", " + fromPartial
		}
		first := []string{placesOf(r.Claim), prose(r.Claim.Says), verdict, prose(figureOfTheArticle(r.Claim))}
		price := "-"
		add := func(by string, s shown) {
			figure := strings.TrimPrefix(prose(s.metric)+"<br>"+prose(s.sides), "<br>")
			rows = append(rows, "| "+strings.Join(append(first, by, figure, prose(s.change), price, s.cell()),
				" | ")+" |\n")
			price = "-"
			first = []string{"", "", "", ""}
		}
		for _, o := range r.Outcomes {
			price = pricedIn(o)
			add(about.fix(o.Fix)+"<br>"+prose(o.Scenario), shownOf(o))
		}
		if r.Claim.Probe != "" {
			add("a probe of this Go", shown{sides: r.Why, change: "-"})
		}
		if tests := r.Claim.AllTests(); len(tests) > 0 { // the paragraph names all of them
			add(linked("a test", about.TestFile, tests[0]), shown{change: "-"})
		} else if len(r.Claim.Sources) > 0 {
			add("looked up", shown{change: "-"})
		}
	}
	return rows
}

// pricedIn is an outcome's price in a cell: the figure with its medians, or none.
func pricedIn(o claims.Outcome) string {
	switch {
	case !o.Price.Stated():
		return "-"
	case o.Price.None():
		return o.Price.String()
	case o.Paid == nil:
		return prose(longName(o.Price.Metric)) + "<br>no figure"
	}
	return prose(longName(o.Price.Metric)) + "<br>" + prose(sides(*o.Paid))
}

// placesOf are a claim's places in a table, one below the other.
func placesOf(c claims.Claim) string {
	if len(c.Places) == 0 {
		return prose(c.Chapter)
	}
	var all []string
	for _, p := range c.Places {
		all = append(all, prose(p.At))
	}
	return strings.Join(all, "<br>")
}

func (about Publication) fix(name string) string { return linked(name, about.FixFile, name) }

// linked makes a text a link to the file of a name, where that is known. A path from the root of the repository is right
// wherever the page is kept.
func linked(text string, file func(string) string, name string) string {
	if file == nil || file(name) == "" {
		return prose(text)
	}
	return "[" + prose(text) + "](/" + file(name) + ")"
}

// conditions are what a reader needs to run it all again.
func conditions(page *strings.Builder, t claims.Table) {
	e := t.Environment
	fmt.Fprintf(page, "- machine: %s, %s, GOMAXPROCS %d, %d MB of memory, Linux %s\n", prose(e.CPU), e.Processors(), e.GOMAXPROCS,
		e.MemoryMB, prose(e.Kernel))
	fmt.Fprintf(page, "- versions: %s, etcd %s, aftershock %s, commit %s\n", prose(e.Go), prose(e.Etcd), prose(e.Aftershock),
		prose(shortCommit(e.Commit)))
	for _, probe := range t.Probes {
		fmt.Fprintf(page, "- this Go: %s\n", prose(probe.Says))
	}
	fmt.Fprintf(page, "- seed %d; command: `%s`\n", t.Seed, strings.ReplaceAll(plain(shell.Join(t.Command...)), "`", "'"))
	fmt.Fprintf(page, "- %s, %s", t.Started.UTC().Format("2006-01-02 15:04 UTC"), units.Count(len(t.Parts), "run"))
	if t.Took > 0 {
		fmt.Fprintf(page, " in %s", units.Short(t.Took.Round(time.Second)))
	}
	page.WriteString("\n")
}

func (about Publication) partRows(t claims.Table) (rows []string) {
	for _, part := range t.Parts {
		state := "whole"
		if !part.Whole {
			state = part.Why
		}
		fixes := make([]string, 0, len(part.Fixes))
		for _, name := range part.Fixes {
			fixes = append(fixes, about.fix(name))
		}
		rows = append(rows, "| "+strings.Join([]string{
			prose(part.Scenario), strings.Join(fixes, ", "), strconv.Itoa(part.Pairs), prose(state),
		}, " | ")+" |\n")
	}
	return rows
}

// bullets are not cut as cells are: a list of what could not be told may be long, and a section is cut by its rows.
func bullets(lines []string) (rows []string) {
	for _, line := range lines {
		rows = append(rows, "- "+special.Replace(arrows(plain(line)))+"\n")
	}
	return rows
}

// prose is a text of this page, with arrows that need no escape.
func prose(s string) string { return escaped(arrows(s)) }

func arrows(s string) string { return strings.ReplaceAll(s, " -> ", " → ") }
