/** What both ends of a measurement must agree on: the tick's bytes, WebSocket and RESP framing. Pure: no threads, no sockets. */
package io.tickgate.loadtest.wire;
