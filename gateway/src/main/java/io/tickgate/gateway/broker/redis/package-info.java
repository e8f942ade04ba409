/** Redis as the broker: Lettuce on the ingest loop, subscriptions made on demand and in batches, outages announced. */
package io.tickgate.gateway.broker.redis;
