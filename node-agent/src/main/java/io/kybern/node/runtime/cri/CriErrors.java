package io.kybern.node.runtime.cri;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.kybern.node.runtime.ContainerFailure;
import java.util.Optional;
import java.util.function.Supplier;

/** What the gRPC status of a call that failed means to the node agent. */
final class CriErrors {
    private CriErrors() {}

    /**
     * What a call answers; empty when the thing that it is about is gone.
     *
     * @throws StatusRuntimeException if it fails otherwise
     */
    static <T> Optional<T> unlessMissing(Supplier<T> call) {
        try {
            return Optional.of(call.get());
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The failure as a pod's owner sees it, in the runtime's own words; if it has none, the status. */
    static ContainerFailure failure(String reason, StatusRuntimeException e) {
        String description = e.getStatus().getDescription();
        return new ContainerFailure(reason, description == null ? e.getStatus().toString() : description, e);
    }
}
