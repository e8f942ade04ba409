/**
 * Micro benchmarks of what the gateway does for each update, by JMH: how long it takes, and what it allocates. The only package here
 * that knows the gateway's classes. JMH extends what it measures, so that benchmarks and states are neither final nor hidden.
 */
package io.tickgate.loadtest.micro;
