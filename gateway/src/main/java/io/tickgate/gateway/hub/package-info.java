/**
 * The heart: the dispatcher numbers what the broker delivers, the shard of each loop keeps rooms and sessions and fans out.
 * Knows no transport.
 */
package io.tickgate.gateway.hub;
