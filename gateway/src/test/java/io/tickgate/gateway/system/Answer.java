package io.tickgate.gateway.system;

import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a subscribe was answered.
 *
 * @param joined by channel, as it stands in {@code subscribed}
 * @param refused by channel, the code
 */
record Answer(Map<String, JsonNode> joined, Map<String, String> refused) {

    /** Reads the members {@code channels} and {@code refused} of an answer. */
    static Answer of(JsonNode answer) {
        Map<String, JsonNode> joined = new LinkedHashMap<>();
        answer.path("channels").forEach(each -> joined.put(each.path("channel").asText(), each));
        Map<String, String> refused = new LinkedHashMap<>();
        answer.path("refused").forEach(each -> refused.put(each.path("channel").asText(), each.path("code").asText()));
        return new Answer(joined, refused);
    }
}
