/** What Netty's io_uring transport doesn't offer: the sends of many sockets in one system call, done when it returns. */
package io.tickgate.gateway.uring;
