package cluster

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"aftershock/internal/etcdclient"
	"aftershock/internal/units"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// askPatience bounds each request to one member of an external cluster.
const askPatience = 5 * time.Second

// Survey is what was found at the endpoints of an external cluster.
type Survey struct {
	ClusterID uint64
	Members   []Surveyed // by name
}

// Surveyed is one member of an external cluster.
type Surveyed struct {
	Endpoint
	Version string // etcd's, by what the member says
	id      uint64
}

// Names lists the members' names in order.
func (s Survey) Names() []string {
	var names []string
	for _, m := range s.Members {
		names = append(names, m.Member)
	}
	return names
}

func (s Survey) endpoints() []Endpoint {
	var all []Endpoint
	for _, m := range s.Members {
		all = append(all, m.Endpoint)
	}
	return all
}

// SurveyExternal asks every endpoint which member it is, and refuses a cluster that is not what the configuration says:
// another number of voting members, a member without an endpoint or with two, members without unique names, another run
// that holds it, and keys that are not ours. It writes nothing, and leaves no connection open.
func SurveyExternal(ctx context.Context, config Config) (_ Survey, err error) {
	found, connected, err := survey(ctx, config)
	if err != nil {
		return Survey{}, err
	}
	return found, connected.close()
}

// survey does the same, and hands over the connections that it has made: a new one costs members with users a slow
// hash.
func survey(ctx context.Context, config Config) (_ Survey, connected *control, err error) {
	if config.External == nil {
		config.External = &ExternalConfig{}
	}
	if err := config.External.Check(); err != nil {
		return Survey{}, nil, err
	}
	v := surveyor{config: config}
	if v.control, err = config.External.control(); err != nil {
		return Survey{}, nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, v.control.close())
		}
	}()
	for _, endpoint := range config.External.endpoints() {
		if err := v.ask(ctx, endpoint); err != nil {
			return Survey{}, nil, fmt.Errorf("endpoint %s: %w", endpoint, err)
		}
	}
	if err := v.judge(); err != nil {
		return Survey{}, nil, err
	}
	if err := v.checkKeys(ctx); err != nil {
		return Survey{}, nil, err
	}
	for _, m := range v.found.Members {
		v.control.rename(m.ClientURL, m.Member)
	}
	return v.found, v.control, nil
}

// surveyor puts together what the endpoints say. Its control knows members by their endpoints: names are found out.
type surveyor struct {
	config  Config
	control *control
	members []*etcdserverpb.Member // as the first endpoint lists them
	found   Survey
}

// ask finds out which member an endpoint is.
func (v *surveyor) ask(ctx context.Context, endpoint string) error {
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	// Plain HTTP first: it says at once what is wrong with an address or a certificate, while gRPC only times out.
	if err := askVersion(ctx, endpoint, v.control.tlsFor(endpoint)); err != nil {
		return err
	}
	v.control.endpoints[endpoint] = endpoint
	client, err := v.control.client(endpoint)
	if err != nil {
		return hinted(err)
	}
	status, err := statusOf(ctx, client)
	if err != nil {
		return hinted(err)
	}
	if v.members == nil {
		list, err := etcdclient.Members(ctx, client) // a cluster without a leader answers it too
		if err != nil {
			return hinted(err)
		}
		v.members, v.found.ClusterID = list.Members, list.Header.ClusterId
	}
	if id := status.Header.ClusterId; id != v.found.ClusterID {
		return fmt.Errorf("it belongs to cluster %x, the endpoints before it to %x", id, v.found.ClusterID)
	}
	v.found.Members = append(v.found.Members, Surveyed{
		Endpoint: Endpoint{ClientURL: endpoint, MetricsURL: endpoint + "/metrics"}, Version: status.Version,
		id: status.Header.MemberId,
	})
	return nil
}

// hinted adds to etcd's error about users what to do about it.
func hinted(err error) error {
	if errors.Is(err, rpctypes.ErrUserEmpty) {
		return fmt.Errorf("the cluster asks for a user and a password: %w", err)
	}
	return err
}

