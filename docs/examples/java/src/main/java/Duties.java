import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.rpc.BadRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import linkage.v1.Case;
import linkage.v1.Coded;
import linkage.v1.EvaluateRequest;
import linkage.v1.EvaluateResponse;
import linkage.v1.EvaluateStreamRequest;
import linkage.v1.EvaluateStreamResponse;
import linkage.v1.Event;
import linkage.v1.ItemError;
import linkage.v1.Obligation;

/** Decides a case and shows who must do what; shows why another one is refused; streams three. */
public class Duties {
    // Every call is safe to repeat: the key of a request keeps it from being logged twice.
    private static final Map<String, Object> RETRIES = Map.of("methodConfig", List.of(Map.of(
        "name", List.of(Map.of("service", "linkage.v1.PolicyService")),
        "retryPolicy", Map.of(
            "maxAttempts", 5.0, "initialBackoff", "0.2s", "maxBackoff", "10s", "backoffMultiplier", 2.0,
            "retryableStatusCodes", List.of("UNAVAILABLE", "RESOURCE_EXHAUSTED")))));
    // What the plugin of gRPC would generate: a method is its name and its two messages.
    private static final MethodDescriptor<EvaluateRequest, EvaluateResponse> EVALUATE =
        method("Evaluate", MethodType.UNARY, EvaluateRequest.getDefaultInstance(),
            EvaluateResponse.getDefaultInstance());
    private static final MethodDescriptor<EvaluateStreamRequest, EvaluateStreamResponse> STREAM =
        method("EvaluateStream", MethodType.BIDI_STREAMING, EvaluateStreamRequest.getDefaultInstance(),
            EvaluateStreamResponse.getDefaultInstance());
    private static final DateTimeFormatter SHANGHAI =
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ssxxx").withZone(ZoneOffset.ofHours(8));

    public static void main(String[] arguments) throws Exception {
        ManagedChannel channel = Grpc.newChannelBuilder(arguments[0], InsecureChannelCredentials.create())
            .defaultServiceConfig(RETRIES).enableRetry().build();
        try {
            evaluate(channel);
            stream(channel);
        } finally {
            channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> method(
            String name, MethodType type, Q request, A answer) {
        return MethodDescriptor.<Q, A>newBuilder().setType(type)
            .setFullMethodName(MethodDescriptor.generateFullMethodName("linkage.v1.PolicyService", name))
            .setRequestMarshaller(ProtoUtils.marshaller(request))
            .setResponseMarshaller(ProtoUtils.marshaller(answer)).build();
    }

    private static EvaluateResponse ask(Channel channel, Case.Builder facts) {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS);
        return ClientCalls.blockingUnaryCall(channel, EVALUATE, options, request(facts));
    }

    private static void evaluate(Channel channel) throws Exception {
        for (Obligation duty : ask(channel, seizure("c-1")).getDecision().getObligationsList()) {
            System.out.printf("%s: %s%n",
                duty.getBearersList().stream().map(Coded::getName).collect(Collectors.joining(", ")),
                duty.getTitle());
            System.out.printf("  clause %s, due %s, %s%n",
                duty.getBasis(0).getNumber(),
                SHANGHAI.format(Instant.ofEpochSecond(duty.getDue().getAt().getSeconds())),
                duty.getState().name().replace("STATE_", "").toLowerCase());
        }
        try {
            ask(channel, seizure("c-1").setKind("lawsuit"));
        } catch (StatusRuntimeException error) {
            for (var detail : StatusProto.fromThrowable(error).getDetailsList()) {
                if (detail.is(BadRequest.class)) {
                    for (var wrong : detail.unpack(BadRequest.class).getFieldViolationsList()) {
                        System.out.printf("refused: %s: %s [%s]%n",
                            wrong.getField(), wrong.getDescription(), wrong.getReason());
                    }
                }
            }
        }
    }

    private static void stream(Channel channel) throws Exception {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        var call = channel.newCall(STREAM, CallOptions.DEFAULT);
        var cases = ClientCalls.asyncBidiStreamingCall(call, new StreamObserver<EvaluateStreamResponse>() {
            @Override public void onNext(EvaluateStreamResponse answer) {
                if (answer.getResult().hasDecision()) {
                    int duties = answer.getResult().getDecision().getObligationsCount();
                    System.out.printf("%s: %d duties%n", answer.getKey(), duties);
                } else {
                    ItemError error = answer.getResult().getError();
                    System.out.printf("%s: %s at %s%n",
                        answer.getKey(), error.getReason(), error.getViolations(0).getField());
                }
            }

            @Override public void onError(Throwable error) {
                ended.completeExceptionally(error);
            }

            @Override public void onCompleted() {
                ended.complete(null);
            }
        });
        for (Case.Builder one : List.of(
                seizure("c-1"), seizure("c-2").setDistrict("atlantis"), seizure("c-3").clearEvents())) {
            cases.onNext(EvaluateStreamRequest.newBuilder().setKey(one.getId()).setRequest(request(one)).build());
        }
        cases.onCompleted();
        ended.get(30, TimeUnit.SECONDS);
    }

    private static Case.Builder seizure(String id) {
        return Case.newBuilder().setId(id).setDistrict("liwan").setKind("enforcement").addEvents(
            Event.newBuilder().setId("e1").setType("vehicle_seized").setActor("traffic_police")
                .setAt(timestamp("2024-03-02T09:30:00+08:00")));
    }

    private static EvaluateRequest request(Case.Builder facts) {
        return EvaluateRequest.newBuilder().setCase(facts).setAsOf(timestamp("2024-03-02T12:00:00+08:00"))
            .setLanguage("en").setIdempotencyKey(UUID.randomUUID().toString()).build();
    }

    private static Timestamp timestamp(String text) {
        return Timestamp.newBuilder().setSeconds(OffsetDateTime.parse(text).toEpochSecond()).build();
    }
}
