package io.tickgate.gateway.web;

import java.util.List;
import java.util.stream.Stream;

import io.tickgate.gateway.GatewayFixture;
import io.tickgate.gateway.testing.Certificate;

/**
 * What a client's script is told.
 *
 * @param run is part of every channel's name, so that runs don't meet
 */
record ClientRun(String client, List<String> scenarios, String url, String apiKey, String jwtSecret, String run) {
    private static final String JWT_SECRET = "the secret of the clients that mint their tokens themselves";

    /**
     * A gateway for such scripts.
     *
     * @param redis where, or empty for the embedded broker
     */
    static GatewayFixture gateway(int loops, String redis, String... flags) {
        return GatewayFixture.start(withPresets(loops, redis, flags));
    }

    /** One that takes TLS only, with the embedded broker. */
    static GatewayFixture gatewayWithTls(Certificate certificate, int loops) {
        return GatewayFixture.startWithTls(certificate, withPresets(loops, ""));
    }

    private static String[] withPresets(int loops, String redis, String... flags) {
        Stream<String> preset = Stream.of("--loops", String.valueOf(loops), "--redis", redis, "--public", "bench*",
                "--jwt-secret", JWT_SECRET);
        return Stream.concat(preset, Stream.of(flags)).toArray(String[]::new);
    }

    static ClientRun of(String client, GatewayFixture gateway) {
        return new ClientRun(client, ScenarioTable.names(), gateway.uri("").toString(), GatewayFixture.API_KEY,
                JWT_SECRET, client);
    }
}
