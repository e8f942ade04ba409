package io.tickgate.gateway.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;

/**
 * The port's TLS as of one reading of its files: 1.2 and 1.3 by BoringSSL where it loads, else by the JDK, with ALPN for HTTP/2
 * and HTTP/1.1. Immutable.
 *
 * @param context counted: released by whoever has it
 * @param expires when the certificate does
 * @param digest of both files
 */
record Tls(SslContext context, Instant expires, Digest digest) {
    static final SslProvider PROVIDER = OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;

    static {
        // TLS 1.3 has none (RFC 8446 §4.1.2), and BoringSSL refuses it by itself.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    /** Sessions remembered for clients that can't keep a ticket themselves. */
    private static final int SESSIONS = 2_048;
    private static final int SESSION_SECONDS = 3_600;
    private static final Pattern PEM_KEY = Pattern
            .compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    /** Tells one content of the files from another. */
    record Digest(String sha256) {}

    /**
     * Reads certificate and key.
     *
     * @throws IOException naming the files if they can't be used, or not together
     */
    static Tls load(HttpSettings settings, SslProvider provider) throws IOException {
        return loadUnless(null, settings, provider);
    }

    /** The same, or null if the files have this content. */
    static Tls loadUnless(Digest known, HttpSettings settings, SslProvider provider) throws IOException {
        try {
            byte[] certificates = Files.readAllBytes(Path.of(settings.tlsCert()));
            byte[] key = Files.readAllBytes(Path.of(settings.tlsKey()));
            Digest digest = digest(certificates, key);
            return digest.equals(known) ? null : make(certificates, key, digest, provider);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            String why = e instanceof NoSuchFileException ? "there is no " + e.getMessage() : e.getMessage();
            throw new IOException(
                    "can't use tlsCert " + settings.tlsCert() + " with tlsKey " + settings.tlsKey() + ": " + why, e);
        }
    }

    private static Tls make(byte[] certificates, byte[] pemKey, Digest digest, SslProvider provider)
            throws IOException, GeneralSecurityException {
        X509Certificate[] chain = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(certificates)).toArray(X509Certificate[]::new);
        if (chain.length == 0) {
            throw new GeneralSecurityException("no certificate in it");
        }
        PublicKey publicKey = chain[0].getPublicKey();
        PrivateKey key = key(pemKey, publicKey.getAlgorithm());
        requirePair(publicKey, key);
        SslContext context = SslContextBuilder.forServer(key, chain).sslProvider(provider)
                .protocols("TLSv1.3", "TLSv1.2")
                .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .sessionCacheSize(SESSIONS).sessionTimeout(SESSION_SECONDS)
                .applicationProtocolConfig(new ApplicationProtocolConfig(Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1))
                .build();
        if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
            // Tickets, with keys that BoringSSL makes and changes by itself (RFC 5077, RFC 8446 §4.6.1).
            sessions.setTicketKeys();
        }
        return new Tls(context, chain[0].getNotAfter().toInstant(), digest);
    }

    private static PrivateKey key(byte[] pem, String algorithm) throws GeneralSecurityException {
        Matcher key = PEM_KEY.matcher(new String(pem, StandardCharsets.US_ASCII));
        if (!key.find()) {
            throw new GeneralSecurityException("no PKCS #8 key in it, which begins with BEGIN PRIVATE KEY");
        }
        return KeyFactory.getInstance(algorithm)
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key.group(1))));
    }

    /** Neither provider looks before the first handshake, which would fail. */
    private static void requirePair(PublicKey publicKey, PrivateKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(switch (publicKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> publicKey.getAlgorithm();
        });
        byte[] probe = {1, 2, 3};
        signature.initSign(key);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(probe);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("the key is not that of the certificate");
        }
    }

    private static Digest digest(byte[] certificates, byte[] key) throws GeneralSecurityException {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        sha256.update(certificates);
        sha256.update((byte) 0);
        return new Digest(Base64.getEncoder().encodeToString(sha256.digest(key)));
    }
}
