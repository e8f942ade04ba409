package io.tickgate.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/**
 * The random secret of a gateway that was started without one, left in a file for {@code tickgate token} on the same machine.
 * The file is readable by its owner alone, is believed only if it is the reader's own, and goes with the gateway. Any thread.
 */
final class DevelopmentSecret implements AutoCloseable {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final int RANDOM_BYTES = 32;
    private static final int MAX_FILE_BYTES = 256;

    private final Path file;
    private final String secret;

    private DevelopmentSecret(Path file, String secret) {
        this.file = file;
        this.secret = secret;
    }

    /** Where gateways leave their secrets. */
    static Path directory() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    /** A secret as good as any, 43 characters. */
    static String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * Leaves a secret for the gateway on a port; replaces what an earlier gateway of the same user left behind.
     *
     * @param directory usually the one for temporary files
     * @throws IOException also where the file system knows no owners, or another user holds the name
     */
    static DevelopmentSecret leave(Path directory, int port, String secret) throws IOException {
        Path file = fileOf(directory, port);
        Path fresh = Files.createTempFile(directory, "tickgate-dev-", ".new",
                PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try {
            Files.writeString(fresh, secret, US_ASCII);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
        return new DevelopmentSecret(file, secret);
    }

    /**
     * The secret that the gateway on a port left, or null if there is none.
     *
     * @throws SettingsException if there is a file that must not be believed
     */
    static String find(Path directory, int port) {
        Path file = fileOf(directory, port);
        try {
            PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class,
                    LinkOption.NOFOLLOW_LINKS);
            String user = ProcessHandle.current().info().user().orElse("");
            if (!attributes.isRegularFile() || !attributes.owner().getName().equals(user)
                    || !attributes.permissions().equals(OWNER_ONLY)) {
                throw new SettingsException(file + " is not a file of yours alone, its secret is not used");
            }
            return read(file);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException | UnsupportedOperationException e) {
            throw new SettingsException(file + " can't be read: " + e.getClass().getSimpleName());
        }
    }

    String secret() {
        return secret;
    }

    /** Takes the file away; one that cannot be deleted opens nothing once its gateway is gone. */
    @Override
    public void close() {
        try {
            if (secret.equals(read(file))) {
                Files.delete(file);
            }
        } catch (IOException alreadyGone) {
            // Another gateway took the port over, or somebody tidied up.
        }
    }

    private static String read(Path file) throws IOException {
        try (var channel = Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            return new String(Channels.newInputStream(channel).readNBytes(MAX_FILE_BYTES), US_ASCII);
        }
    }

    private static Path fileOf(Path directory, int port) {
        return directory.resolve("tickgate-dev-" + port + ".secret");
    }
}
