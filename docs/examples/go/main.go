// Decides a case and shows who must do what; shows why another one is refused; streams three.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	linkagev1 "linkage.example/go/linkage/v1"
)

// Every call is safe to repeat: the key of a request keeps it from being logged twice.
const retries = `{"methodConfig": [{"name": [{"service": "linkage.v1.PolicyService"}], "retryPolicy": {
  "maxAttempts": 5, "initialBackoff": "0.2s", "maxBackoff": "10s", "backoffMultiplier": 2,
  "retryableStatusCodes": ["UNAVAILABLE", "RESOURCE_EXHAUSTED"]}}]}`

var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

func request(id string, change func(*linkagev1.Case)) *linkagev1.EvaluateRequest {
	facts := &linkagev1.Case{
		Id: id, District: "liwan", Kind: "enforcement",
		Events: []*linkagev1.Event{{
			Id: "e1", Type: "vehicle_seized", Actor: proto.String("traffic_police"),
			At: timestamppb.New(time.Date(2024, 3, 2, 9, 30, 0, 0, shanghai)),
		}},
	}
	change(facts)
	return &linkagev1.EvaluateRequest{
		Case:           facts,
		AsOf:           timestamppb.New(time.Date(2024, 3, 2, 12, 0, 0, 0, shanghai)),
		Language:       "en",
		IdempotencyKey: fmt.Sprintf("go-%s-%d", id, time.Now().UnixNano()),
	}
}

func main() {
	connection, err := grpc.NewClient(os.Args[1],
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDefaultServiceConfig(retries))
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	client := linkagev1.NewPolicyServiceClient(connection)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()

	same := func(*linkagev1.Case) {}
	answer, err := client.Evaluate(ctx, request("c-1", same))
	if err != nil {
		log.Fatal(err)
	}
	for _, duty := range answer.Decision.Obligations {
		var bodies []string
		for _, body := range duty.Bearers {
			bodies = append(bodies, body.Name)
		}
		due := duty.Due.At.AsTime().In(shanghai).Format("2006-01-02 15:04:05-07:00")
		state := strings.ToLower(strings.TrimPrefix(duty.State.String(), "STATE_"))
		fmt.Printf("%s: %s\n", strings.Join(bodies, ", "), duty.Title)
		fmt.Printf("  clause %s, due %s, %s\n", duty.Basis[0].Number, due, state)
	}

	_, err = client.Evaluate(ctx, request("c-1", func(facts *linkagev1.Case) { facts.Kind = "lawsuit" }))
	for _, detail := range status.Convert(err).Details() {
		if wrong, ok := detail.(*errdetails.BadRequest); ok {
			for _, v := range wrong.FieldViolations {
				fmt.Printf("refused: %s: %s [%s]\n", v.Field, v.Description, v.Reason)
			}
		}
	}

	stream, err := client.EvaluateStream(ctx)
	if err != nil {
		log.Fatal(err)
	}
	three := []*linkagev1.EvaluateRequest{
		request("c-1", same),
		request("c-2", func(facts *linkagev1.Case) { facts.District = "atlantis" }),
		request("c-3", func(facts *linkagev1.Case) { facts.Events = nil }),
	}
	for _, one := range three {
		if err := stream.Send(&linkagev1.EvaluateStreamRequest{Key: one.Case.Id, Request: one}); err != nil {
			log.Fatal(err)
		}
	}
	if err := stream.CloseSend(); err != nil {
		log.Fatal(err)
	}
	for {
		answer, err := stream.Recv()
		if err == io.EOF {
			return
		}
		if err != nil {
			log.Fatal(err)
		}
		if decision := answer.Result.GetDecision(); decision != nil {
			fmt.Printf("%s: %d duties\n", answer.Key, len(decision.Obligations))
		} else {
			failed := answer.Result.GetError()
			fmt.Printf("%s: %s at %s\n", answer.Key, failed.Reason, failed.Violations[0].Field)
		}
	}
}
