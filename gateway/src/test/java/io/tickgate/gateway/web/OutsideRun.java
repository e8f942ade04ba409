package io.tickgate.gateway.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.DynamicTest;

/**
 * One run of a program outside this JVM, which says how each of its tests ended by a line of JSON, {@code
 * {"test":…,"error":…}}, and may ask for what only this JVM can do by {@code {"ask":…}}. Belongs to the test's thread.
 */
final class OutsideRun {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_MINUTES = 5;

    private final List<String> command;
    private final Map<String, Runnable> services = new LinkedHashMap<>();

    /** How a test ended; the error is null if it passed. */
    record Result(String test, String error) {
        DynamicTest asTest(String subject) {
            return dynamicTest(test, () -> {
                if (error != null) {
                    throw new AssertionError(subject + ", " + test + ": " + error);
                }
            });
        }
    }

    private OutsideRun(List<String> command) {
        this.command = command;
    }

    static OutsideRun node(List<String> arguments) {
        return new OutsideRun(Stream.concat(Stream.of(OutsideProgram.NODE.place().toString()), arguments.stream())
                .toList());
    }

    /** A script of the clients' folder, which is told a record as JSON. */
    static OutsideRun client(String name, Record told) {
        return node(List.of(OutsideProgram.NPM_CLIENTS.place().resolve(name).toString(), asJson(told)));
    }

    /** A script of Python's folder, likewise. */
    static OutsideRun python(String name, Record told) {
        return new OutsideRun(List.of(OutsideProgram.PYTHON.place().toString(),
                Path.of("src/test/python", name).toString(), asJson(told)));
    }

    /** A class of these tests in a JVM of its own, on a class path of its own. */
    static OutsideRun java(String classPath, Class<?> main, String... arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new OutsideRun(Stream.concat(Stream.of(java, "-cp", classPath, main.getName()), Stream.of(arguments))
                .toList());
    }

    private static String asJson(Record told) {
        try {
            return JSON.writeValueAsString(told);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is done when the script asks for it; it goes on when that is done. */
    OutsideRun serving(String ask, Runnable service) {
        services.put(ask, service);
        return this;
    }

    /**
     * Runs it.
     *
     * @throws AssertionError if it fails otherwise than by a test, with what it said
     */
    List<Result> run() {
        try {
            Path errors = Files.createTempFile("outside-run", ".txt");
            try {
                return run(errors);
            } finally {
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * Runs it, and gives what it says as tests.
     *
     * @param subject names what is tested where one fails
     */
    List<DynamicTest> runAsTests(String subject) {
        return run().stream().map(result -> result.asTest(subject)).toList();
    }

    private List<Result> run(Path errors) throws IOException, InterruptedException {
        Process program = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        program.onExit().orTimeout(PATIENCE_MINUTES, TimeUnit.MINUTES).exceptionally(late -> program.destroyForcibly());
        List<Result> results = new ArrayList<>();
        try (BufferedReader lines = program.inputReader(UTF_8); BufferedWriter answers = program.outputWriter(UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode said = JSON.readTree(line);
                if (said.has("ask")) {
                    services.get(said.get("ask").textValue()).run();
                    answers.write("done\n");
                    answers.flush();
                } else {
                    results.add(new Result(said.get("test").textValue(), said.path("error").textValue()));
                }
            }
        } finally {
            // What a script started ends with it, also if this test ends early.
            program.descendants().forEach(ProcessHandle::destroy);
            program.destroy();
        }
        int code = program.waitFor();
        boolean failed = results.stream().anyMatch(result -> result.error() != null);
        if ((code != 0 && !failed) || results.isEmpty()) {
            throw new AssertionError(command + " ended with " + code + ":\n" + Files.readString(errors));
        }
        return results;
    }
}
