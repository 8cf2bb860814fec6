package service

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// usualSecrets are parts of names whose values are secrets; "key" is one only as a word of its own, such as in API_KEY.
const usualSecrets = `token|passw(?:or)?d|passphrase|secret|credential|authorization|cookie|api[-_]?key|private[-_]?key`

// Secrets finds secrets by the names that stand before them.
type Secrets struct {
	name   *regexp.Regexp // a name whose value is one
	strong *regexp.Regexp // one that is no name of a field as others are, as "key" is
	text   *regexp.Regexp // in a text: such a name, what parts it from its value, and the value
	header *regexp.Regexp // in a text: Authorization, its scheme, and the value
}

// userInfo is the password of a URL.
var userInfo = regexp.MustCompile(`(://[^/\s:@]*:)([^/\s@]+)(@)`)

// SecretsNamed finds the usual secrets, and those whose name holds one of these words.
func SecretsNamed(words []string) Secrets {
	names := []string{usualSecrets}
	for _, w := range words {
		names = append(names, regexp.QuoteMeta(w))
	}
	all := strings.Join(names, "|")
	return Secrets{
		name:   regexp.MustCompile(`(?i)(?:` + all + `)|(?:^|[-_])key$`),
		strong: regexp.MustCompile(`(?i)(?:` + all + `)`),
		text:   regexp.MustCompile(`(?i)([\w.-]*(?:` + all + `)[\w.-]*\\?["']?\s*[:=]\s*\\?["']?)([^\s"'\\,;&}]+)`),
		header: regexp.MustCompile(
			`(?i)(authorization\\?["']?\s*[:=]\s*\\?["']?(?:bearer|basic|digest|token)\s+)([^\s"'\\,;&}]+)`),
	}
}

// hidden keeps what was taken out of a target, by what stands there instead.
type hidden struct {
	Secrets
	names map[string]string // secret -> what stands instead
}

// stands gives what stands instead of a secret: the same for the same one, so that two equal arms stay equal.
func (h hidden) stands(secret string) string {
	if secret == "" || strings.HasPrefix(secret, "{secret.") {
		return secret
	}
	if _, known := h.names[secret]; !known {
		h.names[secret] = "{secret." + strconv.Itoa(len(h.names)+1) + "}"
	}
	return h.names[secret]
}

// in hides the secrets within a text.
func (h hidden) in(text string) string {
	for _, pattern := range []*regexp.Regexp{userInfo, h.header, h.text} {
		text = pattern.ReplaceAllStringFunc(text, func(found string) string {
			parts := pattern.FindStringSubmatch(found)
			if pattern == h.text && h.header.MatchString(found+" x") { // the scheme of what the header has hidden
				return found
			}
			return parts[1] + h.stands(parts[2]) + strings.Join(parts[3:], "")
		})
	}
	return text
}

// value hides the value of a name.
func (h hidden) value(name, value string) string {
	if h.name.MatchString(name) {
		return h.stands(value)
	}
	return h.in(value)
}

// command hides secrets in the words of a command: --password=x, --password x, PASSWORD=x, and those within a word.
func (h hidden) command(words []string) []string {
	all := slices.Clone(words)
	for i, word := range all {
		if i > 1 && strings.HasPrefix(all[i-1], "-") && !strings.Contains(all[i-1], "=") &&
			h.name.MatchString(all[i-1]) && !strings.HasPrefix(word, "-") {
			all[i] = h.stands(word)
			continue
		}
		if name, value, ok := strings.Cut(word, "="); ok && !strings.ContainsAny(name, " \t\n/") &&
			h.name.MatchString(name) {
			all[i] = name + "=" + h.stands(value)
			continue
		}
		all[i] = h.in(word)
	}
	return all
}

