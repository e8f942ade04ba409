/** Many cheap subscribers on few event loops: they count, check and time what arrives, without allocating per message. */
package io.tickgate.loadtest.swarm;
