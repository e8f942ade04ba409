package io.tickgate.loadtest.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.tickgate.loadtest.bench.TestRedis;
import io.tickgate.loadtest.probe.ConnectResult;
import io.tickgate.loadtest.probe.Probe;
import io.tickgate.loadtest.probe.ProbeResult;
import io.tickgate.loadtest.probe.ProbeSettings;
import io.tickgate.loadtest.swarm.Coding;
import io.tickgate.loadtest.swarm.Kind;
import io.tickgate.loadtest.swarm.SwarmSettings;
import io.tickgate.loadtest.wire.TickPayload;

final class ProbeSystemTest {
    private static TestRedis redis;

    @BeforeAll
    static void startRedis() throws Exception {
        redis = TestRedis.start();
    }

    @AfterAll
    static void stopRedis() throws Exception {
        redis.close();
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = "H2", mode = EnumSource.Mode.EXCLUDE)
    void seesNothingLostAtTheRawLoop(Kind kind) throws Exception {
        try (Running raw = new Running()) {
            ProbeResult result = new Probe(settings(kind, raw.port(), 40, 4, 3, 2)).run();
            assertThat(result.faults()).isEqualTo(new ProbeResult.Faults(0, 0, 0, 0, 0, 0, 0));
            assertThat(result.publishing().sent()).isEqualTo(300);
            assertThat(result.latencyNs().getTotalCount()).isEqualTo(200 * 40 * 3 / 4);
            assertThat(result.latencyMicros().p50()).isPositive();
            assertThat(result.deliveries().bytesEach()).isGreaterThan(200);
            assertThat(result.cost().clientBusy()).isBetween(0.0, 1.0);
            JsonNode json = new ObjectMapper().readTree(result.toJson());
            assertThat(json.at("/faults/lost").intValue()).isZero();
            assertThat(json.at("/latencyMicros/p99").doubleValue()).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = "H2", mode = EnumSource.Mode.EXCLUDE)
    void countsWhatIsPlainToo(Kind kind) throws Exception {
        try (Running raw = new Running()) {
            ProbeSettings plain = settings(kind, raw.port(), 40, 4, 3, 2);
            ProbeResult result = new Probe(plain.on(plain.swarm().coded(Coding.IDENTITY, 4))).run();
            assertThat(result.faults().none()).as("%s", result.faults()).isTrue();
            assertThat(result.latencyNs().getTotalCount()).isEqualTo(200 * 10 * 3 / 4);
            assertThat(result.deliveries().count()).isGreaterThan(2 * result.deliveries().verified());
        }
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"WS", "SIO"})
    void countsWhatIsDeflatedAndVerifiesAShare(Kind kind) throws Exception {
        try (Running raw = new Running()) {
            ProbeSettings plain = settings(kind, raw.port(), 40, 4, 3, 2);
            ProbeResult whole = new Probe(plain).run();
            ProbeResult deflated = new Probe(plain.on(plain.swarm().coded(Coding.DEFLATE, 4))).run();
            assertThat(deflated.faults().none()).as("%s", deflated.faults()).isTrue();
            assertThat(deflated.latencyNs().getTotalCount()).as("verified connections only")
                    .isEqualTo(200 * 10 * 3 / 4);
            assertThat(deflated.deliveries().verified()).isPositive();
            assertThat(deflated.deliveries().count()).isGreaterThan(2 * deflated.deliveries().verified());
            assertThat(deflated.deliveries().bytesEach()).isLessThan(whole.deliveries().bytesEach());
            assertThat(deflated.coding()).isEqualTo(Coding.DEFLATE);
        }
    }

    @Test
    void refusesAServerThatDoesNotCompress() throws Exception {
        try (Running raw = new Running()) {
            ProbeSettings plain = settings(Kind.SSE, raw.port(), 3, 1, 1, 1);
            ProbeSettings zipped = plain.on(plain.swarm().coded(Coding.GZIP, 1));
            assertThatThrownBy(() -> new Probe(zipped).run()).isInstanceOf(IOException.class)
                    .hasMessageContaining("did not agree to gzip");
        }
        try (FaultyServer faulty = new FaultyServer(redis.uri(), "bench:0")) {
            ProbeSettings plain = settings(Kind.WS, faulty.port(), 1, 2, 1, 1);
            ProbeSettings deflated = plain.on(plain.swarm().coded(Coding.DEFLATE, 1));
            assertThatThrownBy(() -> new Probe(deflated).run()).isInstanceOf(IOException.class)
                    .hasMessageContaining("did not agree to permessage-deflate");
        }
    }

