// Decides by OPA's engine, and is asked as Envoy asks: envoy.service.auth.v3.Authorization, what OPA's Envoy plugin serves. The
// input is the plugin's: the request as protojson, with its path and query in parts.
//
//	grpc-decider <address> <query> <policy file>
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"github.com/open-policy-agent/opa/v1/rego"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
)

type decider struct {
	auth.UnimplementedAuthorizationServer
	query rego.PreparedEvalQuery
}

// Only a plain yes is one; where the policy can't be asked, that is an error, and no answer.
func (d *decider) Check(ctx context.Context, request *auth.CheckRequest) (*auth.CheckResponse, error) {
	input, err := inputOf(request)
	if err != nil {
		return nil, err
	}
	results, err := d.query.Eval(ctx, rego.EvalInput(input))
	if err != nil {
		return nil, err
	}
	code := codes.PermissionDenied
	if results.Allowed() {
		code = codes.OK
	}
	return &auth.CheckResponse{Status: &status.Status{Code: int32(code)}}, nil
}

func inputOf(request *auth.CheckRequest) (map[string]any, error) {
	text, err := protojson.Marshal(request)
	if err != nil {
		return nil, err
	}
	var input map[string]any
	if err := json.Unmarshal(text, &input); err != nil {
		return nil, err
	}
	address, err := url.Parse(request.GetAttributes().GetRequest().GetHttp().GetPath())
	if err != nil {
		return nil, err
	}
	path := []any{}
	for _, part := range strings.Split(strings.TrimLeft(address.Path, "/"), "/") {
		path = append(path, part)
	}
	query := map[string]any{}
	for name, values := range address.Query() {
		list := []any{}
		for _, value := range values {
			list = append(list, value)
		}
		query[name] = list
	}
	input["parsed_path"] = path
	input["parsed_query"] = query
	return input, nil
}

func run(address, query, policy string) error {
	prepared, err := rego.New(rego.Query(query), rego.Load([]string{policy}, nil)).PrepareForEval(context.Background())
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	auth.RegisterAuthorizationServer(server, &decider{query: prepared})
	return server.Serve(listener)
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: grpc-decider <address> <query> <policy file>")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
