package io.kybern.node.runtime.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.kybern.node.runtime.ContainerFailure;
import org.junit.jupiter.api.Test;

class CriErrorsTest {
    private static Object fail(Status status) {
        throw status.asRuntimeException();
    }

    @Test
    void onlyWhatIsGoneIsEmpty() {
        assertThat(CriErrors.unlessMissing(() -> "there")).contains("there");
        assertThat(CriErrors.unlessMissing(() -> fail(Status.NOT_FOUND))).isEmpty();
        assertThatThrownBy(() -> CriErrors.unlessMissing(() -> fail(Status.UNAVAILABLE)))
                .isInstanceOf(StatusRuntimeException.class);
    }

    @Test
    void aFailureTellsWhatTheRuntimeSays() {
        StatusRuntimeException spoken =
                Status.UNKNOWN.withDescription("no such image").asRuntimeException();
        ContainerFailure failure = CriErrors.failure("CreateContainerError", spoken);
        assertThat(failure.reason()).isEqualTo("CreateContainerError");
        assertThat(failure.text()).isEqualTo("no such image");
        assertThat(failure).hasCause(spoken);
    }

    @Test
    void aFailureWithoutWordsTellsTheStatus() {
        ContainerFailure failure = CriErrors.failure("RunContainerError", Status.UNAVAILABLE.asRuntimeException());
        assertThat(failure.text()).contains("UNAVAILABLE");
    }
}
