package service

import (
	"context"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"

	"aftershock/internal/regular"

	"github.com/bufbuild/protocompile"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	reflection "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

// declarations are where messages and services are found by their names.
type declarations interface {
	FindDescriptorByName(name protoreflect.FullName) (protoreflect.Descriptor, error)
}

func dialTCP(ctx context.Context, address string) (net.Conn, error) {
	return dialHere(ctx, "tcp", address)
}

// declared is what the .proto file declares, or else the server by reflection.
func (g *GRPC) declared(ctx context.Context, conn *grpc.ClientConn) (declarations, error) {
	if g.Proto != "" {
		return g.compileProto(ctx)
	}
	service, _, _ := strings.Cut(g.Method, "/")
	declared, err := reflected(ctx, conn, service)
	if err != nil {
		hint := ""
		if status.Code(err) == codes.Unavailable && !strings.HasPrefix(g.Address, HTTPS) {
			hint = " (a server with TLS needs address: " + HTTPS + g.Address + ")"
		}
		return nil, fmt.Errorf("grpc: the server does not say what %s is by reflection, and no proto is given: %w%s",
			service, err, hint)
	}
	return declared, nil
}

// CheckProto refuses a .proto file that does not compile, or that does not have the method.
func (g *GRPC) CheckProto() error {
	declared, err := g.compileProto(context.Background())
	if err != nil {
		return err
	}
	name, method, _ := strings.Cut(g.Method, "/")
	found, err := declared.FindDescriptorByName(protoreflect.FullName(name))
	if service, ok := found.(protoreflect.ServiceDescriptor); err != nil || !ok ||
		service.Methods().ByName(protoreflect.Name(method)) == nil {
		return fmt.Errorf("%s does not declare %s", g.Proto, g.Method)
	}
	return nil
}

// compileProto compiles the .proto file. What it imports is looked for from its own folder.
func (g *GRPC) compileProto(ctx context.Context) (declarations, error) {
	folder, file := filepath.Split(g.Proto)
	compiler := protocompile.Compiler{Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{
		ImportPaths: []string{filepath.Clean(folder)},
		Accessor:    func(path string) (io.ReadCloser, error) { return regular.Open(path) },
	})}
	files, err := compiler.Compile(ctx, file)
	if err != nil {
		return nil, fmt.Errorf("does not compile: %w", err)
	}
	return files.AsResolver(), nil
}

// reflected asks the server for the file that declares a service, and for all that it imports.
//
// https://github.com/grpc/grpc/blob/master/doc/server-reflection.md
func reflected(ctx context.Context, conn *grpc.ClientConn, service string) (declarations, error) {
	stream, err := reflection.NewServerReflectionClient(conn).ServerReflectionInfo(ctx)
	if err != nil {
		return nil, err
	}
	set := &descriptorpb.FileDescriptorSet{}
	seen := map[string]bool{}
	ask := func(request *reflection.ServerReflectionRequest) error {
		if err := stream.Send(request); err != nil {
			return err
		}
		answer, err := stream.Recv()
		if err != nil {
			return err
		}
		if failed := answer.GetErrorResponse(); failed != nil {
			return fmt.Errorf("%s", failed.GetErrorMessage())
		}
		for _, text := range answer.GetFileDescriptorResponse().GetFileDescriptorProto() {
			var file descriptorpb.FileDescriptorProto
			if err := proto.Unmarshal(text, &file); err != nil {
				return err
			}
			if !seen[file.GetName()] {
				seen[file.GetName()] = true
				set.File = append(set.File, &file)
			}
		}
		return nil
	}
	err = ask(&reflection.ServerReflectionRequest{
		MessageRequest: &reflection.ServerReflectionRequest_FileContainingSymbol{FileContainingSymbol: service},
	})
	for i := 0; err == nil && i < len(set.File); i++ { // the set grows
		for _, name := range set.File[i].GetDependency() {
			if seen[name] || err != nil {
				continue
			}
			err = ask(&reflection.ServerReflectionRequest{
				MessageRequest: &reflection.ServerReflectionRequest_FileByFilename{FileByFilename: name},
			})
		}
	}
	if err != nil {
		return nil, err
	}
	files, err := protodesc.NewFiles(set)
	if err != nil {
		return nil, err
	}
	return files, stream.CloseSend()
}

var _ declarations = (*protoregistry.Files)(nil)
