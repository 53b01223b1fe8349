package io.kybern.apiserver.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PkiTest {
    private static final List<String> HOSTS = List.of("localhost", "127.0.0.1", "::1", "10.96.0.1");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-06-01T00:00:00Z"));
    private final InstantSource clock = now::get;

    @TempDir
    Path directory;

    private Pki open() {
        return Pki.open(directory.resolve("pki"), clock);
    }

    @Test
    void adminIsSignedByTheAuthorityAndMayDoEverything() throws GeneralSecurityException {
        Pki pki = open();
        X509Certificate admin = pki.client(ClientIdentity.ADMIN).certificate();
        validate(admin, pki.authority().certificate());
        assertThat(admin.getSubjectX500Principal().getName()).isEqualTo("CN=kubernetes-admin,O=system:masters");
        assertThat(admin.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    }

    @Test
    void nodesAreKnownToTheNodeAuthorizerByTheirNames() {
        X509Certificate node = open().client(ClientIdentity.node("worker-1")).certificate();
        assertThat(node.getSubjectX500Principal().getName()).isEqualTo("CN=system:node:worker-1,O=system:nodes");
    }

    @Test
    void servingCertificateHoldsForNamesAndAddresses() throws GeneralSecurityException {
        Pki pki = open();
        X509Certificate serving = pki.serving(HOSTS).certificate();
        validate(serving, pki.authority().certificate());
        assertThat(serving.getSubjectAlternativeNames())
                .extracting(name -> name.get(1).toString())
                .containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "10.96.0.1");
    }

    @Test
    void keysFitTheirCertificates() throws GeneralSecurityException {
        Credential admin = open().client(ClientIdentity.ADMIN);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(admin.key());
        signature.update((byte) 1);
        byte[] signed = signature.sign();
        signature.initVerify(admin.certificate());
        signature.update((byte) 1);
        assertThat(signature.verify(signed)).isTrue();
    }

    @Test
    void everythingIsMadeOnceAndKept() {
        Pki first = open();
        Pki second = open();
        assertThat(second.authority()).isEqualTo(first.authority());
        assertThat(second.serving(HOSTS)).isEqualTo(first.serving(HOSTS));
        assertThat(second.client(ClientIdentity.ADMIN)).isEqualTo(first.client(ClientIdentity.ADMIN));
        assertThat(second.frontProxyClient()).isEqualTo(first.frontProxyClient());
        assertThat(second.serviceAccountKeys().getPublic())
                .isEqualTo(first.serviceAccountKeys().getPublic());
    }

    @Test
    void onlyTheOwnerCanReadTheFiles() throws IOException {
        Pki pki = open();
        pki.serving(HOSTS);
        pki.serviceAccountKeys();
        Path files = directory.resolve("pki");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files)))
                .isEqualTo("rwx------");
        try (var list = Files.list(files)) {
            assertThat(list.toList())
                    .hasSize(6)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void aCertificateIsRenewedAMonthBeforeItExpires() {
        Credential first = open().client(ClientIdentity.ADMIN);
        now.updateAndGet(instant -> instant.plus(Duration.ofDays(334)));
        assertThat(open().client(ClientIdentity.ADMIN)).isEqualTo(first);
        now.updateAndGet(instant -> instant.plus(Duration.ofDays(2)));
        Credential renewed = open().client(ClientIdentity.ADMIN);
        assertThat(renewed).isNotEqualTo(first);
        assertThat(renewed.certificate().getNotAfter())
                .isEqualTo(Date.from(now.get().plus(Duration.ofDays(365))));
    }

    @Test
    void aNewAuthoritySignsEverythingAnew() throws GeneralSecurityException {
        Pki pki = open();
        Credential before = pki.serving(HOSTS);
        now.updateAndGet(instant -> instant.plus(Duration.ofDays(3300)));
        Credential authority = pki.authority();
        Credential after = pki.serving(HOSTS);
        assertThat(after).isNotEqualTo(before);
        validate(after.certificate(), authority.certificate());
    }

    @Test
    void aServerThatGotAnotherNameGetsAnotherCertificate() {
        Pki pki = open();
        Credential first = pki.serving(HOSTS);
        assertThat(pki.serving(List.of("LOCALHOST", "0:0:0:0:0:0:0:1"))).isEqualTo(first);
        assertThat(pki.serving(List.of("localhost", "192.0.2.7"))).isNotEqualTo(first);
    }

    @Test
    void aKeyWithoutCertificateCountsAsAbsent() throws IOException {
        Credential first = open().client(ClientIdentity.ADMIN);
        Files.delete(directory.resolve("pki/admin.crt"));
        assertThat(open().client(ClientIdentity.ADMIN)).isNotEqualTo(first);
    }

    @Test
    void aBrokenFileIsNamed() throws IOException {
        open().authority();
        Files.writeString(directory.resolve("pki/ca.crt"), "rubbish");
        assertThatThrownBy(() -> open().authority())
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("pki/ca.crt")
                .hasMessageContaining("delete both");
    }

    @Test
    void inMemoryLeavesNothingBehind() throws IOException {
        Pki.inMemory(clock).serving(HOSTS);
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void machineAndServiceNamesAreAmongTheHosts() {
        assertThat(HostNames.ofServer(List.of("10.0.0.1")))
                .contains(
                        "localhost",
                        "127.0.0.1",
                        "::1",
                        "kubernetes.default.svc",
                        "kubernetes.default.svc.cluster.local")
                .endsWith("10.0.0.1");
    }

    private void validate(X509Certificate certificate, X509Certificate authority) throws GeneralSecurityException {
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(now.get()));
        CertPathValidator.getInstance("PKIX")
                .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)), parameters);
    }
}
