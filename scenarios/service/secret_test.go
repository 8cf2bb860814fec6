package service

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"aftershock/results"
)

// leaky is a target with a secret in each place that can hold one.
func leaky() (Target, []string) {
	target := testTarget("tells")
	target.Redact = []string{"license"}
	target.Before.Command = append(target.Before.Command, "--password=pw-in-word", "--auth-token", "pw-in-next",
		"-dsn", "postgres://user:pw-in-url@127.0.0.1/db")
	target.Before.Env = maps.Clone(target.Before.Env)
	for name, value := range map[string]string{
		"API_TOKEN": `s3cr"t/va lue`, "SIGN_KEY": "pw-in-key", "MY_LICENSE": "pw-in-redact", "PLAIN": "plain-stays",
	} {
		target.Before.Env[name] = value
	}
	target.Requests["echo"] = Request{
		Method: "POST", URL: "http://127.0.0.1:{port}/echo?token=pw-in-query&n={{.N}}",
		Headers: map[string]string{"Authorization": "Bearer pw-in-header", "X-Plain": "plain-header"},
		Body:    `{"user": "plain-user", "password": "pw-in-body"}`,
		JSON:    map[string]string{"session.token": "pw-in-json", "key": "plain-key"},
	}
	return target, []string{
		"pw-in-word", "pw-in-next", "pw-in-url", `va lue`, "pw-in-key", "pw-in-redact", "pw-in-query", "pw-in-header",
		"pw-in-body", "pw-in-json",
	}
}

func TestSecretsOfATargetAreHiddenAndRevealed(t *testing.T) {
	target, secrets := leaky()
	target.Variants = []Variant{{Name: "other", Program: Program{
		Command: []string{"serves", "--password=pw-in-variant"}, Env: map[string]string{"API_TOKEN": "pw-of-variant"},
	}}}
	secrets = append(secrets, "pw-in-variant", "pw-of-variant")
	whole := target
	whole.Requests = maps.Clone(target.Requests)
	text, err := json.Marshal(target)
	if err != nil {
		t.Fatal(err)
	}
	given := target.Hide()
	stored, err := json.Marshal(target)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range secrets {
		if strings.Contains(string(stored), secret) {
			t.Errorf("%s is stored: %s", secret, stored)
		}
	}
	for _, plain := range []string{"plain-stays", "plain-header", "plain-user", "plain-key", "{{.N}}", "--auth-token"} {
		if !strings.Contains(string(stored), plain) {
			t.Errorf("%s is not stored: %s", plain, stored)
		}
	}
	back, err := target.reveal(given)
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(back)
	if err != nil || string(again) != string(text) {
		t.Errorf("got  %s\nwant %s, %v", again, text, err)
	}
	if _, err := target.reveal(nil); err == nil || !strings.Contains(err.Error(), "is stored nowhere") {
		t.Errorf("%v", err)
	}
}

// Arms that differ in a secret alone are two, and arms that share one are alike.
func TestHiddenArmsStayAlikeOrDifferent(t *testing.T) {
	for _, other := range []string{"same", "different"} {
		target := testTarget("serves")
		target.Before.Env = map[string]string{"TOKEN": "same"}
		target.After.Env = map[string]string{"TOKEN": other}
		target.Hide()
		if reflect.DeepEqual(target.Before, target.After) != (other == "same") {
			t.Errorf("%s: %+v, %+v", other, target.Before, target.After)
		}
	}
}

// Whatever a program prints, no secret is in the trial's folder.
func TestNoSecretIsPrinted(t *testing.T) {
	b := newBed(t)
	target, secrets := leaky()
	r := target.Requests["echo"]
	r.URL, r.JSON = "http://127.0.0.1:{port}/echo", nil
	target.Requests["echo"] = r
	b.Secrets = target.Hide()
	s := started(t, target, b)
	for range 100 { // what it prints last may come after it is ready
		if strings.Contains(printed(t, b), "yyyy") {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	stopped(t, s, b)
	secrets = append(secrets, "abc.def.ghi", "hunter2", "swordfish", "czNjcg", "va+lue", "va%20lue", `s3cr\\"t`)
	checkFolder(t, b.Log, secrets)
	if text := printed(t, b); strings.Count(text, Redacted) < 10 || !strings.Contains(text, "yyyy") {
		t.Errorf("its output is %.2000q", text)
	}
}

func checkFolder(t *testing.T, folder string, secrets []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, secret := range secrets {
			if strings.Contains(string(text), secret) {
				t.Errorf("%s holds %s", path, secret)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The last words of a program that ends are free of secrets as well.
func TestNoSecretIsInAnError(t *testing.T) {
	b := newBed(t)
	target, secrets := leaky()
	target.Before.Command = append([]string{"/bin/sh", "-c", "echo $API_TOKEN $SIGN_KEY $MY_LICENSE; exit 4", "x"},
		target.Before.Command[1:]...)
	b.Secrets = target.Hide()
	_, err := workload{target, results.Before}.Start(t.Context(), b.Env)
	if err == nil || !strings.Contains(err.Error(), "exit code 4") || !strings.Contains(err.Error(), Redacted) {
		t.Fatalf("%v", err)
	}
	for _, secret := range secrets {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%s is in %v", secret, err)
		}
	}
}

// Whatever the text, redacting it ends, twice is as once, and the values are gone.
func FuzzRedact(f *testing.F) {
	for _, s := range []string{
		"", "token=abcd", "Authorization: Bearer x y", "://a:b@", `"password": "q"`, "[redacted]",
	} {
		f.Add(s, "s3cret")
	}
	f.Fuzz(func(t *testing.T, text, secret string) {
		r := newRedactor([]string{"license"}, []string{secret})
		once := r.text(text)
		if len(secret) >= leastSecret && !strings.Contains(Redacted, secret) && strings.Contains(text, secret) &&
			once == text {
			t.Errorf("%q is still in %q", secret, once)
		}
	})
}
