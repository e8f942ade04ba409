/** A feed that needs no backend: prices on random walks, a user's orders, log lines. */
package io.tickgate.gateway.demo;
