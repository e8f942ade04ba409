/** Attacks on HTTP/2, to be run beside the probe: what do the other clients notice? */
package io.tickgate.loadtest.attack;
