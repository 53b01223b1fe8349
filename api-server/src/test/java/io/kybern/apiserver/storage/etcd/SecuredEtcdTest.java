package io.kybern.apiserver.storage.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcd.jetcd.Auth;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.auth.Permission;
import io.kybern.apiserver.pki.ClientIdentity;
import io.kybern.apiserver.pki.Credential;
import io.kybern.apiserver.pki.Pki;
import io.kybern.apiserver.storage.KeyValueStore.CommitResult;
import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import io.kybern.apiserver.storage.KeyValueStore.Watch;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.KeyValueStoreContract.Recorder;
import io.kybern.apiserver.storage.Revision;
import io.kybern.etcd.Etcd;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An etcd that asks who comes: by certificates, or by name and password. */
class SecuredEtcdTest {
    private static final Duration HISTORY = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String USER = "kybern";
    private static final String PASSWORD = "not a secret";

    @TempDir
    private Path directory;

    private final Pki pki = Pki.inMemory(InstantSource.system());
    private final List<AutoCloseable> open = new ArrayList<>();
    private Path authority;
    private Path certificate;
    private Path key;

    @BeforeEach
    void writeKeys() throws IOException {
        authority =
                Files.writeString(directory.resolve("ca.crt"), pki.authority().certificatePem());
        Credential client = pki.client(new ClientIdentity("etcd-client", USER, List.of()));
        certificate = Files.writeString(directory.resolve("client.crt"), client.certificatePem());
        key = Files.writeString(directory.resolve("client.key"), client.keyPem());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : open.reversed()) {
            part.close();
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.add(part);
        return part;
    }

    private String[] asksForCertificates(Credential server, String name) throws IOException {
        Path serving = Files.writeString(directory.resolve(name + ".crt"), server.certificatePem());
        Path servingKey = Files.writeString(directory.resolve(name + ".key"), server.keyPem());
        return new String[] {
            "--cert-file=" + serving, "--key-file=" + servingKey, "--client-cert-auth", "--trusted-ca-file=" + authority
        };
    }

    private EtcdStore open(URI endpoint, Optional<Path> ca, Optional<Path> crt, Optional<Path> privateKey) {
        return opened(EtcdStore.open(EtcdOptions.of(List.of(endpoint), HISTORY).withTls(ca, crt, privateKey)));
    }

    private static void worksIn(EtcdStore store) throws InterruptedException {
        Recorder recorder = new Recorder();
        try (Watch watch = store.watch("/registry/w/", store.currentRevision(), recorder)) {
            Revision last = put(store, "/registry/w/a");
            assertThat(watch.awaitProgress(last, PATIENCE)).isTrue();
            assertThat(recorder.events).extracting(Event::key).containsExactly("/registry/w/a");
        }
        assertThat(store.get("/registry/w/a", Revision.NONE)).isPresent();
    }

    private static Revision put(EtcdStore store, String name) {
        return ((CommitResult.Committed) store.commit(Write.put(name, null, "x".getBytes(StandardCharsets.UTF_8))))
                .revision();
    }

    @Test
    void certificatesAreShownAndAskedFor() throws Exception {
        Etcd etcd = opened(
                Etcd.start(directory, asksForCertificates(pki.serving(List.of("localhost", "127.0.0.1")), "server")));
        worksIn(open(etcd.endpoint(), Optional.of(authority), Optional.of(certificate), Optional.of(key)));
        assertThatThrownBy(() -> open(etcd.endpoint(), Optional.of(authority), Optional.empty(), Optional.empty()))
                .isInstanceOf(StorageUnavailableException.class);
        Path stranger = Files.writeString(
                directory.resolve("other.crt"),
                Pki.inMemory(InstantSource.system()).authority().certificatePem());
        assertThatThrownBy(
                        () -> open(etcd.endpoint(), Optional.of(stranger), Optional.of(certificate), Optional.of(key)))
                .isInstanceOf(StorageUnavailableException.class);
    }

