package io.tickgate.loadtest.swarm;

import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Who connects where and subscribes to what.
 *
 * @param coding what every connection asks for; who is not granted it ends the run
 * @param verifyEvery of so many connections one is decoded and checked; the messages of the others are only counted
 * @param target {@code http://host:port} of the server, or https, whose certificate isn't checked
 * @param path request target, or null for the kind's own
 * @param connections how many subscribers
 * @param channels all channel names; connection i joins {@code subscriptions} of them from index i × subscriptions on, round robin
 * @param subscriptions channels per connection, at most as many as there are
 * @param awaitAnswer whether a connection is ready only once its subscriptions are answered (false for servers that never answer)
 * @param payloadBytes size of each payload
 * @param loops event loops of the swarm
 * @param connectTimeoutMs for all connections together
 */
public record SwarmSettings(Kind kind, Coding coding, int verifyEvery, URI target, String path, int connections,
        List<String> channels,
        int subscriptions, boolean awaitAnswer, int payloadBytes, int loops, int connectTimeoutMs) {

    private static final Set<String> SCHEMES = Set.of("http", "https");
    private static final int STREAMS = 100;

    public SwarmSettings {
        channels = List.copyOf(channels);
        if (subscriptions > channels.size() || connections < 1 || loops < 1) {
            throw new IllegalArgumentException("a connection cannot join more channels than there are");
        }
        if (!coding.fits(kind)) {
            throw new IllegalArgumentException(kind + " knows no coding " + coding);
        }
        if (verifyEvery < 1) {
            throw new IllegalArgumentException("of at least one connection one is verified");
        }
        if (target.getHost() == null || !SCHEMES.contains(target.getScheme())) {
            throw new IllegalArgumentException("the probe speaks to http[s]://host:port only, not to " + target);
        }
    }

    /** Whether connections speak TLS. */
    public boolean isSecure() {
        return "https".equals(target.getScheme());
    }

    /** The same with connections that ask for a coding. */
    public SwarmSettings coded(Coding asked, int verifiedEvery) {
        return new SwarmSettings(kind, asked, verifiedEvery, target, path, connections, channels, subscriptions,
                awaitAnswer, payloadBytes, loops, connectTimeoutMs);
    }

    /** Subscribers that share a connection: as many as browsers may have, and 1 where a connection is a subscriber's own. */
    int streams() {
        return kind == Kind.H2 ? STREAMS : 1;
    }

    /** Whether what connection {@code index} gets is checked; so is a share of every loop's. */
    boolean verifies(int index) {
        return index / loops % verifyEvery == 0;
    }

    /** The index of the first channel that connection {@code index} joins; the others follow it. */
    int firstChannel(int index) {
        return (int) ((long) index * subscriptions % channels.size());
    }

    /** The names that connection {@code index} joins. */
    List<String> channelsOf(int index) {
        int first = firstChannel(index);
        return IntStream.range(0, subscriptions)
                .mapToObj(i -> channels.get((first + i) % channels.size())).toList();
    }
}
