package io.tickgate.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

/**
 * The YAML file with settings, read once at start: keys with one value or a sequence, and sections of named entries. At most
 * {@value #MAX_BYTES} bytes.
 *
 * @param name the file's, for messages
 * @param values by key, sequences joined by commas
 * @param sections by key, then by the entry's name, then by the entry's own keys
 */
record ConfigFile(String name, Map<String, String> values, Map<String, Map<String, Map<String, String>>> sections) {
    static final int MAX_BYTES = 1 << 20;
    static final ConfigFile NONE = new ConfigFile("", Map.of(), Map.of());

    /**
     * @param sections the keys that open sections
     * @throws SettingsException if it can't be read or is not of this form
     */
    static ConfigFile read(Path path, Set<String> sections) {
        JsonNode root = parse(path);
        var file = new ConfigFile(path.toString(), new LinkedHashMap<>(), new LinkedHashMap<>());
        if (root.isMissingNode() || root.isNull()) {
            return file;
        }
        if (!root.isObject()) {
            throw new SettingsException(path + " must hold keys with values");
        }
        root.properties().forEach(field -> {
            if (sections.contains(field.getKey())) {
                file.sections.put(field.getKey(), file.section(field.getKey(), field.getValue()));
            } else {
                file.values.put(field.getKey(), file.text(field.getKey(), field.getValue()));
            }
        });
        return file;
    }

    /** Where a key stands, as the beginning of a message. */
    String origin(String key) {
        return key + " in " + name;
    }

    private static JsonNode parse(Path path) {
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new SettingsException(path + " has more than " + MAX_BYTES + " bytes");
            }
            var yaml = new YAMLMapper(
                    YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
            return yaml.readTree(Files.readAllBytes(path));
        } catch (JsonProcessingException e) {
            String line = e.getLocation() == null ? "" : " line " + e.getLocation().getLineNr();
            String problem = e.getOriginalMessage().lines().findFirst().orElse("it is no YAML");
            throw new SettingsException(path + line + ": " + problem);
        } catch (IOException e) {
            throw new SettingsException(path + " can't be read: " + e.getClass().getSimpleName());
        }
    }

    private Map<String, Map<String, String>> section(String key, JsonNode node) {
        if (!node.isObject()) {
            throw new SettingsException(origin(key) + " must hold named entries");
        }
        var entries = new LinkedHashMap<String, Map<String, String>>();
        node.properties().forEach(entry -> {
            String path = key + "." + entry.getKey();
            var values = new LinkedHashMap<String, String>();
            if (!entry.getValue().isObject() && !entry.getValue().asText().isEmpty()) {
                throw new SettingsException(origin(path) + " must hold keys with values");
            }
            entry.getValue().properties()
                    .forEach(field -> values.put(field.getKey(), text(path + "." + field.getKey(), field.getValue())));
            entries.put(entry.getKey(), values);
        });
        return entries;
    }

    private String text(String key, JsonNode node) {
        if (!node.isArray()) {
            return scalar(key, node);
        }
        List<String> items = new ArrayList<>();
        node.forEach(item -> items.add(scalar(key, item)));
        return String.join(",", items);
    }

    private String scalar(String key, JsonNode node) {
        if (!node.isValueNode() || node.isNull()) {
            throw new SettingsException(origin(key) + " must have a value");
        }
        return node.asText();
    }
}
