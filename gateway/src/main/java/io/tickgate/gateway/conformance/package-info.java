/** What public conformance suites ask of a server, and nothing that a gateway in production does. */
package io.tickgate.gateway.conformance;
