package io.tickgate.gateway.web;

import java.util.List;

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
        String[] all = {"--loops", String.valueOf(loops), "--redis", redis, "--public", "bench*", "--jwt-secret",
                JWT_SECRET};
        return GatewayFixture.start(concat(all, flags));
    }

    static ClientRun of(String client, GatewayFixture gateway, String host) {
        return new ClientRun(client, ScenarioTable.names(), gateway.uri("").toString().replace("127.0.0.1", host),
                GatewayFixture.API_KEY, JWT_SECRET, client);
    }

    private static String[] concat(String[] one, String[] other) {
        String[] both = java.util.Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
