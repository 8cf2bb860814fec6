package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// healthy is what the page /health says.
const healthy = "ok\n"

// CheckAddress tells what is wrong with an address.
func CheckAddress(address string) error {
	_, err := parse(address)
	return err
}

// Health asks the server at an address whether it answers, within five seconds.
func Health(ctx context.Context, address string) error {
	to, err := parse(address)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, headFor)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+to.listen+"/health", nil)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // and no proxy of the environment
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("no run is shown: %w", err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, int64(len(healthy))+1))
	if err != nil || response.StatusCode != http.StatusOK || string(text) != healthy {
		return fmt.Errorf("what answers at %s is no run of aftershock: %s, %q", address, response.Status, text)
	}
	return nil
}
