package io.tickgate.gateway.web;

import java.util.List;
import java.util.stream.Stream;

import io.tickgate.gateway.GatewayFixture;

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
        Stream<String> preset = Stream.of("--loops", String.valueOf(loops), "--redis", redis, "--public", "bench*",
                "--jwt-secret", JWT_SECRET);
        return GatewayFixture.start(Stream.concat(preset, Stream.of(flags)).toArray(String[]::new));
    }

    static ClientRun of(String client, GatewayFixture gateway) {
        return new ClientRun(client, ScenarioTable.names(), gateway.uri("").toString(), GatewayFixture.API_KEY,
                JWT_SECRET, client);
    }
}
