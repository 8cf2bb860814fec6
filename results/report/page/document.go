package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"strings"
)

//go:embed assets/page.html
var layoutText string

//go:embed assets/page.css
var ownStyle string

//go:embed assets/page.js
var ownScript string

//go:embed assets/kit.js
var kitScript string

// The charts are uPlot's: assets/uplot/README.md says where it is from.
var (
	//go:embed assets/uplot/uPlot.iife.min.js
	plotScript string
	//go:embed assets/uplot/uPlot.min.css
	plotStyle string
	//go:embed assets/uplot/LICENSE
	plotLicence string
)

var layout = template.Must(template.New("page").Parse(layoutText))

// scripts are the whole program of a page, the same for all.
var scripts = KitOf().Script + "\n" + ownScript

// document is a page with all that its template needs.
type document struct {
	Page
	Policy string
	CSS    template.CSS
	Script template.JS
	JSON   template.JS // a data block
}

func documentOf(p Page) (document, error) {
	data, err := json.Marshal(p.Data) // which escapes what could end a script
	if err != nil {
		return document{}, err
	}
	style := plotStyle + "\n" + ownStyle + p.Style
	return document{
		Page: p, Policy: policy(scripts, style), CSS: template.CSS(style), Script: template.JS(scripts),
		JSON: template.JS(data),
	}, nil
}

// policy forbids everything but this script and this style, by what they hold.
//
// https://www.w3.org/TR/CSP3/
func policy(script, style string) string {
	return fmt.Sprintf("default-src 'none'; script-src %s; style-src %s; base-uri 'none'; form-action 'none'",
		digest(script), digest(style))
}

func digest(text string) string {
	// A browser reads line breaks as LF before it computes a digest.
	sum := sha256.Sum256([]byte(strings.ReplaceAll(text, "\r\n", "\n")))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
