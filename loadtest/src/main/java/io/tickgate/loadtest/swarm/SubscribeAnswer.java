package io.tickgate.loadtest.swarm;

import java.util.List;
import java.util.stream.Collectors;

/** Counts the answers to a connection's subscribe commands. Owned by the connection's event loop; 256 channels go in a command. */
final class SubscribeAnswer {
    private static final int MAX_CHANNELS_PER_COMMAND = 256;

    private int open;

    /** The JSON array of the command that begins with channel {@code from}. */
    static String array(List<String> channels, int from) {
        int to = Math.min(channels.size(), from + MAX_CHANNELS_PER_COMMAND);
        return channels.subList(from, to).stream().map(name -> '"' + name + '"')
                .collect(Collectors.joining(",", "[", "]"));
    }

    /** Where the command after the one at {@code from} begins; this one's answer is awaited. */
    int sent(int from) {
        open++;
        return from + MAX_CHANNELS_PER_COMMAND;
    }

    /** Takes an answer; true if it was the last one. */
    boolean accept() {
        return --open == 0;
    }

    /** Whether {@code text}, an answer or a control message, refuses something. */
    static boolean refuses(String text) {
        return text.contains("\"refused\":[{") || text.contains("\"op\":\"error\"") || text.contains("\"ok\":false");
    }
}
