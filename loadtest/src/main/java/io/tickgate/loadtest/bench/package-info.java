/** Lets servers take turns under the probe and prints medians beside the floor's. */
package io.tickgate.loadtest.bench;
