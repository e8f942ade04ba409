package io.tickgate.gateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The process and SIGTERM, with a drain window that is longer than any test waits. */
class StopSignalIT {
    private static final Pattern BANNER = Pattern.compile("Tickgate listens on http://localhost:(\\d+)/.*");
    private static final int PATIENCE_SECONDS = 30;

    private Process process;
    private int port;

    @BeforeEach
    void start() throws IOException {
        process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
                "target/tickgate.jar", "--port", "0", "--drain-ms", "600000", "--loops", "1")
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        BufferedReader said = process.inputReader();
        for (String line = said.readLine(); line != null && port == 0; line = said.readLine()) {
            Matcher banner = BANNER.matcher(line);
            port = banner.matches() ? Integer.parseInt(banner.group(1)) : 0;
        }
        assertThat(port).isPositive();
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    private int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("it has ended").isTrue();
        return process.exitValue();
    }

    /** Sends SIGTERM. */
    private void terminate() {
        process.toHandle().destroy();
    }

    @Test
    void withoutClientsItEndsAtOnce() throws Exception {
        try (RawSocket idle = RawSocket.connect(port)) {
            idle.send("GET /ping HTTP/1.1\r\nHost: h\r\n\r\n");
            idle.readUntil("pong");
            terminate();
            assertThat(idle.readToEnd()).isEmpty();
        }
        assertThat(awaitExit()).isZero();
    }

    @Test
    void aSecondSignalDoesNotWaitForClients() throws Exception {
        try (RawSocket client = RawSocket.connect(port).upgrade()) {
            terminate();
            while (!client.readUntilFrame(RawSocket.TEXT).text().contains("\"goaway\"")) {
                // The welcome comes before.
            }
            assertThat(process.isAlive()).isTrue();
            terminate();
            RawSocket.Frame close = client.readUntilFrame(RawSocket.CLOSE);
            assertThat(close.closeCode()).isIn(1001, 1012);
        }
        assertThat(awaitExit()).isZero();
    }

    @Test
    void itEndsWhenTheLastClientHasLeft() throws Exception {
        try (RawSocket client = RawSocket.connect(port).upgrade()) {
            terminate();
            while (!client.readUntilFrame(RawSocket.TEXT).text().contains("\"goaway\"")) {
                // The welcome comes before.
            }
        }
        assertThat(awaitExit()).isZero();
    }
}
