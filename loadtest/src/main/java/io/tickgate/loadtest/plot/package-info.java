/** Pictures of results, as SVG that any browser shows. */
package io.tickgate.loadtest.plot;
