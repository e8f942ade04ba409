/** Server-sent events (WHATWG HTML §9.2) and the chunks that carry them over HTTP/1.1, without any I/O. */
package io.tickgate.protocol.sse;
