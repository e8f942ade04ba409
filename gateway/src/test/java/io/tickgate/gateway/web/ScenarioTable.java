package io.tickgate.gateway.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The table of scenarios that every client is put through. Immutable. */
final class ScenarioTable {

    private ScenarioTable() {}

    /** The names, in order. */
    static List<String> names() {
        try {
            return Files.readAllLines(Path.of("src/test/resources/scenarios.txt")).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.substring(0, line.indexOf(' '))).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
