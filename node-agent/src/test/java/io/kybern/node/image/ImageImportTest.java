package io.kybern.node.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ImageImportTest {
    @Test
    void readsTheNamesFromWhatTheToolPrints() {
        assertThat(ImageImport.names("""
                unpacking docker.io/library/busybox:test (sha256:12ab)...done
                some other line
                """)).containsExactly("docker.io/library/busybox:test");
    }
}
