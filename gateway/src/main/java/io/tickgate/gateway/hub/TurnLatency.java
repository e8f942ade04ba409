package io.tickgate.gateway.hub;

import java.util.Arrays;

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
        if (subscribers == 0) {
            return;
        }
        if (size == publications.length) {
            publications = Arrays.copyOf(publications, size * 2);
            deliveries = Arrays.copyOf(deliveries, size * 2);
        }
        publications[size] = publication;
        deliveries[size++] = subscribers;
    }

    void flushed(long nowNanos) {
        for (int i = 0; i < size; i++) {
            Publication publication = publications[i];
            publications[i] = null;
            long sinceIngest = nowNanos - publication.ingestNanos();
            metrics.recordIngestToFlush(sinceIngest, deliveries[i]);
            if (publication.ageAtIngestNanos() != Publication.NO_AGE) {
                metrics.recordPublishToFlush(publication.ageAtIngestNanos() + sinceIngest, deliveries[i]);
            }
        }
        size = 0;
    }
}