    @Test
    void seesEachFaultOfAFaultyServer() throws Exception {
        try (FaultyServer faulty = new FaultyServer(redis.uri(), "bench:0")) {
            ProbeResult result = new Probe(settings(Kind.WS, faulty.port(), 1, 2, 1, 1)).run();
            assertThat(result.faults()).isEqualTo(new ProbeResult.Faults(2, 1, 1, 1, 0, 0, 0));
        }
    }

    @Test
    void seesThemOverTlsToo(@TempDir Path directory) throws Exception {
        try (FaultyServer faulty = new FaultyServer(TlsListener.open(directory), redis.uri(), "bench:0")) {
            ProbeSettings plain = settings(Kind.WS, faulty.port(), 1, 2, 1, 1);
            SwarmSettings swarm = plain.swarm();
            URI target = URI.create("https://127.0.0.1:" + faulty.port());
            ProbeSettings secure = plain.on(new SwarmSettings(Kind.WS, Coding.IDENTITY, 1, target, null, 1,
                    swarm.channels(), 1, true, 200, 1, 20_000));
            assertThat(new Probe(secure).run().faults())
                    .isEqualTo(new ProbeResult.Faults(2, 1, 1, 1, 0, 0, 0));
        }
    }

    @Test
    void holdsIdleConnections() throws Exception {
        try (Running raw = new Running()) {
            ConnectResult connect = new Probe(settings(Kind.WS, raw.port(), 500, 1, 1, 2)).idle();
            assertThat(connect.connections()).isEqualTo(500);
            assertThat(connect.perSecond()).isPositive();
            assertThat(connect.residentBytes()).isPositive();
        }
    }

    @Test
    void saysWhyItCannotConnect() throws Exception {
        try (Running raw = new Running()) {
            ProbeSettings wrongPath = settings(Kind.WS, raw.port(), 3, 1, 1, 1);
            SwarmSettings swarm = wrongPath.swarm();
            SwarmSettings sse = new SwarmSettings(Kind.SSE, Coding.IDENTITY, 1, swarm.target(), "/nowhere", 3,
                    swarm.channels(), 1, true,
                    200,
                    1, 5_000);
            ProbeSettings settings = new ProbeSettings("", sse, redis.uri(), null, TickPayload.Book.STILL, 100, 1, 0,
                    100, 0, 1_000, 0);
            assertThatThrownBy(() -> new Probe(settings).run()).isInstanceOf(IOException.class)
                    .hasMessageContaining("404 Not Found");
        }
    }

    private static ProbeSettings settings(Kind kind, int port, int connections, int channels, int subscriptions,
            int loops) {
        List<String> names = IntStream.range(0, channels).mapToObj(i -> "bench:" + i).toList();
        SwarmSettings swarm = new SwarmSettings(kind, Coding.IDENTITY, 1, URI.create("http://127.0.0.1:" + port), null,
                connections, names,
                subscriptions, true, 200, loops, 20_000);
        return new ProbeSettings("", swarm, redis.uri(), null, TickPayload.Book.MOVING, 200, 1, 500, 1_000, 0, 2_000,
                ProcessHandle.current().pid());
    }

    /** A raw loop on a thread of this process. */
    private static final class Running implements AutoCloseable {
        private final RawServer server;
        private final ExecutorService executor = Executors.newSingleThreadExecutor();

        Running() throws IOException {
            server = new RawServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    new InetSocketAddress(redis.uri().getHost(), redis.uri().getPort()), "bench*", true);
            executor.execute(() -> {
                try {
                    server.run();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }

        int port() {
            return server.port();
        }

        @Override
        public void close() throws IOException {
            server.stop();
            executor.close();
            server.close();
        }
    }
}
