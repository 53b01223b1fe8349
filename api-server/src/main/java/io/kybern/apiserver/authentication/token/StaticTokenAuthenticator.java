package io.kybern.apiserver.authentication.token;

import io.kybern.apiserver.authentication.User;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bearer tokens from a file ({@code --token-auth-file}): lines of {@code token,user,uid,"group1,group2"}. Only digests are
 * kept, and looked up by digest, so that neither memory nor timing tells a token.
 */
public final class StaticTokenAuthenticator implements TokenAuthenticator {
    private static final MessageDigest SHA_256 = prototype();

    private final Map<String, User> usersByDigest;

    private StaticTokenAuthenticator(Map<String, User> usersByDigest) {
        this.usersByDigest = usersByDigest;
    }

    /**
     * Reads the file.
     *
     * @throws IOException if it can't be read
     * @throws IllegalArgumentException if a line is no token line; the message names the line but shows nothing of it
     */
    public static StaticTokenAuthenticator fromFile(Path file) throws IOException {
        Map<String, User> users = new HashMap<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            List<String> columns = columns(line);
            if (columns.size() < 3
                    || columns.getFirst().isEmpty()
                    || columns.get(1).isEmpty()) {
                throw new IllegalArgumentException(
                        file + " line " + number + ": want token,user,uid[,\"group1,group2\"]");
            }
            List<String> groups = columns.size() > 3 && !columns.get(3).isEmpty()
                    ? List.of(columns.get(3).split(","))
                    : List.of();
            users.put(
                    digest(columns.getFirst()),
                    new User(columns.get(1), columns.get(2), groups, Map.of()).authenticated());
        }
        return new StaticTokenAuthenticator(Map.copyOf(users));
    }

    @Override
    public Answer authenticate(String token, List<String> audiences) {
        @Nullable User user = usersByDigest.get(digest(token));
        return user == null ? new Answer.Unknown() : new Answer.Known(user, audiences);
    }

    /** The bytes of the digest as characters. */
    private static String digest(String token) {
        return new String(sha256().digest(token.getBytes(StandardCharsets.UTF_8)), StandardCharsets.ISO_8859_1);
    }

    /** A copy costs a tenth of what it takes to look through the providers, which each request would. */
    private static MessageDigest sha256() {
        try {
            return (MessageDigest) SHA_256.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MessageDigest prototype() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> columns(String line) {
        List<String> out = new ArrayList<>();
        StringBuilder column = new StringBuilder();
        boolean quoted = false;
        for (char c : line.toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                out.add(column.toString().strip());
                column.setLength(0);
            } else {
                column.append(c);
            }
        }
        out.add(column.toString().strip());
        return out;
    }
}
