/** Load tests: one command line for the fan-out probe, the comparison servers and the bench that alternates them. */
package io.tickgate.loadtest;
