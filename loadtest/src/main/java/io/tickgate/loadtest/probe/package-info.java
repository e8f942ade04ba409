/** The fan-out probe: publishes by a schedule, receives with a swarm, and says what was lost, how late, and at what cost. */
package io.tickgate.loadtest.probe;
