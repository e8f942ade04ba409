/** Content codings: which one a client accepts, and blocks that are compressed once for many. */
package io.tickgate.protocol.compress;
