package io.kybern.node.volume;

import java.util.Arrays;
import java.util.Objects;

/** One file of a volume: its content and its permission bits. */
record VolumeFile(byte[] content, int mode) {
    @Override
    public boolean equals(Object other) {
        return other instanceof VolumeFile(byte[] bytes, int bits) && bits == mode && Arrays.equals(bytes, content);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(content), mode);
    }

    @Override
    public String toString() {
        return content.length + " bytes, mode " + Integer.toOctalString(mode);
    }
}
