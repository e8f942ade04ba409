/** Who somebody is and what he may read: tokens, principals, the access policy. */
package io.tickgate.gateway.auth;
