package io.kybern.junit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What hosts the server process is not for the class path of users' tests. */
class ClassPathTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.quarkus.runtime.Quarkus",
                "jakarta.enterprise.inject.Instance",
                "org.eclipse.microprofile.health.HealthCheck",
                "org.jboss.logmanager.LogManager"
            })
    void holdsNothingOfQuarkus(String name) {
        assertThatThrownBy(() -> Class.forName(name)).isInstanceOf(ClassNotFoundException.class);
    }
}