// judge names the members, and refuses a cluster that is not the intended one.
func (v *surveyor) judge() error {
	var errs []error
	if want := v.config.External.ClusterID; want != 0 && want != v.found.ClusterID {
		errs = append(errs, fmt.Errorf("the endpoints lead to cluster %x, and led to %x before",
			v.found.ClusterID, want))
	}
	voters, named := 0, map[string]uint64{}
	for _, m := range v.members {
		other, taken := named[m.Name]
		switch {
		case m.Name == "":
			errs = append(errs, fmt.Errorf("member %x has no name: it was added and has never started", m.ID))
		case taken:
			errs = append(errs, fmt.Errorf("members %x and %x are both named %q: faults could not tell them apart",
				other, m.ID, m.Name))
		}
		named[m.Name] = m.ID
		if !m.IsLearner {
			voters++
		}
		errs = append(errs, v.place(m), v.config.External.checkAdvertised(m))
	}
	if voters != v.config.Members {
		errs = append(errs, fmt.Errorf("the scenario is for %s, the cluster at the endpoints has %d",
			units.Count(v.config.Members, "member"), voters))
	}
	slices.SortFunc(v.found.Members, func(a, b Surveyed) int { return cmp.Compare(a.Member, b.Member) })
	return errors.Join(errs...)
}

// place finds a member's endpoint and gives it the member's name.
func (v *surveyor) place(m *etcdserverpb.Member) error {
	var at []string
	for i := range v.found.Members {
		if v.found.Members[i].id == m.ID {
			v.found.Members[i].Member = m.Name
			at = append(at, v.found.Members[i].ClientURL)
		}
	}
	switch {
	case len(at) > 1:
		return fmt.Errorf("endpoints %s are the same member, %s: one for each is needed",
			strings.Join(at, " and "), m.Name)
	case len(at) == 0 && !m.IsLearner:
		return fmt.Errorf("no endpoint is member %s (%x): one for each member is needed", m.Name, m.ID)
	case len(at) == 1 && m.IsLearner:
		return fmt.Errorf("endpoint %s is %s, a learner: only voting members can be used", at[0], m.Name)
	}
	return nil
}

// checkKeys refuses a keyspace with keys, except for allowed ones outside of our prefix.
func (v *surveyor) checkKeys(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	client, err := v.control.client(v.found.Members[0].ClientURL)
	if err != nil {
		return err
	}
	if err := checkOwn(ctx, client, v.config.External.Claim); err != nil || v.config.External.ForeignKeys {
		return err
	}
	return checkForeign(ctx, client)
}

// statusOf asks the member that a client talks to. The client's own Status would open a connection for each question.
func statusOf(ctx context.Context, client *clientv3.Client) (*etcdserverpb.StatusResponse, error) {
	maintenance := etcdserverpb.NewMaintenanceClient(client.ActiveConnection())
	status, err := maintenance.Status(ctx, &etcdserverpb.StatusRequest{})
	return status, etcdclient.ContextError(ctx, err)
}

// askVersion asks for etcd's version page, which needs no user.
func askVersion(ctx context.Context, endpoint string, config *tls.Config) error {
	way := &http.Transport{Proxy: nil, TLSClientConfig: config.Clone()}
	defer way.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint+"/version", nil)
	if err != nil {
		return err
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // nothing else is dialled
	response, err := (&http.Client{Transport: way, CheckRedirect: stay}).Do(request)
	if failed, ok := errors.AsType[*url.Error](err); ok {
		err = failed.Err // without the address, which the error begins with
	}
	if errors.Is(err, io.EOF) { // what etcd answers to the first bytes of a protocol that it does not know
		return fmt.Errorf("the connection was closed without an answer, as if it were http for https or the "+
			"reverse: %w", err)
	}
	if err != nil {
		return err
	}
	defer response.Body.Close()
	page, err := io.ReadAll(io.LimitReader(response.Body, 1<<10))
	if err != nil {
		return err
	}
	var version struct {
		Server string `json:"etcdserver"`
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s: %s", response.Status, strconv.Quote(strings.TrimSpace(string(page))))
	}
	if json.Unmarshal(page, &version) != nil || version.Server == "" {
		return errors.New("no etcd answers there")
	}
	return nil
}
