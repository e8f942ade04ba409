package io.tickgate.protocol.engineio;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the server's open packet tells the client. Immutable: any thread.
 *
 * @param sid the session's id, letters, digits, {@code _} and {@code -} only
 * @param upgrades transports the client may move to, e.g. {@code websocket}
 * @param pingIntervalMs from one heartbeat of the server to the next, at least 1
 * @param pingTimeoutMs how long either side waits for the other's part of it, at least 1
 * @param maxPayloadBytes the largest polling body the client may send, at least 1
 */
public record Handshake(String sid, List<String> upgrades, int pingIntervalMs, int pingTimeoutMs, int maxPayloadBytes) {
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-]+");

    public Handshake {
        upgrades = List.copyOf(upgrades);
        if (!WORD.matcher(sid).matches() || !upgrades.stream().allMatch(name -> WORD.matcher(name).matches())) {
            throw new IllegalArgumentException("sid " + sid + ", upgrades " + upgrades);
        }
        if (pingIntervalMs < 1 || pingTimeoutMs < 1 || maxPayloadBytes < 1) {
            throw new IllegalArgumentException("pingIntervalMs " + pingIntervalMs + ", pingTimeoutMs " + pingTimeoutMs
                    + ", maxPayloadBytes " + maxPayloadBytes);
        }
    }

    /** The open packet's text: {@code 0{"sid":…}}. */
    public byte[] toPacketText() {
        StringBuilder text = new StringBuilder(128);
        text.append("0{\"sid\":\"").append(sid).append("\",\"upgrades\":[");
        for (int i = 0; i < upgrades.size(); i++) {
            text.append(i == 0 ? "\"" : ",\"").append(upgrades.get(i)).append('"');
        }
        text.append("],\"pingInterval\":").append(pingIntervalMs).append(",\"pingTimeout\":").append(pingTimeoutMs)
                .append(",\"maxPayload\":").append(maxPayloadBytes).append('}');
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
