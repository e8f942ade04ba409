/** Servers to compare with: the floor, a bare write loop, and a well-known library. Each is a program of its own. */
package io.tickgate.loadtest.baseline;
