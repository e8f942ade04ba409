package io.tickgate.gateway.http;

import java.io.File;
import java.io.IOException;
import javax.net.ssl.SSLException;

import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;

/** The port's TLS: 1.2 and 1.3 by BoringSSL where it loads, else by the JDK, with ALPN for HTTP/2 and HTTP/1.1. */
final class Tls {

    private Tls() {}

    /**
     * Reads certificate and key.
     *
     * @return to be released by the caller
     * @throws IOException naming the file that can't be used
     */
    static SslContext context(HttpSettings settings) throws IOException {
        return context(settings, OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK);
    }

    static SslContext context(HttpSettings settings, SslProvider provider) throws IOException {
        try {
            return SslContextBuilder.forServer(new File(settings.tlsCert()), new File(settings.tlsKey()))
                    .sslProvider(provider).protocols("TLSv1.3", "TLSv1.2")
                    .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .applicationProtocolConfig(new ApplicationProtocolConfig(Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT,
                            ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1))
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IOException("can't use tlsCert " + settings.tlsCert() + " with tlsKey " + settings.tlsKey()
                    + ": " + e.getMessage(), e);
        }
    }
}
