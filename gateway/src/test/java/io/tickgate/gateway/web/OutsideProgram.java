package io.tickgate.gateway.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.StackWalker.StackFrame;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.opentest4j.TestAbortedException;

/**
 * What tests need and the JDK does not bring. Where it is missing they are skipped, and the console says so; in CI, which
 * says {@code CI=true}, they fail. Looked for once; any thread.
 */
final class OutsideProgram {
    static final OutsideProgram NODE = new OutsideProgram("Node 20 or newer", OutsideProgram::findNode);
    static final OutsideProgram CHROMIUM = new OutsideProgram("Chromium", OutsideProgram::findChromium);
    /** Its place is the folder with the scripts and the packages that they import. */
    static final OutsideProgram NPM_CLIENTS = new OutsideProgram("npm's clients", OutsideProgram::findNpmClients);

    static final OutsideProgram PYTHON = new OutsideProgram("Python 3 with python-socketio",
            OutsideProgram::findPython);

    private static final int OLDEST_NODE = 20;
    private static final Pattern NODE_VERSION = Pattern.compile("v(\\d+)\\..*");
    private static final long PATIENCE_SECONDS = 180;

    private final String title;
    private final Supplier<Found> search;
    private Found found;

    /** One of the two is null. */
    private record Found(Path place, String missing) {}

    private OutsideProgram(String title, Supplier<Found> search) {
        this.title = title;
        this.search = search;
    }

    /**
     * Where it is.
     *
     * @throws TestAbortedException if it is not there
     * @throws AssertionError if it is not there, in CI
     */
    synchronized Path place() {
        if (found == null) {
            found = search.get();
        }
        if (found.missing() == null) {
            return found.place();
        }
        String why = title + " can't be had: " + found.missing();
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError(why);
        }
        System.out.println("SKIPPED " + askingTest() + ": " + why);
        throw new TestAbortedException(why);
    }

    /** What needs programs, if they are there; else one test in its place, which is skipped. */
    static List<DynamicNode> testsWith(List<OutsideProgram> programs, Supplier<List<? extends DynamicNode>> tests) {
        try {
            programs.forEach(OutsideProgram::place);
        } catch (TestAbortedException missing) {
            return List.of(DynamicTest.dynamicTest(missing.getMessage(), () -> {
                throw missing;
            }));
        }
        return List.copyOf(tests.get());
    }

    /** What npm's clients need in Node. */
    static List<DynamicNode> testsInNode(Supplier<List<? extends DynamicNode>> tests) {
        return testsWith(List.of(NODE, NPM_CLIENTS), tests);
    }

    /** What scripts in Node need that open pages in Chromium; they are told where it is. */
    static List<DynamicNode> testsInChromium(Function<String, List<? extends DynamicNode>> tests) {
        return testsWith(List.of(NODE, NPM_CLIENTS, CHROMIUM), () -> tests.apply(CHROMIUM.place().toString()));
    }

    private static String askingTest() {
        return StackWalker.getInstance().walk(frames -> frames.map(StackFrame::getClassName)
                .filter(name -> name.matches("io\\.tickgate\\..*(Test|IT)")).findFirst().orElse("a test"));
    }

    private static Found findNode() {
        Optional<Path> node = onPath("node");
        if (node.isEmpty()) {
            return new Found(null, "there is no node on the PATH");
        }
        String version = run(Path.of(""), node.get().toString(), "--version").said();
        Matcher matcher = NODE_VERSION.matcher(version);
        return matcher.matches() && Integer.parseInt(matcher.group(1)) >= OLDEST_NODE
                ? new Found(node.get(), null)
                : new Found(null, node.get() + " is " + version);
    }

    /** The system's own comes first: it is what a package of the system brings modules to. */
    private static Found findPython() {
        return Stream.concat(Stream.of(Path.of("/usr/bin/python3")).filter(Files::isExecutable),
                onPath("python3").stream())
                .filter(python -> run(Path.of(""), python.toString(), "-c",
                        "import socketio, aiohttp, requests, websocket").code() == 0)
                .findFirst().map(place -> new Found(place, null)).orElseGet(() -> new Found(null,
                        "no python3 has its modules socketio, aiohttp, requests and websocket"));
    }

    private static Found findChromium() {
        return Stream.of("chromium", "chromium-browser", "google-chrome").flatMap(name -> onPath(name).stream())
                .findFirst().map(place -> new Found(place, null))
                .orElseGet(() -> new Found(null, "there is neither chromium nor google-chrome on the PATH"));
    }

    /** npm leaves a lock of its own beside what it installed. */
    private static Found findNpmClients() {
        Path clients = Path.of("src/test/js/clients").toAbsolutePath();
        Path installed = clients.resolve("node_modules/.package-lock.json");
        if (isOlder(clients.resolve("package-lock.json"), installed)) {
            return new Found(clients, null);
        }
        Optional<Path> npm = onPath("npm");
        if (npm.isEmpty()) {
            return new Found(null, "there is no npm on the PATH to install them");
        }
        Ended install = run(clients, npm.get().toString(), "ci", "--prefer-offline", "--fetch-retries=1");
        return install.code() == 0
                ? new Found(clients, null)
                : new Found(null, "npm ci says " + install.said().replaceAll("\\s+", " "));
    }

    private static boolean isOlder(Path one, Path other) {
        try {
            return Files.exists(other)
                    && Files.getLastModifiedTime(one).compareTo(Files.getLastModifiedTime(other)) <= 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Path> onPath(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator)).filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name)).filter(Files::isExecutable).findFirst();
    }

    /** How a program ended, and all that it said. */
    private record Ended(int code, String said) {}

    private static Ended run(Path folder, String... command) {
        try {
            Path said = Files.createTempFile("outside-program", ".txt");
            try {
                Process process = new ProcessBuilder(command).directory(folder.toAbsolutePath().toFile())
                        .redirectErrorStream(true).redirectOutput(said.toFile()).start();
                boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
                process.destroyForcibly();
                return new Ended(ended ? process.waitFor() : -1, Files.readString(said, UTF_8).strip());
            } finally {
                Files.delete(said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
