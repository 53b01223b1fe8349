package io.kybern.apiserver.authorization.rbac;

import io.kybern.apiserver.admission.AdmissionPlugin;
import io.kybern.apiserver.admission.AdmissionRequest;

/**
 * Runs {@link EscalationCheck} on every write of a role or binding. The original does it in the storage of these kinds;
 * what is refused, and how, is the same.
 */
public final class EscalationPlugin implements AdmissionPlugin {
    private final EscalationCheck check;

    public EscalationPlugin(EscalationCheck check) {
        this.check = check;
    }

    @Override
    public String name() {
        return "RoleEscalation";
    }

    @Override
    public boolean handles(AdmissionRequest request) {
        return request.resource().group().equals("rbac.authorization.k8s.io")
                && request.object().isPresent();
    }

    @Override
    public void validate(AdmissionRequest request) {
        request.object()
                .ifPresent(object -> check.check(request.user(), request.resource(), object, request.oldObject()));
    }
}
