package io.kybern.apiserver.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Entity tags as the original makes them of documents: SHA-512 in capital hex digits. */
public final class EntityTag {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private EntityTag() {}

    /** The digest, without the quotes that a header needs. */
    public static String of(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return HEX.formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
