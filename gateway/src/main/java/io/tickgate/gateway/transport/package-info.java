/** What transports share above HTTP: who is admitted to {@code GET /events}, and by which of them. */
package io.tickgate.gateway.transport;
