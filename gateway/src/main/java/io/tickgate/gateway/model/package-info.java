/** The nouns everybody shares: channels, kinds, publications, settings. Immutable, free of threads and I/O. */
package io.tickgate.gateway.model;
