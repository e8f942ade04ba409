package io.tickgate.gateway.system;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One update as a client got it, whatever the transport.
 *
 * @param data the payload
 */
record Update(String channel, long seq, JsonNode data) {

    /** The {@code n} of a payload {@code {"n":…}}. */
    int n() {
        return data.path("n").asInt(-1);
    }
}