// Hide takes the secrets out of a target, and gives them by what stands there instead. A target is a part of run.json,
// of what a run compares and of what a report may show; its secrets are given to the programs alone.
func (t *Target) Hide() map[string]string {
	h := hidden{SecretsNamed(t.Redact), map[string]string{}}
	programs := []*Program{&t.Before, &t.After}
	for i := range t.Variants {
		programs = append(programs, &t.Variants[i].Program)
	}
	for _, p := range programs {
		p.Command = h.command(p.Command)
		h.values(p.Env)
	}
	t.Ready, t.Metrics, t.Pprof = h.in(t.Ready), h.in(t.Metrics), h.in(t.Pprof)
	for name, r := range t.Requests {
		r.URL, r.Body = h.in(r.URL), h.in(r.Body)
		h.values(r.Headers)
		if r.GRPC != nil {
			r.GRPC.Message = h.in(r.GRPC.Message)
			h.values(r.GRPC.Metadata)
		}
		for path, want := range r.JSON {
			if h.strong.MatchString(path) {
				r.JSON[path] = h.stands(want)
			}
		}
		t.Requests[name] = r
	}
	all := map[string]string{}
	for secret, stands := range h.names {
		all[stands] = secret
	}
	return all
}

func (h hidden) values(all map[string]string) {
	for name, value := range all {
		all[name] = h.value(name, value)
	}
}

// reveal is a target with its secrets again. The error is for one whose secrets were not kept.
func (t Target) reveal(secrets map[string]string) (whole Target, err error) {
	text, err := json.Marshal(t)
	if err != nil {
		return Target{}, err
	}
	for stands, secret := range secrets {
		quoted, err := json.Marshal(secret)
		if err != nil {
			return Target{}, err
		}
		text = []byte(strings.ReplaceAll(string(text), stands, string(quoted[1:len(quoted)-1])))
	}
	if at := regexp.MustCompile(`\{secret\.[0-9]+\}`).Find(text); at != nil {
		return Target{}, fmt.Errorf("the value of %s is stored nowhere, and was not given again", at)
	}
	return whole, json.Unmarshal(text, &whole)
}

// redactor takes secrets out of what a program prints and of what is said of it: the given values, however they are
// written, and whatever stands behind a name of a secret.
type redactor struct {
	Secrets
	values  *strings.Replacer
	longest int // bytes of the longest value
}

// Redacted stands where a secret stood.
const Redacted = "[redacted]"

// leastSecret is how long a value has to be: a shorter one, such as 1, is in every line.
const leastSecret = 4

func newRedactor(names []string, secrets []string) redactor {
	r := redactor{Secrets: SecretsNamed(names)}
	var forms []string
	for _, secret := range secrets {
		quoted, _ := json.Marshal(secret) // a string always can be
		forms = append(forms, secret, string(quoted[1:len(quoted)-1]), url.QueryEscape(secret), url.PathEscape(secret),
			base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)))
		if words := strings.Fields(secret); len(words) > 1 { // Bearer and the like
			forms = append(forms, words[len(words)-1])
		}
	}
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) }) // the longest that fits goes first
	var pairs []string
	for _, form := range forms {
		if len(form) >= leastSecret {
			pairs = append(pairs, form, Redacted)
			r.longest = max(r.longest, len(form))
		}
	}
	r.values = strings.NewReplacer(pairs...)
	return r
}

// text is a text without secrets.
func (r redactor) text(s string) string {
	s = r.values.Replace(s)
	s = userInfo.ReplaceAllString(s, "${1}"+Redacted+"${3}")
	s = r.header.ReplaceAllString(s, "${1}"+Redacted)
	return r.Secrets.text.ReplaceAllStringFunc(s, func(found string) string {
		parts := r.Secrets.text.FindStringSubmatch(found)
		if strings.HasPrefix(parts[2], "[redacted") || r.header.MatchString(found+" x") {
			return found
		}
		return parts[1] + Redacted
	})
}

// err is an error whose text has no secrets.
func (r redactor) err(err error) error {
	if text := r.text(err.Error()); text != err.Error() {
		return errors.New(text)
	}
	return err
}
