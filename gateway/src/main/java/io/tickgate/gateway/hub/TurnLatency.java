package io.tickgate.gateway.hub;

import io.tickgate.gateway.metrics.LoopMetrics;
import io.tickgate.gateway.model.Publication;

/**
 * How old the turn's publications were when they were flushed. One record per publication stands for all its deliveries of
 * the turn, taken after the last flush: never too good. Owned by the shard.
 */
final class TurnLatency {
    private final LoopMetrics metrics;
    private Publication[] publications = new Publication[64];
    private int[] deliveries = new int[64];
    private int size;

    TurnLatency(LoopMetrics metrics) {
        this.metrics = metrics;
    }

    void delivered(Publication publication, int subscribers) {
        if (size == publications.length) {
            publications = java.util.Arrays.copyOf(publications, size * 2);
            deliveries = java.util.Arrays.copyOf(deliveries, size * 2);
        }
        publications[size] = publication;
        deliveries[size++] = subscribers;
    }

    void flushed(long nowNanos) {
        for (int i = 0; i < size; i++) {
            Publication publication = publications[i];
            publications[i] = null;
            if (deliveries[i] == 0) {
                continue;
            }
            long sinceIngest = nowNanos - publication.ingestNanos();
            metrics.recordIngestToFlush(sinceIngest, deliveries[i]);
            if (publication.ageAtIngestNanos() != Publication.NO_AGE) {
                metrics.recordPublishToFlush(publication.ageAtIngestNanos() + sinceIngest, deliveries[i]);
            }
        }
        size = 0;
    }
}
