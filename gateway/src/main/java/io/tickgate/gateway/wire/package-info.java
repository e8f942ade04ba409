/** What is written to many: formats, the turn in which they are prepared once, and the outlet that a transport implements. */
package io.tickgate.gateway.wire;