    @Test
    void eachMemberIsAskedForItsOwnName() throws Exception {
        Etcd byName = opened(Etcd.start(
                Files.createDirectory(directory.resolve("name")),
                asksForCertificates(pki.serving(List.of("localhost")), "by-name")));
        URI endpoint = URI.create("etcd://localhost:" + byName.endpoint().getPort());
        worksIn(open(endpoint, Optional.of(authority), Optional.of(certificate), Optional.of(key)));
        assertThatThrownBy(() ->
                        open(byName.endpoint(), Optional.of(authority), Optional.of(certificate), Optional.of(key)))
                .as("127.0.0.1, which the certificate does not name")
                .isInstanceOf(StorageUnavailableException.class);
        // the first endpoint answers nobody: what is asked of the second is not the name of the first
        URI nobody = URI.create("etcd://127.0.0.1:" + Etcd.freePort());
        worksIn(opened(EtcdStore.open(EtcdOptions.of(List.of(nobody, endpoint), HISTORY)
                .withTls(Optional.of(authority), Optional.of(certificate), Optional.of(key)))));
    }

    @Test
    void aCertificateNamesTheUser() throws Exception {
        Etcd etcd = opened(
                Etcd.start(directory, asksForCertificates(pki.serving(List.of("localhost", "127.0.0.1")), "server")));
        try (Client admin = Client.builder()
                .endpoints("https://127.0.0.1:" + etcd.endpoint().getPort())
                .sslContext(context ->
                        context.trustManager(authority.toFile()).keyManager(certificate.toFile(), key.toFile()))
                .build()) {
            enableAuth(admin.getAuthClient());
        }
        worksIn(open(etcd.endpoint(), Optional.of(authority), Optional.of(certificate), Optional.of(key)));
    }

    @Test
    void aTokenThatIsOverIsAskedForAnew() throws Exception {
        Etcd etcd = opened(Etcd.start(directory, "--auth-token-ttl=2"));
        try (Client admin = Client.builder()
                .endpoints("http://127.0.0.1:" + etcd.endpoint().getPort())
                .build()) {
            enableAuth(admin.getAuthClient());
        }
        EtcdOptions options = EtcdOptions.of(List.of(etcd.endpoint()), HISTORY);
        assertThatThrownBy(() -> EtcdStore.open(options)).isInstanceOf(StorageUnavailableException.class);
        EtcdStore store = opened(EtcdStore.open(options.withLogin(new EtcdOptions.Login(USER, PASSWORD))));
        worksIn(store);
        Recorder recorder = new Recorder();
        List<Revision> written = new ArrayList<>();
        try (Watch watch = store.watch("/registry/t/", store.currentRevision(), recorder)) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(7);
            while (System.nanoTime() < end) {
                written.add(put(store, "/registry/t/a"));
                store.awaitNewest();
            }
            etcd.kill(); // connections and tokens are gone
            etcd.startAgain();
            written.add(putAgain(store, "/registry/t/b"));
            assertThat(watch.awaitProgress(written.getLast(), PATIENCE)).isTrue();
        }
        assertThat(recorder.events).extracting(Event::revision).containsExactlyElementsOf(written);
    }

    private static Revision putAgain(EtcdStore store, String name) throws InterruptedException {
        for (int attempt = 0; ; attempt++) {
            try {
                return put(store, name);
            } catch (StorageUnavailableException e) {
                if (attempt == 50) {
                    throw e;
                }
                Thread.sleep(200);
            }
        }
    }

    private static void enableAuth(Auth auth) throws Exception {
        for (String user : List.of("root", USER)) {
            auth.userAdd(bytes(user), bytes(PASSWORD)).get(30, TimeUnit.SECONDS);
        }
        auth.roleAdd(bytes("root")).get(30, TimeUnit.SECONDS);
        auth.userGrantRole(bytes("root"), bytes("root")).get(30, TimeUnit.SECONDS);
        auth.roleAdd(bytes("objects")).get(30, TimeUnit.SECONDS);
        auth.roleGrantPermission(bytes("objects"), ByteSequence.EMPTY, bytes("\0"), Permission.Type.READWRITE)
                .get(30, TimeUnit.SECONDS);
        auth.userGrantRole(bytes(USER), bytes("objects")).get(30, TimeUnit.SECONDS);
        auth.authEnable().get(30, TimeUnit.SECONDS);
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }
}
