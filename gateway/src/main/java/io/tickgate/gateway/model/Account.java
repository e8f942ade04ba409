package io.tickgate.gateway.model;

/**
 * What became of a channel's updates, in seqs: {@code due} is the sum of the others, to the last one.
 *
 * @param due what subscribers were to get, from where they began to the last entry handled while they were there
 * @param delivered taken by the kernel, or fetched by the client
 * @param conflated left out by policy, since a newer value went out instead
 * @param gapped announced by a {@code gap}
 * @param abandoned not taken before the subscription ended
 * @param pending still to come
 */
public record Account(long due, long delivered, long conflated, long gapped, long abandoned, long pending) {
    public static final Account NONE = new Account(0, 0, 0, 0, 0, 0);

    public Account plus(Account other) {
        return new Account(due + other.due, delivered + other.delivered, conflated + other.conflated,
                gapped + other.gapped, abandoned + other.abandoned, pending + other.pending);
    }
}
