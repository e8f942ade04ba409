package io.tickgate.gateway;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * All settings that exist: the components of the packages' records, and the sections of the file whose entries have names of
 * their own. Immutable. A key that two records declare alike is one setting and given to both.
 */
final class SettingsSchema {
    /** Names the configuration file itself. */
    static final String CONFIG_FLAG = "--config";
    static final String CONFIG_VARIABLE = "TICKGATE_CONFIG";

    /** Packages whose word is written otherwise. */
    private static final Map<String, String> TITLES = Map.of("http", "HTTP", "websocket", "WebSocket", "sse", "SSE",
            "socketio", "Socket.IO");

    private final Map<Class<? extends Record>, List<SettingSpec>> records = new LinkedHashMap<>();
    private final Map<String, Class<? extends Record>> sections;
    private final Map<String, SettingSpec> byKey = new LinkedHashMap<>();

    /**
     * @param sections by the key that opens them in the file, the record of their entries
     * @throws IllegalStateException if the records are not declared as they should be: a fault of ours
     */
    SettingsSchema(List<Class<? extends Record>> records, Map<String, Class<? extends Record>> sections) {
        this.sections = Map.copyOf(sections);
        for (Class<? extends Record> record : records) {
            List<SettingSpec> fresh = new ArrayList<>();
            for (SettingSpec spec : specsOf(record)) {
                SettingSpec other = byKey.putIfAbsent(spec.key(), spec);
                if (other == null) {
                    fresh.add(spec);
                } else if (other.type() != spec.type() || !other.preset().equals(spec.preset())) {
                    throw new IllegalStateException("two records declare " + spec.key() + ", and differently");
                }
            }
            this.records.put(record, List.copyOf(fresh));
        }
    }

    static List<SettingSpec> specsOf(Class<? extends Record> record) {
        return Arrays.stream(record.getRecordComponents()).map(SettingSpec::of).toList();
    }

    /** The records in their order. */
    Collection<Class<? extends Record>> records() {
        return records.keySet();
    }

    /** The settings under the headings of the packages that are the first to declare them. */
    Map<String, List<SettingSpec>> byPackage() {
        Map<String, List<SettingSpec>> titled = new LinkedHashMap<>();
        records.forEach((record, specs) -> {
            if (!specs.isEmpty()) {
                titled.computeIfAbsent(titleOf(record), _ -> new ArrayList<>()).addAll(specs);
            }
        });
        return titled;
    }

    Collection<SettingSpec> all() {
        return byKey.values();
    }

    Map<String, Class<? extends Record>> sections() {
        return sections;
    }

    /** A heading for a record's settings: its package's name. */
    private static String titleOf(Class<? extends Record> record) {
        String name = record.getPackageName();
        String last = name.substring(name.lastIndexOf('.') + 1);
        return TITLES.getOrDefault(last, last.substring(0, 1).toUpperCase(Locale.ROOT) + last.substring(1));
    }

    /** A Markdown table of the settings of every package, and of what an entry of every section takes. */
    String toMarkdown() {
        var text = new StringBuilder();
        byPackage().forEach((title, specs) -> {
            text.append("### ").append(title).append("\n\n");
            text.append("| in the file | flag | variable | preset | meaning |\n| --- | --- | --- | --- | --- |\n");
            for (SettingSpec spec : specs) {
                String variables = spec.variables().stream().map(SettingsSchema::code)
                        .collect(Collectors.joining(", "));
                row(text, code(spec.key()), code(spec.flag()), variables, code(spec.preset()), spec.meaning());
            }
            text.append('\n');
        });
        sections.forEach((section, entry) -> {
            text.append("### `").append(section).append(":` in the file, by name\n\n");
            text.append("| key | meaning |\n| --- | --- |\n");
            specsOf(entry).forEach(spec -> row(text, code(spec.key()), spec.meaning()));
            text.append('\n');
        });
        return text.toString().stripTrailing() + "\n";
    }

    private static void row(StringBuilder text, String... cells) {
        for (String cell : cells) {
            text.append("| ").append(cell.replace("|", "\\|")).append(' ');
        }
        text.append("|\n");
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text + "`";
    }
}
