package io.tickgate.gateway.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.gateway.testing.Certificate;

/** Every scenario, by every Java client, with one event loop and with three, on both brokers. */
class ScenarioTableIT {

    /** One gateway that many scenarios share. */
    record Setting(String broker, int loops, boolean tls) {
        Site start(Certificate certificate) {
            Site.Starter starter = tls
                    ? flags -> GatewayFixture.startWithTls(certificate, flags)
                    : GatewayFixture::start;
            String[] flags = {"--loops", String.valueOf(loops), "--public", "bench*"};
            return broker.equals("redis") ? Site.withRedis(starter, flags) : new Site(starter.start(flags), null);
        }
    }

    private static final Map<Setting, Site> SITES = new LinkedHashMap<>();
    private static Certificate certificate;

    @TempDir
    static Path directory;

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = Certificate.make(directory);
    }

    @AfterAll
    static void closeSites() {
        SITES.values().forEach(Site::close);
        SITES.clear();
    }

    static Stream<Arguments> table() {
        List<Arguments> table = new ArrayList<>();
        for (String broker : List.of("embedded", "redis")) {
            for (int loops : new int[]{1, 3}) {
                for (ClientKind client : ClientKind.values()) {
                    for (Scenario scenario : Scenario.values()) {
                        table.add(arguments(scenario, client, broker, loops));
                    }
                }
            }
        }
        return table.stream();
    }

    @ParameterizedTest(name = "{0} by {1} on {2} with {3} loops")
    @MethodSource("table")
    void runs(Scenario scenario, ClientKind kind, String broker, int loops) {
        Site site = SITES.computeIfAbsent(new Setting(broker, loops, kind.tls()), key -> key.start(certificate));
        List<HttpClient> used = new ArrayList<>();
        try {
            scenario.run(new Scenario.Run(site, token -> {
                // One each, so that HTTP/2 clients are on connections, and so on event loops, of their own.
                HttpClient http = HttpClient.newBuilder().sslContext(certificate.trusting()).build();
                used.add(http);
                return kind.connect(site.gateway(), http, token);
            }));
        } finally {
            used.forEach(HttpClient::shutdownNow);
        }
    }

    @Test
    void coversTheTableThatAllClientsShare() throws IOException {
        try (InputStream in = ScenarioTableIT.class.getResourceAsStream("/scenarios.txt")) {
            List<String> names = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#")).map(line -> line.split("\\s+", 2)[0])
                    .toList();
            assertThat(Arrays.stream(Scenario.values()).map(Scenario::key)).containsExactlyElementsOf(names);
        }
    }
}
