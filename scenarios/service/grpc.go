package service

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results/ops"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// GRPC is a call of a unary method. Message, in JSON, and the values of Metadata are templates.
type GRPC struct {
	Address  string            `json:"address"` // 127.0.0.1:{port}, over TLS https://127.0.0.1:{port}
	Method   string            `json:"method"`  // package.Service/Method
	Message  string            `json:"message"` // the request, as protobuf's JSON
	Metadata map[string]string `json:"metadata,omitempty"`
	Proto    string            `json:"proto,omitempty"` // a .proto file; empty asks the server's reflection
}

var methodPattern = regexp.MustCompile(`^[A-Za-z_][\w.]*/[A-Za-z_]\w*$`)

// CheckMethod refuses what is no name of a method.
func CheckMethod(name string) error {
	if !methodPattern.MatchString(name) {
		return fmt.Errorf("%q is no method (such as config.v1.Settings/Get)", name)
	}
	return nil
}

// connections is how many connections calls are spread over: servers limit how many calls one carries at a time.
const connections = 8

// grpcCaller does the operations of a stream of calls.
type grpcCaller struct {
	conns    []*grpc.ClientConn
	method   string
	in, out  protoreflect.MessageDescriptor
	message  words
	ready    proto.Message // the message, where it is the same for all
	metadata []header
	expects  expectation
	seed     uint64
	counts   counts
}

// newGRPCCaller connects to the program, which is ready, and learns the method's messages. The context bounds that.
func newGRPCCaller(
	ctx context.Context, r Request, port int, t Target, seed uint64, counts counts,
) (*grpcCaller, error) {
	g, most := r.GRPC, int(t.Limits.Answer)
	c := &grpcCaller{method: g.Method, seed: seed, counts: counts}
	address, secure, err := g.secured(ctx, port, t)
	if err != nil {
		return nil, err
	}
	for range connections {
		conn, err := grpc.NewClient("passthrough:///"+address, grpc.WithTransportCredentials(secure),
			grpc.WithContextDialer(dialTCP), grpc.WithDisableRetry(), grpc.WithDisableServiceConfig(),
			grpc.WithNoProxy(), grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(most)))
		if err != nil {
			return nil, errors.Join(err, c.close())
		}
		c.conns = append(c.conns, conn)
	}
	if err := c.learn(ctx, g); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, errors.Join(c.compile(r))
}

// learn finds the method among what the .proto file or the server declares.
func (c *grpcCaller) learn(ctx context.Context, g *GRPC) error {
	declared, err := g.declared(ctx, c.conns[0])
	if err != nil {
		return err
	}
	name, method, _ := strings.Cut(g.Method, "/")
	found, err := declared.FindDescriptorByName(protoreflect.FullName(name))
	service, ok := found.(protoreflect.ServiceDescriptor)
	if err != nil || !ok {
		return fmt.Errorf("grpc: there is no service %s", name)
	}
	m := service.Methods().ByName(protoreflect.Name(method))
	switch {
	case m == nil:
		var has []string
		for i := range service.Methods().Len() {
			has = append(has, string(service.Methods().Get(i).Name()))
		}
		return fmt.Errorf("grpc: %s has no method %s (it has: %s)", name, method, strings.Join(has, ", "))
	case m.IsStreamingClient() || m.IsStreamingServer():
		return fmt.Errorf("grpc: %s is a stream, and only calls with one answer are driven", g.Method)
	}
	c.in, c.out = m.Input(), m.Output()
	return nil
}

// compile compiles the texts of a request, which were checked with the scenario, and the message against its type.
func (c *grpcCaller) compile(r Request) (err error) {
	var errs []error
	text := func(s string) words {
		w, err := compile(s)
		errs = append(errs, err)
		return w
	}
	c.message, c.expects = text(r.GRPC.Message), expectation{status: r.Status}
	if len(r.Status) == 0 {
		c.expects.status = []int{int(codes.OK)}
	}
	for path, want := range r.JSON {
		c.expects.values = append(c.expects.values, value{steps(path), text(want)})
	}
	for name, value := range r.GRPC.Metadata {
		c.metadata = append(c.metadata, header{strings.ToLower(name), text(value)})
	}
	first, err := c.build(operation{})
	if err == nil && c.message.template == nil {
		c.ready = first
	}
	return errors.Join(append(errs, err)...)
}

// build makes an operation's message.
func (c *grpcCaller) build(o operation) (proto.Message, error) {
	if c.ready != nil {
		return c.ready, nil
	}
	text, err := c.message.fill(o)
	if err != nil {
		return nil, err
	}
	message := dynamicpb.NewMessage(c.in)
	if err := protojson.Unmarshal([]byte(text), message); err != nil {
		return nil, fmt.Errorf("grpc: the message is no %s: %w", c.in.FullName(), err)
	}
	return message, nil
}

// do makes one call and judges its answer.
func (c *grpcCaller) do(op *load.Op) {
	ctx, cancel := context.WithTimeout(context.Background(), op.Deadline.Sub(clock.Now()))
	defer cancel()
	o := operation{N: op.N, Seed: c.seed}
	message, err := c.build(o)
	if err == nil {
		ctx, err = c.with(ctx, o)
	}
	if err != nil {
		op.Reason = ops.Error
		return
	}
	answer := dynamicpb.NewMessage(c.out)
	err = c.conns[op.N%len(c.conns)].Invoke(ctx, "/"+c.method, message, answer)
	code := status.Code(err)
	switch {
	case ctx.Err() != nil && code != codes.OK, code == codes.DeadlineExceeded && !c.expects.statusFits(int(code)):
		op.Reason = ops.Timeout
	case code == codes.ResourceExhausted && strings.Contains(err.Error(), "received message larger than max"):
		c.counts.large.Add(1)
		op.Reason = ops.Error
	case code == codes.Unavailable && !slices.Contains(c.expects.status, int(code)):
		op.Reason = ops.Error // there is no connection, or there is none any more
	case !c.expects.statusFits(int(code)):
		c.counts.status.Add(1)
		op.Reason = ops.Rejected
	case code == codes.OK && !c.fits(answer, o):
		c.counts.wrong.Add(1)
		op.Reason = ops.Error
	}
}

func (c *grpcCaller) with(ctx context.Context, o operation) (context.Context, error) {
	var pairs []string
	for _, h := range c.metadata {
		text, err := h.text.fill(o)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, h.name, text)
	}
	return metadata.AppendToOutgoingContext(ctx, pairs...), nil
}

// fits holds an answer against what is expected of its JSON, in which fields have the names of the .proto file and none
// is left out.
func (c *grpcCaller) fits(answer proto.Message, o operation) bool {
	if len(c.expects.values) == 0 {
		return true
	}
	text, err := protojson.MarshalOptions{UseProtoNames: true, EmitUnpopulated: true}.Marshal(answer)
	return err == nil && c.expects.bodyFits(text, o)
}

func (c *grpcCaller) close() (err error) {
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, conn := range c.conns {
		all.Go(func() {
			failed := conn.Close()
			mu.Lock()
			defer mu.Unlock()
			err = errors.Join(err, failed)
		})
	}
	all.Wait()
	return err
}
