/** The open-loop publisher: it sends by the schedule, whoever is late, and measures its own lateness. */
package io.tickgate.loadtest.publish;
