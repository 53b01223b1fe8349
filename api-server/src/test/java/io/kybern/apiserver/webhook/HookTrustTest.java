package io.kybern.apiserver.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kybern.apiserver.pki.Pki;
import io.kybern.apiserver.service.ServiceAddresses;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Source of the texts: Go's {@code crypto/x509}. */
class HookTrustTest {
    private final HttpsHooks hooks = new HttpsHooks(new ServiceAddresses(HttpsHooksTest.NOTHING, new Random(1)));

    @AfterEach
    void close() {
        hooks.close();
    }

    private String complaint(Pki pki, String caBundle, String... names) {
        try (TestHook hook = new TestHook(exchange -> exchange.sendResponseHeaders(200, -1), pki, List.of(names))) {
            String bundle = caBundle.isEmpty() ? hook.caBundle() : caBundle;
            HookAddress address = new HookAddress(hook.url("/"), Optional.empty(), bundle);
            HookException refused =
                    catchThrowableOfType(HookException.class, () -> hooks.post(address, 10, new byte[0]));
            return refused.text().replaceFirst(".*tls: failed to verify certificate: ", "");
        }
    }

    private static Pki pki(InstantSource clock) {
        return Pki.inMemory(clock);
    }

    @Test
    void aCertificateForOtherNamesTellsWhich() {
        assertThat(complaint(pki(InstantSource.system()), "", "one.example", "two.example", "10.0.0.1"))
                .isEqualTo("x509: certificate is valid for one.example, two.example, not localhost");
        assertThat(complaint(pki(InstantSource.system()), "", "10.0.0.1"))
                .isEqualTo("x509: certificate is not valid for any names, but wanted to match localhost");
    }

    @Test
    void anExpiredCertificateTellsSinceWhen() {
        Pki old = pki(InstantSource.fixed(Instant.parse("2001-01-01T00:00:00Z")));
        assertThat(complaint(old, "", "localhost"))
                .matches("x509: certificate has expired or is not yet valid: current time 2\\S+Z is after 20\\S+Z");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsUnknown() {
        try (TestHook other = new TestHook(exchange -> {})) {
            assertThat(complaint(pki(InstantSource.system()), other.caBundle(), "localhost"))
                    .isEqualTo("x509: certificate signed by unknown authority");
        }
    }
}
