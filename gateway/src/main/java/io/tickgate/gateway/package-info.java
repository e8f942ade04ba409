/** Where it all comes together: the command line, the settings of every package, the gateway's composition. */
package io.tickgate.gateway;
