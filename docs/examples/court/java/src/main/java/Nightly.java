import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

/**
 * Each night: sends what the court's system has recorded to the register, and reports what has become of duties.
 * The same as nightly.py, file by file: see there, and README.md.
 *
 * <p>java -cp "target/classes:target/dependency/*" Nightly EXPORT STATE
 */
public final class Nightly {
    private static final int BATCH = 500; // entries of one call, which are recorded all or not at all
    private static final Pattern PLACE = Pattern.compile("entries\\[(\\d+)\\].*");
    private static final DateTimeFormatter SHANGHAI =
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneOffset.ofHours(8));
    private static final Gson GSON = new Gson();
    private static final CSVFormat READING =
        CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).setTrim(true).get();

    private final Linkage linkage;
    private final JsonObject mapping;
    private final String district;
    private final Path state;
    private final List<List<String>> refused = new ArrayList<>();

    private Nightly(Linkage linkage, JsonObject mapping, Path state) {
        this.linkage = linkage;
        this.mapping = mapping;
        this.district = mapping.get("地区").getAsString();
        this.state = state;
    }

    public static void main(String[] arguments) throws Exception {
        Path export = Path.of(arguments[0]), state = Files.createDirectories(Path.of(arguments[1]));
        JsonObject mapping = GSON.fromJson(Files.readString(export.resolve("mapping.json")), JsonObject.class);
        Linkage linkage = new Linkage(System.getenv("LINKAGE_HTTP"), System.getenv("LINKAGE_TOKEN"));
        Nightly night = new Nightly(linkage, mapping, state);
        try {
            var cases = rows(export.resolve("cases.csv"), "案号", "立案时间", "被执行人类型", "车牌");
            var events = rows(export.resolve("events.csv"), "流水号", "案号", "事项", "时间", "单位", "针对", "车牌", "更正");
            night.openCases(cases);
            night.send(events);
            night.report();
        } catch (IOException | Linkage.Refused error) {
            System.err.println("没有完成，可以直接重跑：" + error);
            System.exit(1);
        }
    }

    private static List<CSVRecord> rows(Path path, String... columns) throws IOException {
        String encoding = System.getenv().getOrDefault("EXPORT_ENCODING", "utf-8"); // or gb18030
        String text = Files.readString(path, Charset.forName(encoding));
        try (var table = READING.parse(new java.io.StringReader(text.startsWith("\uFEFF") ? text.substring(1) : text))) {
            for (String column : columns) {
                if (!table.getHeaderNames().contains(column)) {
                    throw new IOException(path.getFileName() + " 缺少列：" + column);
                }
            }
            return table.getRecords();
        }
    }

    private void refuse(String row, String number, String code, String field, String why) {
        refused.add(List.of(row, number, code, field, why));
    }

    private static String moment(String text) { // 2024-03-02 09:30, as the export has it, is a time in China
        return text.replace(" ", "T") + ":00+08:00";
    }

    private void openCases(List<CSVRecord> cases) throws IOException, InterruptedException {
        for (CSVRecord row : cases) {
            JsonObject debtor = object("id", "debtor", "role", "debtor");
            JsonElement kind = mapping.getAsJsonObject("当事人类型").get(row.get("被执行人类型"));
            if (kind != null) {
                debtor.add("kind", kind);
            }
            JsonObject found = object("id", row.get("案号"), "district", district, "kind", "enforcement");
            found.addProperty("filedAt", moment(row.get("立案时间")));
            found.add("parties", list(debtor));
            if (!row.get("车牌").isEmpty()) {
                found.add("properties", list(object("id", row.get("车牌"), "type", "vehicle")));
            }
            JsonObject body = object("language", "zh");
            body.add("case", found);
            try {
                linkage.post("/v1/register/cases", body);
            } catch (Linkage.Refused error) {
                boolean exists = error.status == 409; // told otherwise when it was opened: a person looks at it
                Linkage.Violation first = first(error);
                refuse("", row.get("案号"), first.code(), first.field(),
                    exists ? "案件已开立，立案信息后来改过：请人工核对" : error.getMessage());
            }
        }
    }

    /** An entry of the register; its id is the row's own number. Null where a word has no code. */
    private JsonObject entry(CSVRecord row) {
        JsonObject entry = object("id", row.get("流水号"));
        if (!row.get("更正").isEmpty()) {
            entry.addProperty("supersedes", row.get("更正"));
            if (row.get("事项").isEmpty()) {
                return entry; // the row was struck out
            }
        }
        JsonObject what = mapping.getAsJsonObject("事项").getAsJsonObject(row.get("事项"));
        JsonElement unit = mapping.getAsJsonObject("单位").get(row.get("单位"));
        if (what == null || unit == null) {
            String word = what == null ? row.get("事项") : row.get("单位");
            refuse(row.get("流水号"), row.get("案号"), "", "", "对照表 mapping.json 中没有 '" + word + "'");
            return null;
        }
        String kind = what.keySet().iterator().next();
        JsonObject content = object("id", row.get("流水号"), "at", moment(row.get("时间")), "party", "debtor");
        if (kind.equals("request")) {
            content.add("matter", what.get(kind));
            content.add("to", unit);
            content.addProperty("requester", "court");
            content.addProperty("form", "letter");
            JsonArray shown = new JsonArray();
            shown.add("assistance_letter");
            content.add("documentsShown", shown);
        } else {
            content.add("type", what.get(kind));
            content.add("actor", unit);
            if (!row.get("针对").isEmpty()) {
                content.addProperty("about", row.get("针对"));
            }
        }
        if (!row.get("车牌").isEmpty()) {
            content.addProperty("property", row.get("车牌"));
        }
        entry.add(kind, content);
        return entry;
    }

    private void send(List<CSVRecord> events) throws IOException, InterruptedException, Linkage.Refused {
        Map<String, List<JsonObject>> byCase = new LinkedHashMap<>();
        for (CSVRecord row : events) {
            JsonObject entry = entry(row);
            if (entry != null) {
                byCase.computeIfAbsent(row.get("案号"), key -> new ArrayList<>()).add(entry);
            }
        }
        for (var each : byCase.entrySet()) {
            List<JsonObject> entries = each.getValue();
            for (int start = 0; start < entries.size(); start += BATCH) {
                record(each.getKey(), entries.subList(start, Math.min(start + BATCH, entries.size())));
            }
        }
    }

    /** Records entries; what is refused is taken out with its reason, and the others go again without it. */
    private void record(String number, List<JsonObject> given) throws IOException, InterruptedException, Linkage.Refused {
        List<JsonObject> entries = new ArrayList<>(given);
        while (!entries.isEmpty()) {
            JsonObject body = object("language", "zh");
            body.add("entries", list(entries.toArray(new JsonObject[0])));
            try {
                linkage.post("/v1/register/districts/" + district + "/cases/" + Linkage.key(number) + ":record", body);
                return;
            } catch (Linkage.Refused error) {
                Map<Integer, Linkage.Violation> wrong = new TreeMap<>();
                for (Linkage.Violation each : error.violations) {
                    Matcher place = PLACE.matcher(each.field());
                    if (place.matches()) {
                        wrong.put(Integer.valueOf(place.group(1)), each);
                    } else {
                        for (int index = 0; index < entries.size(); index++) {
                            wrong.put(index, each);
                        }
                    }
                }
                if (wrong.isEmpty()) {
                    throw error;
                }
                wrong.forEach((index, each) -> refuse(
                    Linkage.text(entries.get(index), "id"), number, each.code(), each.field(), each.description()));
                List<JsonObject> bad = wrong.keySet().stream().map(entries::get).toList();
                entries.removeIf(bad::contains);
            }
        }
    }

    /** Compares what is owed with what was owed when the last night came to its end. */
    private void report() throws IOException, InterruptedException, Linkage.Refused {
        Path owed = state.resolve("owed.json");
        Map<String, List<String>> before = Files.exists(owed)
            ? GSON.fromJson(Files.readString(owed), new TypeToken<Map<String, List<String>>>() {}) : Map.of();
        Map<String, List<String>> now = owed();
        List<List<String>> told = new ArrayList<>();
        now.forEach((id, line) -> {
            if (!line.equals(before.get(id))) {
                told.add(with(before.containsKey(id) ? "变化" : "新增", line));
            }
        });
        for (var each : before.entrySet()) {
            if (!now.containsKey(each.getKey())) {
                told.add(ended(each.getKey(), each.getValue()));
            }
        }
        write("report.csv", told, "变动", "案号", "单位", "义务", "期限", "状态", "办理", "编号");
        write("refused.csv", refused, "流水号", "案号", "代码", "字段", "原因");
        Path next = state.resolve("owed.new");
        Files.writeString(next, GSON.toJson(now));
        Files.move(next, owed, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE); // last, at once
        System.out.printf("变动 %d 项，在办 %d 项，未收 %d 条%n", told.size(), now.size(), refused.size());
    }

    private Map<String, List<String>> owed() throws IOException, InterruptedException, Linkage.Refused {
        Map<String, List<String>> found = new LinkedHashMap<>();
        String token = "";
        do {
            JsonObject page = linkage.get("/v1/register/districts/" + district + "/obligations?language=zh&pageToken="
                + Linkage.key(token));
            for (JsonElement each : Linkage.array(page, "obligations")) {
                JsonObject duty = each.getAsJsonObject();
                if (Linkage.text(duty, "modality").equals("MODALITY_OBLIGATION")) { // the others nobody is to do
                    found.put(Linkage.text(duty, "id"), line(duty));
                }
            }
            token = Linkage.text(page, "nextPageToken");
        } while (!token.isEmpty());
        return found;
    }

    private List<String> ended(String id, List<String> was) throws IOException, InterruptedException, Linkage.Refused {
        try {
            JsonObject found = linkage.get("/v1/register/districts/" + district + "/obligations/" + Linkage.key(id));
            return with("了结", line(found.getAsJsonObject("obligation")));
        } catch (Linkage.Refused error) {
            if (error.status == 404) { // what it rested on was corrected: it never was
                return with("撤销", was);
            }
            throw error;
        }
    }

    private List<String> line(JsonObject duty) {
        String unit = Linkage.text(duty, "bearerUnit");
        String named = mapping.getAsJsonObject("单位").entrySet().stream()
            .filter(each -> each.getValue().getAsString().equals(unit)).map(Map.Entry::getKey).findFirst().orElse(unit);
        String who = StreamSupport.stream(Linkage.array(duty, "bearers").spliterator(), false)
            .map(body -> Linkage.text(body.getAsJsonObject(), "name")).collect(Collectors.joining("、"));
        String due = Linkage.text(duty, "dueAt");
        return List.of(
            Linkage.text(duty, "caseId"), named.isEmpty() ? who : who + "（" + named + "）", Linkage.text(duty, "title"),
            due.isEmpty() ? "" : SHANGHAI.format(Instant.parse(due)),
            Linkage.text(duty, "state").replace("STATE_", "").toLowerCase(),
            Linkage.text(duty, "handling").replace("HANDLING_", "").toLowerCase(), Linkage.text(duty, "id"));
    }

    private static List<String> with(String first, List<String> rest) {
        List<String> whole = new ArrayList<>(List.of(first));
        whole.addAll(rest);
        return whole;
    }

    private void write(String name, List<List<String>> lines, String... columns) throws IOException {
        try (Writer file = Files.newBufferedWriter(state.resolve(name))) {
            file.write('\uFEFF'); // so that spreadsheets open it as it is
            try (CSVPrinter table = new CSVPrinter(file, CSVFormat.DEFAULT.builder().setHeader(columns).get())) {
                table.printRecords(lines.stream().map(line -> line.stream().map(Nightly::plain).toList()).toList());
            }
        }
    }

    /** A cell that no spreadsheet takes for a formula: ids and units come from outside. */
    private static String plain(String text) {
        boolean formula = text != null && !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
        return formula ? "'" + text : text;
    }

    private static Linkage.Violation first(Linkage.Refused error) {
        return error.violations.isEmpty() ? new Linkage.Violation("", "", "") : error.violations.get(0);
    }

    private static JsonObject object(String... pairs) {
        JsonObject made = new JsonObject();
        for (int index = 0; index < pairs.length; index += 2) {
            made.addProperty(pairs[index], pairs[index + 1]);
        }
        return made;
    }

    private static JsonArray list(JsonObject... items) {
        JsonArray made = new JsonArray();
        for (JsonObject item : items) {
            made.add(item);
        }
        return made;
    }
}
