/** What runs outside this JVM against a gateway inside it: clients of npm, Java and Python, the dashboard's scripts, Chromium. */
package io.tickgate.gateway.web;
