/** Engine.IO protocols 3 and 4: packets, their text, the payloads of HTTP polling, and the opening handshake. */
package io.tickgate.protocol.engineio;
