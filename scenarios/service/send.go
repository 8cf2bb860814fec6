package service

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// sender sends messages to this machine alone. It keeps connections, follows no redirect and asks no proxy.
type sender interface {
	// send hands the answer on, if it is there in time. Its error is errTooLarge for one that is longer than allowed,
	// and context.DeadlineExceeded for one that is late. A worker sends one message at a time.
	send(worker int, m message, within time.Duration, answered func(status int, body []byte)) error
	close()
}

var errTooLarge = errors.New("the answer is larger than allowed")

// standard sends over HTTP/2, and over HTTP/1.1 with TLS.
type standard struct {
	client *http.Client
	most   int64 // bytes of an answer
}

func (s standard) send(_ int, m message, within time.Duration, answered func(status int, body []byte)) error {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	request, err := m.request(ctx)
	if err != nil {
		return err
	}
	answer, err := s.client.Do(request)
	if err != nil {
		return late(ctx, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, s.most+1))
	if err != nil {
		return late(ctx, err)
	}
	if int64(len(body)) > s.most {
		return errTooLarge
	}
	answered(answer.StatusCode, body)
	return nil
}

func (s standard) close() { s.client.CloseIdleConnections() }

// late is the error of a context that has ended, or another.
func late(ctx context.Context, err error) error {
	if ended := ctx.Err(); ended != nil {
		return ended
	}
	return err
}

func (m message) request(ctx context.Context) (*http.Request, error) {
	var body io.Reader // none, rather than an empty one, without a body
	if m.body != "" {
		body = strings.NewReader(m.body)
	}
	request, err := http.NewRequestWithContext(ctx, m.method, m.url, body)
	if err != nil {
		return nil, err
	}
	for _, h := range m.headers {
		request.Header.Set(h[0], h[1])
	}
	if host := request.Header.Get("Host"); host != "" {
		request.Host = host
	}
	return request, nil
}

// newClient speaks HTTP/1.1 or HTTP/2, the latter by prior knowledge where there is no TLS.
func newClient(version int, trusted *x509.CertPool) *http.Client {
	var speaks http.Protocols
	speaks.SetHTTP1(version != 2)
	speaks.SetHTTP2(version == 2)
	speaks.SetUnencryptedHTTP2(version == 2)
	return &http.Client{
		Transport: &http.Transport{
			Protocols: &speaks, DialContext: dialHere, MaxIdleConnsPerHost: 4096, IdleConnTimeout: time.Minute,
			DisableCompression: true, TLSClientConfig: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
