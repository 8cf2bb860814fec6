package scenarios

import (
	"net/http"
	"strings"
	"time"

	"aftershock/internal/document"
	"aftershock/scenarios/service"
)

// methods are those of HTTP that make sense as a load.
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
}

func (t *ownTarget) readRequest(v document.Value) (r service.Request) {
	o, _ := v.Object([]string{"method", "url"}, []string{"headers", "body", "bodies", "version"})
	r.Method, _ = o["method"].OneOf("method", methods)
	r.URL = t.readURL(o["url"])
	if r.URL != "" {
		if err := service.CheckPath(r.URL); err != nil {
			o["url"].Addf("%v", err)
		}
	}
	if o["headers"].Given() {
		r.Headers = readTemplates(o["headers"], nil)
	}
	if o["body"].Given() {
		r.Body = readTemplate(o["body"])
	}
	if o["bodies"].Given() {
		r.Bodies = readBodies(o["bodies"], r.Body != "")
	}
	if o["version"].Given() {
		if version, _ := o["version"].OneOf("version of HTTP", []string{"1.1", "2"}); version == "2" {
			r.Version = 2
		}
	}
	return r
}

// readGRPC reads a call of a unary method.
func (t *ownTarget) readGRPC(v document.Value) *service.GRPC {
	g := &service.GRPC{}
	o, _ := v.Object([]string{"address", "method"}, []string{"message", "metadata", "proto"})
	g.Address, _ = o["address"].Text()
	if err := g.CheckAddress(); g.Address != "" && err != nil {
		o["address"].Addf("%v", err)
	}
	t.checkAuthorities(o["address"], g.Address)
	g.Method, _ = o["method"].Text()
	if err := service.CheckMethod(g.Method); g.Method != "" && err != nil {
		o["method"].Addf("%v", err)
	}
	g.Message = "{}"
	if o["message"].Given() {
		g.Message = readTemplate(o["message"])
	}
	if o["metadata"].Given() {
		g.Metadata = readTemplates(o["metadata"], nil)
	}
	if o["proto"].Given() {
		g.Proto, _ = o["proto"].Text()
		if err := g.CheckProto(); err != nil {
			o["proto"].Addf("%v", err)
		}
	}
	return g
}

// readBodies reads a file of recorded bodies, which must be there already.
func readBodies(v document.Value, also bool) *service.Bodies {
	file, ok := v.Text()
	if !ok {
		return nil
	}
	if also {
		v.Addf("stands in place of body: leave one of them out")
	}
	bodies, err := service.BodiesOf(file)
	if err != nil {
		v.Addf("%v", err)
	}
	return bodies
}

// readPartOfName reads what the names of further secrets hold.
func readPartOfName(v document.Value) string {
	name, ok := v.Text()
	if ok && (len(name) < 3 || strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && r != '-' && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})) {
		v.Addf("%q is no part of the name of a secret (allowed: three or more letters, digits, _ and -)", name)
	}
	return name
}

// readLimits reads what a program may take; what is left out has its usual limit.
func readLimits(v document.Value) service.Limits {
	l := service.UsualLimits
	if !v.Given() {
		return l
	}
	o, _ := v.Object(nil, []string{"memory", "descriptors", "cpu", "answer"})
	if o["memory"].Given() {
		l.Memory, _ = o["memory"].Bytes(16<<20, 1<<40)
	}
	if o["descriptors"].Given() {
		l.Descriptors = o["descriptors"].Integer(16, 1<<20)
	}
	if o["cpu"].Given() {
		l.CPU, _ = o["cpu"].Duration(time.Second, longestRun)
		l.CPU = l.CPU.Round(time.Second) // as the kernel counts
	}
	if o["answer"].Given() {
		l.Answer, _ = o["answer"].Bytes(1, 256<<20)
	}
	return l
}
