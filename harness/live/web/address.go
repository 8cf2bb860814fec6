package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"aftershock/internal/regular"
)

// Usual is where a run is shown in all examples, in the container's image, and where Prometheus's configuration looks.
const Usual = "127.0.0.1:8088"

// Options say where a run is shown, and to whom.
type Options struct {
	Address   string // host:port
	TokenFile string // holds the token that requests have to show; empty where none is asked for
	// Members gives what a member at host:port is dialled with that has its metrics behind TLS. Nil takes what Go does.
	Members func(address string) *tls.Config
}

// resolved is a checked address.
type resolved struct {
	listen   string
	loopback bool
}

// resolve checks an address, and whether it takes a token.
func (o Options) resolve() (resolved, error) {
	r, err := parse(o.Address)
	if err == nil && !r.loopback && o.TokenFile == "" {
		_, port, _ := net.SplitHostPort(r.listen)
		return resolved{}, fmt.Errorf("--serve %s can be reached from other machines, and needs --serve-token-file "+
			"(a loopback address such as 127.0.0.1:%s needs none)", o.Address, port)
	}
	return r, err
}

// parse reads an address. A name other than localhost is refused: which interface it means is decided elsewhere.
func parse(address string) (resolved, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return resolved{}, fmt.Errorf("--serve is %q (allowed: host:port, such as %s)", address, Usual)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || port != strconv.FormatUint(n, 10) {
		return resolved{}, fmt.Errorf("--serve has port %q (allowed: 0 to 65535; 0 takes one that is free)", port)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	ip, err := netip.ParseAddr(host)
	if host != "" && err != nil {
		return resolved{}, fmt.Errorf("--serve has host %q (allowed: an IP address, or localhost)", host)
	}
	return resolved{net.JoinHostPort(host, port), host != "" && ip.IsLoopback()}, nil
}

// The lengths that a token may have.
const (
	leastToken = 16
	mostToken  = 512
)

// token reads a token. A file that others than its owner may read or write keeps no secret, and is refused.
func token(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	file, err := regular.Open(path)
	if err != nil {
		return "", fmt.Errorf("--serve-token-file: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return "", fmt.Errorf("--serve-token-file: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return "", fmt.Errorf("--serve-token-file %s has mode %04o: others may read or change it (allowed: 0600 or "+
			"less)", path, mode)
	}
	text, err := io.ReadAll(io.LimitReader(file, mostToken+2))
	if err != nil {
		return "", fmt.Errorf("--serve-token-file: %w", err)
	}
	secret := strings.TrimRight(string(text), "\r\n")
	if len(secret) < leastToken || len(secret) > mostToken || strings.ContainsFunc(secret, unprintable) {
		return "", fmt.Errorf("--serve-token-file %s: the token must be one line of %d to %d printable ASCII "+
			"characters without spaces", path, leastToken, mostToken)
	}
	return secret, nil
}

func unprintable(r rune) bool { return r <= ' ' || r > '~' }

// guard lets requests pass that may look.
type guard struct {
	digest *[sha256.Size]byte // of the token; nil where none is asked for
	next   http.Handler
}

func (g guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are allowed", http.StatusMethodNotAllowed)
		return
	}
	if r.URL.Path != "/health" && !g.lets(r) {
		h.Set("WWW-Authenticate", "Bearer")
		http.Error(w, "unauthorized", http.StatusUnauthorized)
		return
	}
	g.next.ServeHTTP(w, r)
}

// lets compares digests, in a time that tells nothing of how much of a token was right. Without a token, only requests
// by an address are answered: a page elsewhere could otherwise give its own name this address, and read what it is
// told (DNS rebinding).
func (g guard) lets(r *http.Request) bool {
	if g.digest == nil {
		return local(r.Host)
	}
	shown, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		shown = r.URL.Query().Get("token")
	}
	given := sha256.Sum256([]byte(shown))
	return subtle.ConstantTimeCompare(given[:], g.digest[:]) == 1
}

func local(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// inUse says what to do when a port is taken.
func inUse(address string, err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return fmt.Errorf("--serve %s: %w (another program may use the port: choose another)", address, op.Err)
	}
	return fmt.Errorf("--serve %s: %w", address, err)
}
