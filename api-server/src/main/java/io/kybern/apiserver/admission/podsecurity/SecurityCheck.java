package io.kybern.apiserver.admission.podsecurity;

import java.util.Optional;

/** Looks for one kind of offence. */
@FunctionalInterface
interface SecurityCheck {
    /** All that a pod offends in one finding; empty if it does not. */
    Optional<Finding> check(SecuredPod pod);
}
