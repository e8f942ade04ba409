package io.tickgate.gateway.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** What the dashboard's modules do without a page, tested by Node's own test runner. */
final class DashboardScriptsTest {
    private static final Path SCRIPTS = Path.of("src/test/js").toAbsolutePath();

    @TestFactory
    List<DynamicNode> pass() {
        return OutsideProgram.testsWith(List.of(OutsideProgram.NODE),
                () -> OutsideRun.node(arguments()).runAsTests("dashboard"));
    }

    private static List<String> arguments() {
        List<String> arguments = new ArrayList<>(
                List.of("--test", "--test-reporter=" + SCRIPTS.resolve("reporter.mjs").toUri()));
        try (Stream<Path> files = Files.list(SCRIPTS.resolve("dashboard"))) {
            files.map(Path::toString).filter(name -> name.endsWith(".test.mjs")).sorted().forEach(arguments::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return arguments;
    }
}
