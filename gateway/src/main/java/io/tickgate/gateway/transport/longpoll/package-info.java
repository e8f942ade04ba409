/** For clients without streaming: {@code GET /events} that accepts JSON. */
package io.tickgate.gateway.transport.longpoll;
