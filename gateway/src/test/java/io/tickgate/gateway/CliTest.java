package io.tickgate.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

import io.tickgate.gateway.auth.AuthSettings;
import io.tickgate.gateway.auth.Authenticator.Verdict;
import io.tickgate.gateway.auth.JwtAuthenticator;
import io.tickgate.gateway.model.DeliveryMode;
import io.tickgate.gateway.model.Kind;

class CliTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path directory;

    private final Map<String, String> environment = new HashMap<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private GatewaySettings started;

    @Test
    void startsWithoutArguments() {
        assertThat(run()).isZero();
        assertThat(started.auth()).isEqualTo(new AuthSettings(null, null, null, null, List.of(), true));
        assertThat(started.demo().isOn(false)).isTrue();
        assertThat(started.demo().isOn(true)).isFalse();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void takesFlagsInEveryForm() {
        assertThat(run("--public", "a*", "--public=b*,c*", "--no-auto-join", "--demo", "--token-cookie", "t")).isZero();
        assertThat(started.auth().publicPatterns()).containsExactly("a*", "b*", "c*");
        assertThat(started.auth().autoJoin()).isFalse();
        assertThat(started.auth().tokenCookie()).isEqualTo("t");
        assertThat(started.demo().isOn(true)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"--auto-join, true", "--auto-join=true, true", "--no-auto-join, false", "--auto-join=false, false"})
    void turnsSwitchesOnAndOff(String flag, boolean expected) {
        assertThat(run(flag)).isZero();
        assertThat(started.auth().autoJoin()).isEqualTo(expected);
    }

    /** Whoever reaches it may have it send back what they like. */
    @Test
    void conformanceModeIsForThisMachineUnlessForced() {
        assertThat(run("--conformance", "--ping-interval", "300")).isZero();
        assertThat(started.conformance().pingInterval()).isEqualTo(300);
        assertThat(run("--conformance", "--host", "0.0.0.0")).isEqualTo(Cli.EXIT_REFUSED);
        assertThat(err.toString()).contains("conformance is true", "0.0.0.0", "conformanceForced");
        assertThat(run("--conformance", "--host", "0.0.0.0", "--conformance-forced")).isZero();
    }

    @Test
    void limitsOfConformanceModeMeanNothingWithoutIt() {
        assertThat(run("--ping-interval", "300")).isEqualTo(Cli.EXIT_REFUSED);
        assertThat(err.toString()).contains("conformance is false", "pingInterval");
    }

    @Test
    void takesPatternsThatBeginWithAnAtSignAsTheyAre() {
        assertThat(run("--public", "@bench")).isZero();
        assertThat(started.auth().publicPatterns()).containsExactly("@bench");
    }

    @Test
    void readsKindsFromTheFile() throws Exception {
        Path file = Files.writeString(directory.resolve("t.yaml"), "kinds:\n  news: {mode: latest, readers: public}\n");
        assertThat(run("--config", file.toString())).isZero();
        assertThat(started.kinds().find("news").mode()).isEqualTo(DeliveryMode.LATEST);
        assertThat(started.kinds().find("price")).isNotNull();
    }

    @Test
    void readsAKindsHistoryAndFieldsFromTheFile() throws Exception {
        Path file = Files.writeString(directory.resolve("t.yaml"), """
                kinds:
                  quote: {mode: latest, historyEntries: 8, historyMs: 5000, seqField: n, conflationKey: symbol}
                  order: {overrun: close}
                """);
        assertThat(run("--config", file.toString())).isZero();
        assertThat(started.kinds().find("quote")).isEqualTo(new Kind("quote", DeliveryMode.LATEST, Kind.Readers.GRANTED,
                Kind.Payload.JSON, false, "quote_update", 8, 5_000, Kind.Overrun.GAP, "n", "symbol"));
        assertThat(started.kinds().find("order").overrun()).isEqualTo(Kind.Overrun.CLOSE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "{historyEntries: -1};kinds.quote.historyEntries in %s is -1, allowed is 0 to 1000000",
            "{historyMs: 5};kinds.quote.historyMs in %s is 5, allowed is 1000 to 86400000",
            "{overrun: drop};kinds.quote.overrun in %s is 'drop', allowed is gap or close",
            "{seqField: größe};kinds.quote.seqField in %s is größe, allowed is 1 to 64 bytes of printable ASCII without quotes and backslash",
            "{conflationKey: symbol};conflationKey of kind quote is symbol, allowed is none unless its mode is latest"})
    void refusesBadKindsInOneLine(String kind, String line) throws Exception {
        Path file = Files.writeString(directory.resolve("t.yaml"), "kinds: {quote: " + kind + "}\n");
        assertThat(run("--config", file.toString())).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("tickgate: " + line.formatted(file) + "\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "--publik;tickgate: '--publik' is neither a flag nor a command, did you mean --public? (see tickgate --help)",
            "tokn;tickgate: 'tokn' is neither a flag nor a command, did you mean token? (see tickgate --help)",
            "--public;tickgate: Missing required parameter for option '--public' (A,B,..)",
            "--public=a[b;tickgate: --public is a[b, allowed is a channel name of up to 128 bytes in which * is any run of characters",
            "--jwt-secret=short;tickgate: --jwt-secret is a text of 5 bytes, allowed is at least 32 bytes",
            "--config=/no/such.yaml;tickgate: /no/such.yaml can't be read: NoSuchFileException"})
    void refusesInOneLine(String argument, String line) {
        assertThat(run(argument)).isEqualTo(2);
        assertThat(err.toString()).isEqualTo(line + "\n");
        assertThat(started).isNull();
    }

    @Test
    void refusesReservedKindsInOneLine() throws Exception {
        Path file = Files.writeString(directory.resolve("t.yaml"), "kinds:\n  error: {mode: latest}\n");
        assertThat(run("--config", file.toString())).isEqualTo(2);
        assertThat(err.toString()).startsWith("tickgate: kind is error, allowed is anything but").hasLineCount(1);
    }

    @Test
    void saysWhyItCannotStart() {
        int exitCode = line((settings) -> {
            throw new BindException("127.0.0.1:80: Permission denied");
        }).execute();
        assertThat(exitCode).isEqualTo(1);
        assertThat(err.toString()).isEqualTo("tickgate: cannot start: 127.0.0.1:80: Permission denied\n");
    }

    @Test
    void helpsAndNamesItsVersion() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("--public=A,B,..", "--[no-]demo", "--heartbeat-ms=N", "token",
                "preset true", "Auth");
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).contains("tickgate development");
        assertThat(started).isNull();
    }

    @Test
    void printsAllSettingsAsMarkdown() {
        assertThat(run("settings")).isZero();
        assertThat(out.toString()).contains("| `public` | `--public` | `TICKGATE_PUBLIC` |", "### `kinds:` in the file",
                "| `autoJoin` | `--auto-join` | `TICKGATE_AUTO_JOIN` | `true` |");
    }

    @Test
    void mintsATokenThatTheGatewayTakes() {
        environment.put("TICKGATE_JWT_SECRET", SECRET);
        assertThat(run("token", "--sub", "42", "--channels", "log:*,desk:a", "--ttl", "90s")).isZero();
        Instant now = Instant.now();
        var verdict = verify(SECRET, out.toString().strip());
        assertThat(verdict.principal().user()).isEqualTo("42");
        assertThat(verdict.principal().channels()).containsExactly("log:*", "desk:a");
        assertThat(Instant.ofEpochMilli(verdict.principal().expiresAtMs())).isBetween(now.minusSeconds(3_600),
                now.plusSeconds(90));
    }

    @Test
    void takesTheSecretBeforeAndAfterTheCommand() {
        assertThat(run("token", "--sub", "a", "--jwt-secret", SECRET)).isZero();
        assertThat(run("--jwt-secret", SECRET, "token", "--sub", "a")).isZero();
        assertThat(out.toString().lines().map(token -> verify(SECRET, token).principal().user())).containsExactly("a",
                "a");
    }

    @Test
    void mintsWithTheSecretThatTheDemoGatewayLeft() throws Exception {
        String secret = DevelopmentSecret.random();
        try (var left = DevelopmentSecret.leave(directory, 8080, secret)) {
            assertThat(run("token", "--sub", "demo")).isZero();
            assertThat(verify(left.secret(), out.toString().strip()).principal().user()).isEqualTo("demo");
        }
        assertThat(run("token", "--sub", "demo")).isEqualTo(2);
        assertThat(err.toString()).startsWith("tickgate: no secret: set TICKGATE_JWT_SECRET");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"--sub=;sub is '', allowed is 1 to 96 bytes",
            "--ttl=1h;Missing required option: '--sub=USER'", "--sub=a --ttl=1y;Invalid value for option '--ttl'",
            "--sub=a --ttl=0s;ttl is PT0S, allowed is 1s to 366d", "--sub=a --channels=[x];channels is [[x]]"})
    void refusesTokensThatMakeNoSense(String arguments, String message) {
        environment.put("TICKGATE_JWT_SECRET", SECRET);
        assertThat(run(("token " + arguments).split(" "))).isEqualTo(2);
        assertThat(err.toString()).startsWith("tickgate: " + message).hasLineCount(1);
    }

    @Test
    void rehearsesAgainstAGatewayOfItsOwn() throws Exception {
        environment.put("TICKGATE_PUBLIC", "not read");
        try (var socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var asked = new CopyOnWriteArrayList<String>();
            var server = Thread.ofVirtual().start(() -> answer(socket, asked));
            assertThat(line(settings -> running(socket)).execute("rehearse")).isZero();
            server.join();
            assertThat(asked).contains("GET / HTTP/1.1", "GET /ws HTTP/1.1", "GET /metrics HTTP/1.1");
        }
    }

    private static void answer(ServerSocket socket, List<String> asked) {
        while (!socket.isClosed()) {
            try (var connection = socket.accept()) {
                var lines = new BufferedReader(new InputStreamReader(connection.getInputStream(), US_ASCII));
                asked.add(lines.readLine());
                // What is left unread would reset the connection.
                lines.lines().takeWhile(line -> !line.isEmpty()).forEach(_ -> {});
                connection.getOutputStream().write('H');
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static Cli.Running running(ServerSocket socket) {
        return new Cli.Running() {
            @Override
            public int port() {
                return socket.getLocalPort();
            }

            @Override
            public void close() {
                try {
                    socket.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    private int run(String... arguments) {
        return line(settings -> {
            started = settings;
            return null;
        }).execute(arguments);
    }

    private CommandLine line(Cli.Starter starter) {
        return Cli.of(environment, directory, starter).setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
    }

    private static Verdict.Accepted verify(String secret, String token) {
        var authenticator = JwtAuthenticator.of(new AuthSettings(secret, null, null, null, List.of(), true),
                InstantSource.system());
        return (Verdict.Accepted) authenticator.verify(token);
    }
}
