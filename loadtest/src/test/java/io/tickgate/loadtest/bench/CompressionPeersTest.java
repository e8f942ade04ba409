package io.tickgate.loadtest.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.tickgate.loadtest.probe.Probe;
import io.tickgate.loadtest.probe.ProbeResult;
import io.tickgate.loadtest.probe.ProbeSettings;
import io.tickgate.loadtest.swarm.SwarmSettings;
import io.tickgate.loadtest.wire.TickPayload;

/** The servers beside the gateway, as the processes that the bench runs. */
final class CompressionPeersTest {
    private static final Path WS_PEER = Path.of("src", "main", "js", "ws-peer");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(value = CodedCase.class, names = {"RAW_PLAIN", "RAW_DEFLATE", "NPM_WS", "NETTY_SOCKETIO"})
    void everyMessageOfAPeerDecodes(CodedCase what) throws Exception {
        String missing = what.server().missing(WS_PEER);
        if ("true".equals(System.getenv("CI"))) {
            assertThat(missing).as("CI has all that tests need").isNull();
        }
        assumeThat(missing).as("%s", missing).isNull();
        int port = ServerProcess.freePort();
        try (TestRedis redis = TestRedis.start();
                ServerProcess server = ServerProcess.start(
                        what.server().command(port, redis.uri(), Path.of("none"), WS_PEER), port, null,
                        directory.resolve("log"))) {
            SwarmSettings swarm = new SwarmSettings(what.kind(), what.coding(), 1,
                    URI.create("http://127.0.0.1:" + port), null, 20, List.of(what.server().channelName() + ":0"), 1,
                    true, 1_400, 1, 20_000);
            ProbeResult result = new Probe(new ProbeSettings("", swarm, redis.uri(), null, TickPayload.Book.MOVING, 50,
                    1, 500, 1_000, 500, 5_000, server.pid())).run();
            assertThat(result.faults().none()).as("%s", result.faults()).isTrue();
            assertThat(result.deliveries().verified()).isEqualTo(result.deliveries().count()).isPositive();
            assertThat(result.deliveries().bytesEach() < 1_000).isEqualTo(what != CodedCase.RAW_PLAIN);
        }
    }

    @Test
    void saysWhatNpmsServerLacks() {
        assertThat(CodedServer.NPM_WS.missing(directory)).contains("npm ci");
        assertThat(CodedServer.TICKGATE.missing(directory)).isNull();
    }
}
