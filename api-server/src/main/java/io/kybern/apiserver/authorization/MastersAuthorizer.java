package io.kybern.apiserver.authorization;

import io.kybern.apiserver.authentication.User;

/** The group {@code system:masters} may do everything. Source: {@code authorizerfactory.NewPrivilegedGroups}. */
public final class MastersAuthorizer implements Authorizer {
    private static final Decision ALLOW = new Decision.Allow("");
    private static final Decision NO_OPINION = new Decision.NoOpinion("");

    @Override
    public Decision authorize(AuthorizationAttributes attributes) {
        return attributes.user().in(User.MASTERS) ? ALLOW : NO_OPINION;
    }
}
