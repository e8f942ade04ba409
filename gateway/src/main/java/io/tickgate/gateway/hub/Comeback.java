package io.tickgate.gateway.hub;

import java.util.Map;

/**
 * How a session comes back: to all its channels where it left off, or not at all. Immutable, for one attempt.
 *
 * @param intervals the milliseconds of each channel's interval
 * @param afterNumber the node-wide number up to which the client has everything
 * @param onRefused called once if some of what came since is gone or may not be read any more; the session is over then
 */
public record Comeback(Map<String, Integer> intervals, long afterNumber, Runnable onRefused) {}
