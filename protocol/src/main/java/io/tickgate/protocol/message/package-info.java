/** Tickgate's own JSON messages: what clients command, what the gateway says, and the envelope of an update. */
package io.tickgate.protocol.message;
