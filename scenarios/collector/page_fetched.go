package collector

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/url"
)

// fetched is a page that a member serves.
type fetched struct {
	address string
	client  *http.Client
}

// fetchedPages are the pages at these addresses; those of https are dialled with the configuration.
func fetchedPages(urls []string, config *tls.Config) []page {
	// Loopback has bandwidth to spare, and compressing a page costs a member more than writing it.
	client := &http.Client{Transport: &http.Transport{
		Proxy: nil, DisableCompression: true, TLSClientConfig: config,
	}}
	var pages []page
	for _, address := range urls {
		pages = append(pages, &fetched{address, client})
	}
	return pages
}

func (f *fetched) String() string { return f.address }

func (f *fetched) open(ctx context.Context) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.address, nil)
	if err != nil {
		return nil, err
	}
	response, err := f.client.Do(request)
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return nil, failed.Err // without the address, which every error of a page begins with
	}
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		_, _ = io.Copy(io.Discard, response.Body) // so that the connection can be used again
		response.Body.Close()
		return nil, errors.New(response.Status)
	}
	return response.Body, nil
}

func (f *fetched) close() { f.client.CloseIdleConnections() }
