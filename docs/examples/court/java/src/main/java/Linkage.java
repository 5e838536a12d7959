import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Calls of the service over HTTP with JSON. Every call here may be made again, and is, where that may help. */
final class Linkage {
    private static final Set<Integer> LATER = Set.of(429, 502, 503, 504);
    private static final int ATTEMPTS = 6;
    private static final Gson GSON = new Gson();

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final String base;
    private final String token;

    Linkage(String base, String token) {
        this.base = base;
        this.token = token;
    }

    /** What is wrong with one field of a request. */
    record Violation(String field, String code, String description) {}

    /** The service refuses, and sent again the request is refused again. */
    static final class Refused extends Exception {
        final int status;
        final List<Violation> violations = new ArrayList<>();

        Refused(int status, JsonObject error) {
            super(error.has("message") ? error.get("message").getAsString() : "HTTP " + status);
            this.status = status;
            for (JsonElement detail : array(error, "details")) {
                for (JsonElement one : array(detail.getAsJsonObject(), "fieldViolations")) {
                    JsonObject wrong = one.getAsJsonObject();
                    violations.add(
                        new Violation(text(wrong, "field"), text(wrong, "reason"), text(wrong, "description")));
                }
            }
        }
    }

    JsonObject post(String path, JsonObject body) throws Refused, IOException, InterruptedException {
        return call(request(path).header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(GSON.toJson(body))).build());
    }

    JsonObject get(String path) throws Refused, IOException, InterruptedException {
        return call(request(path).GET().build());
    }

    /** A key as a part of a path or of a query. */
    static String key(String key) {
        return URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static String text(JsonObject from, String name) {
        return from.has(name) ? from.get(name).getAsString() : "";
    }

    static JsonArray array(JsonObject from, String name) {
        return from.has(name) ? from.getAsJsonArray(name) : new JsonArray();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(30)).header("Accept-Language", "zh");
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private JsonObject call(HttpRequest request) throws Refused, IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            double pause = 0.2 * (1 << attempt);
            try {
                HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    return GSON.fromJson(answer.body(), JsonObject.class);
                }
                if (!LATER.contains(answer.statusCode())) {
                    throw new Refused(answer.statusCode(), GSON.fromJson(answer.body(), JsonObject.class));
                }
                if (attempt == ATTEMPTS) {
                    throw new IOException("HTTP " + answer.statusCode());
                }
                pause = Math.max(pause, answer.headers().firstValueAsLong("Retry-After").orElse(0));
            } catch (IOException error) { // the answer may be lost and the entries recorded: the ids tell
                if (attempt == ATTEMPTS) {
                    throw error;
                }
            }
            Thread.sleep((long) (1000 * pause));
        }
    }
}
