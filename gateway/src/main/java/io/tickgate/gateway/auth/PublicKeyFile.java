package io.tickgate.gateway.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;

import io.tickgate.gateway.model.Require;

/**
 * Reads the PEM file (RFC 7468 §13) with the key that verifies tokens. The key's own type fixes the one algorithm that it is
 * used with, whatever a token's header says.
 */
final class PublicKeyFile {
    private static final String KEY = "jwtKeyFile";
    private static final int MAX_FILE_BYTES = 64 * 1024;
    private static final int MIN_RSA_BITS = 2_048;
    private static final Pattern PEM = Pattern
            .compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");

    private PublicKeyFile() {}

    /** @throws IllegalArgumentException naming the file and what is allowed */
    static Map.Entry<JWSAlgorithm, JWSVerifier> read(Path file) {
        PublicKey key = decode(file);
        try {
            return switch (key) {
                case RSAPublicKey rsa -> {
                    Require.that(rsa.getModulus().bitLength() >= MIN_RSA_BITS, KEY, file,
                            "an RSA key of at least " + MIN_RSA_BITS + " bits");
                    yield Map.entry(JWSAlgorithm.RS256, new RSASSAVerifier(rsa));
                }
                case ECPublicKey ec -> {
                    Require.that(Curve.P_256.equals(Curve.forECParameterSpec(ec.getParams())), KEY, file,
                            "an elliptic curve key on P-256");
                    yield Map.entry(JWSAlgorithm.ES256, new ECDSAVerifier(ec));
                }
                default -> Map.entry(JWSAlgorithm.EdDSA, new Ed25519Verifier(key));
            };
        } catch (JOSEException e) {
            throw new IllegalArgumentException(KEY + " is " + file + ", whose key can't be used: " + e.getMessage(), e);
        }
    }

    private static PublicKey decode(Path file) {
        Matcher pem = PEM.matcher(text(file));
        Require.that(pem.find(), KEY, file, "a PEM file with BEGIN PUBLIC KEY");
        byte[] encoded;
        try {
            encoded = Base64.getMimeDecoder().decode(pem.group(1));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(KEY + " is " + file + ", whose base64 is broken", e);
        }
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                PublicKey key = KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded));
                if (key instanceof RSAPublicKey || key instanceof ECPublicKey || key instanceof EdECPublicKey) {
                    return key;
                }
            } catch (InvalidKeySpecException tryNext) {
                // Not a key of this algorithm: the next one may know it.
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new IllegalArgumentException(KEY + " is " + file + ", allowed is an RSA, P-256 or Ed25519 public key");
    }

    private static String text(Path file) {
        try {
            Require.that(Files.size(file) <= MAX_FILE_BYTES, KEY, file,
                    "a file of at most " + MAX_FILE_BYTES + " bytes");
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalArgumentException(KEY + " is " + file + ", which can't be read: " + e, e);
        }
    }
}
