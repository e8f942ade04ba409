/** What runs outside the JVM against a gateway inside it: npm's clients, the dashboard's scripts, Chromium. */
package io.tickgate.gateway.web;
