/** What is served besides streams: channel values, publishing, health, metrics, statistics, the dashboard. */
package io.tickgate.gateway.admin;
