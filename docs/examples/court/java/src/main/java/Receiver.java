import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Receives notices of what became of duties, and keeps them: each once, those of one duty in their order.
 * The same as receiver.py, table by table: see there, and README.md.
 *
 * <p>LINKAGE_SECRET=whsec_... java -cp "target/classes:target/dependency/*" Receiver ADDRESS DATABASE
 */
public final class Receiver {
    private static final int LARGEST = 64 * 1024;
    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    private static final Gson GSON = new Gson();
    private static final String[] TABLES = {
        "pragma journal_mode = wal",
        "create table if not exists notices (id text primary key, district text not null, position integer not null,"
            + " obligation text not null, type text not null, body text not null, done integer not null default 0)",
        "create index if not exists notices_waiting on notices (district, position) where done = 0",
        "create table if not exists duties (obligation text primary key, position integer not null, title text,"
            + " state text, due text, handling text)"};

    private final byte[] secret;
    private final Connection database;
    private final Semaphore came = new Semaphore(1);

    private Receiver(String secret, String path) throws SQLException {
        this.secret = Base64.getDecoder().decode(secret.substring("whsec_".length()));
        this.database = DriverManager.getConnection("jdbc:sqlite:" + path);
        try (Statement statement = database.createStatement()) {
            for (String table : TABLES) {
                statement.execute(table);
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        int colon = arguments[0].lastIndexOf(':');
        var address = new InetSocketAddress(
            arguments[0].substring(0, colon), Integer.parseInt(arguments[0].substring(colon + 1)));
        Receiver receiver = new Receiver(System.getenv("LINKAGE_SECRET"), arguments[1]);
        HttpServer server = HttpServer.create(address, 0);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.createContext("/", receiver::answer);
        server.start();
        System.out.printf("listening %s %d%n", server.getAddress().getHostString(), server.getAddress().getPort());
        receiver.work();
    }

    /** Answers once the notice is on disk. */
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(taken(exchange), -1);
        }
    }

    private int taken(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST + 1);
        if (body.length > LARGEST) {
            return 413;
        }
        try {
            if (!signed(exchange, body)) {
                return 401;
            }
            keep(new String(body, StandardCharsets.UTF_8));
            return 204;
        } catch (GeneralSecurityException | SQLException error) { // it will be sent again
            System.err.println(error);
            return 503;
        }
    }

    /** Whether one of the signatures is ours, over id, time and body, and the time is about now. */
    private boolean signed(HttpExchange exchange, byte[] body) throws GeneralSecurityException {
        var headers = exchange.getRequestHeaders();
        String id = headers.getFirst("webhook-id"), at = headers.getFirst("webhook-timestamp");
        String signatures = headers.getFirst("webhook-signature");
        if (id == null || at == null || signatures == null || !at.matches("\\d{1,12}")) {
            return false;
        }
        Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(at)), Instant.now()).abs();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        mac.update((id + "." + at + ".").getBytes(StandardCharsets.UTF_8));
        byte[] own = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes(StandardCharsets.UTF_8);
        boolean found = false;
        for (String each : signatures.split(" ")) {
            found |= MessageDigest.isEqual(own, each.getBytes(StandardCharsets.UTF_8));
        }
        return found && age.compareTo(TOLERANCE) <= 0;
    }

    private void keep(String body) throws SQLException {
        JsonObject event = GSON.fromJson(body, JsonObject.class);
        if (!event.get("type").getAsString().startsWith("linkage.obligation.")) {
            return; // others, such as linkage.test.v1, tell nothing
        }
        JsonObject told = event.getAsJsonObject("data");
        synchronized (database) {
            try (PreparedStatement insert = database.prepareStatement(
                "insert into notices (id, district, position, obligation, type, body) values (?, ?, ?, ?, ?, ?)"
                    + " on conflict do nothing")) {
                insert.setString(1, event.get("id").getAsString());
                insert.setString(2, told.get("district").getAsString());
                insert.setLong(3, told.get("position").getAsLong());
                insert.setString(4, event.get("subject").getAsString());
                insert.setString(5, event.get("type").getAsString());
                insert.setString(6, body);
                insert.executeUpdate();
            }
        }
        came.release();
    }

    /** Works on notices as they come, one after the other; what is left from before comes first. */
    private void work() throws SQLException, InterruptedException {
        while (true) {
            came.tryAcquire(60, TimeUnit.SECONDS);
            came.drainPermits();
            for (JsonObject event : waiting()) {
                handle(event);
                done(event);
            }
        }
    }

    private List<JsonObject> waiting() throws SQLException {
        List<JsonObject> found = new ArrayList<>();
        synchronized (database) {
            try (Statement select = database.createStatement(); ResultSet rows = select.executeQuery(
                "select body from notices where done = 0 order by district, position limit 100")) {
                while (rows.next()) {
                    found.add(GSON.fromJson(rows.getString(1), JsonObject.class));
                }
            }
        }
        return found;
    }

    /** Notes what a duty is now, unless something later is known of it, and that the notice was worked on. */
    private void done(JsonObject event) throws SQLException {
        JsonObject told = event.getAsJsonObject("data");
        synchronized (database) {
            database.setAutoCommit(false);
            try (PreparedStatement upsert = database.prepareStatement(
                    "insert into duties values (?, ?, ?, ?, ?, ?) on conflict (obligation) do update set"
                        + " position = excluded.position, title = excluded.title, state = excluded.state,"
                        + " due = excluded.due, handling = excluded.handling where excluded.position > position");
                PreparedStatement update = database.prepareStatement("update notices set done = 1 where id = ?")) {
                upsert.setString(1, event.get("subject").getAsString());
                upsert.setLong(2, told.get("position").getAsLong());
                String[] names = {"title", "state", "dueAt", "handling"};
                for (int index = 0; index < names.length; index++) {
                    upsert.setString(3 + index, Linkage.text(told, names[index]));
                }
                upsert.executeUpdate();
                update.setString(1, event.get("id").getAsString());
                update.executeUpdate();
                database.commit();
            } finally {
                database.setAutoCommit(true);
            }
        }
    }

    /** What the court's own system does with a notice: here stands a task, a message, a light on a screen. */
    private static void handle(JsonObject event) {
        JsonObject told = event.getAsJsonObject("data");
        String title = told.has("title") ? Linkage.text(told, "title") : Linkage.text(told, "rule");
        System.out.println(String.join(" | ", event.get("type").getAsString(), title,
            Linkage.text(told, "state"), Linkage.text(told, "dueAt")));
    }
}
