/** For clients without streaming: {@code GET /events} that accepts JSON, and {@code GET /channels/{channel}}. */
package io.tickgate.gateway.transport.longpoll;
