package io.tickgate.gateway;

import java.util.LinkedHashMap;
import java.util.Map;

/** The settings records as they were bound. Immutable. */
final class BoundSettings {
    private final Map<Class<? extends Record>, Record> records;
    private final Map<String, Map<String, Record>> sections;

    BoundSettings(Map<Class<? extends Record>, Record> records, Map<String, Map<String, Record>> sections) {
        this.records = records;
        this.sections = sections;
    }

    /** The one record of a class that the schema lists. */
    <T extends Record> T get(Class<T> record) {
        return record.cast(records.get(record));
    }

    /** The entries of a section, by name. */
    <T extends Record> Map<String, T> section(String name, Class<T> record) {
        var entries = new LinkedHashMap<String, T>();
        sections.get(name).forEach((key, entry) -> entries.put(key, record.cast(entry)));
        return entries;
    }
}
