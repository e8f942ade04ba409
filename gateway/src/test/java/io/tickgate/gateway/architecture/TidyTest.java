package io.tickgate.gateway.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** The limits of main code that keep it readable: one idea a file, one screen a method, names that say something. */
final class TidyTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();
    private static final int MAX_FILE_LINES = 400;
    private static final int MAX_METHOD_LINES = 50;
    private static final Pattern WEAK_NAME = Pattern
            .compile(".*(Manager|Helper|Utils?|Common|Base|Impl|Data|Info|Processor|Context)");
    private static final Pattern LEFT_FOR_LATER = Pattern.compile("\\b(TODO|FIXME|XXX|HACK)\\b");
    /** A method or constructor of a type: indented once or twice, ending in an opening brace. */
    private static final Pattern METHOD = Pattern.compile("^( {4}| {8})[^ *@}/].*\\).*\\{$");
    private static final Pattern NOT_A_METHOD = Pattern
            .compile(
                    "^ *(if|for|while|switch|try|synchronized|return|new|else|do)\\b.*|.*\\b(class|record|enum|interface|new)\\b.*|.*(->| = ).*");

    @Test
    void filesHoldOneIdea() {
        assertThat(mainFiles().filter(file -> lines(file).size() > MAX_FILE_LINES)
                .map(file -> PROJECT.relativize(file) + ": " + lines(file).size() + " lines"))
                .as("files of over %d lines: split them by idea", MAX_FILE_LINES).isEmpty();
    }

    @Test
    void methodsFitAScreen() {
        List<String> found = new ArrayList<>();
        mainFiles().filter(file -> file.toString().endsWith(".java")).forEach(file -> found.addAll(longMethods(file)));
        assertThat(found).as("methods of over %d lines: name their steps", MAX_METHOD_LINES).isEmpty();
    }

    @Test
    void typeNamesSayWhatTheTypeIs() {
        assertThat(mainFiles().map(TidyTest::typeName).filter(name -> WEAK_NAME.matcher(name).matches()))
                .as("type names that could be any type's: look for what it is").isEmpty();
    }

    @Test
    void nothingIsLeftForLater() {
        assertThat(
                mainFiles().filter(file -> lines(file).stream().anyMatch(line -> LEFT_FOR_LATER.matcher(line).find())))
                .as("notes to do something later: do it, or file an issue").isEmpty();
    }

    private static List<String> longMethods(Path file) {
        List<String> found = new ArrayList<>();
        List<String> lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (METHOD.matcher(line).matches() && !NOT_A_METHOD.matcher(line).matches()) {
                // An enum's constant with a body ends with a comma.
                String end = " ".repeat(line.length() - line.stripLeading().length()) + "}[,;]?";
                int last = i;
                while (last < lines.size() && !lines.get(last).matches(end)) {
                    last++;
                }
                if (last - i + 1 > MAX_METHOD_LINES) {
                    found.add(PROJECT.relativize(file) + ":" + (i + 1) + ": " + (last - i + 1) + " lines");
                }
            }
        }
        return found;
    }

    private static String typeName(Path file) {
        return file.getFileName().toString().replaceFirst("\\.\\w+$", "");
    }

    private static Stream<Path> mainFiles() {
        return Stream.of("protocol", "gateway", "loadtest").map(module -> PROJECT.resolve(module).resolve("src/main"))
                .filter(Files::isDirectory).flatMap(TidyTest::files)
                .filter(file -> file.toString().matches(".*\\.(java|js|mjs)"))
                // Packages that npm has installed are others'.
                .filter(file -> !file.toString().contains("node_modules"));
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile).toList().stream();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
