package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"aftershock/harness"
)

// configd is the service with its repair, asked as its users ask it, and without a network between.
var configd = harness.Plain("configd", harness.Func(func(_ context.Context, env harness.Env) (harness.Calls, error) {
	var endpoints []string
	for _, name := range env.Clients {
		endpoints = append(endpoints, env.Links[name])
	}
	s, err := connect(endpoints, true)
	if err != nil {
		return harness.Calls{}, err
	}
	handler, stored := s.handler(), new(harness.Ledger)
	return harness.Calls{
		Do: func(ctx context.Context, n int) error {
			name := fmt.Sprintf("setting-%d", n)
			answer := httptest.NewRecorder()
			put := httptest.NewRequestWithContext(ctx, http.MethodPut, "/config/"+name, strings.NewReader("value"))
			handler.ServeHTTP(answer, put)
			if answer.Code != http.StatusOK {
				return fmt.Errorf("%d %s", answer.Code, answer.Body)
			}
			stored.Acknowledge(prefix + name)
			return nil
		},
		Audit: stored.Audit(env, prefix),
		Close: s.close,
	}, nil
}))

func TestMain(m *testing.M) {
	harness.Child(harness.Registry{Fixes: []harness.Fix{configd}})
	os.Exit(m.Run())
}

func TestConfigdSurvivesTheLossOfItsLeader(t *testing.T) {
	got := harness.Test(t, configd, harness.Survival{Outage: 8 * time.Second})
	if !t.Failed() && got.Acknowledged == 0 {
		t.Error("no setting was acknowledged")
	}
}
