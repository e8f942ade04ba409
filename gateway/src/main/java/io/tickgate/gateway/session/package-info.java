/** One client's stay: who it is, what it subscribed to, what it is owed in this turn. */
package io.tickgate.gateway.session;
