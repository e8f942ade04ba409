/** Where publications come from and go to: the border to Redis, and its in-memory stand-in. */
package io.tickgate.gateway.broker;
