/** Threads: which loop owns what, and the borders between loops. */
package io.tickgate.gateway.concurrent;
