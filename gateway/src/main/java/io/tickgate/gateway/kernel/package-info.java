/** What Netty's transports don't offer of the kernel: a shorter send, and the sends of many sockets in one system call. */
package io.tickgate.gateway.kernel;
