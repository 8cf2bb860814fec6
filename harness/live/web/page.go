package web

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"aftershock/harness/live"
	"aftershock/internal/units"
	"aftershock/results/report/page"
)

//go:embed assets/live.html
var layoutText string

//go:embed assets/live.css
var ownStyle string

//go:embed assets/live.js
var ownScript string

var (
	kit    = page.KitOf()
	script = kit.Script + "\n" + ownScript
	style  = kit.Style + "\n" + ownStyle
	layout = template.Must(template.New("live").Funcs(template.FuncMap{
		"left": left, "micros": micros, "title": title,
	}).Parse(layoutText))
	policy = fmt.Sprintf("default-src 'none'; script-src %s; style-src %s; connect-src 'self'; base-uri 'none'; "+
		"form-action 'none'; frame-ancestors 'none'", page.Digest(script), page.Digest(style))
)

// view is what the page is made of. A browser without scripts loads it anew now and then.
type view struct {
	live.State
	CSS    template.CSS
	Script template.JS
	Query  string // of links: the token, where it came in one
}

func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	var v view
	if err := json.Unmarshal(s.hub.Whole(), &v.State); err != nil {
		http.Error(w, "the state cannot be read", http.StatusInternalServerError)
		return
	}
	v.CSS, v.Script = template.CSS(style), template.JS(script)
	if r.URL.RawQuery != "" {
		v.Query = "?" + r.URL.RawQuery
	}
	var text bytes.Buffer
	if err := layout.Execute(&text, v); err != nil {
		http.Error(w, "the page cannot be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy)
	_, _ = w.Write(text.Bytes())
}

func left(ms int64) string {
	return units.Short((time.Duration(ms) * time.Millisecond).Round(time.Second))
}

func micros(us float64) string {
	if us == 0 {
		return "-"
	}
	return units.Latency(time.Duration(us * 1e3))
}

func title(r *live.Run) string {
	if r == nil {
		return "aftershock"
	}
	if r.Asks != "" {
		return r.Asks
	}
	return r.Name
}
