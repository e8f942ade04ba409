/** Server-sent events over HTTP/1.1 and HTTP/2: {@code GET /events} (WHATWG HTML §9.2). */
package io.tickgate.gateway.transport.sse;
