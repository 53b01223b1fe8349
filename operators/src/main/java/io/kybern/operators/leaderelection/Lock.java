package io.kybern.operators.leaderelection;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.util.Optional;

/** Where it is written who leads. Blocks; what fails throws a {@code KubernetesClientException}. */
interface Lock {
    /** What it is called in messages. */
    String describe();

    /** As the server knows it: it need not be the newest, but doesn't wait for what the server stores in. */
    Optional<Lease> get();

    /** Fails with 409 if there is one. */
    Lease create(LeaseSpec spec);

    /** Fails with 409 if {@code lease} is not the newest. */
    Lease update(Lease lease);
}
