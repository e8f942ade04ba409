/** What is counted and timed, per loop without contention, and how it is told to Prometheus. */
package io.tickgate.gateway.metrics;
