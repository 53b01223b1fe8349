package io.kybern.apiserver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionPlugin;
import io.kybern.apiserver.authentication.Authenticator;
import io.kybern.apiserver.authentication.ClientCertificateAuthenticator;
import io.kybern.apiserver.authentication.InProcessAuthenticator;
import io.kybern.apiserver.authentication.serviceaccount.ServiceAccountAuthenticator;
import io.kybern.apiserver.authentication.serviceaccount.TokenSigner;
import io.kybern.apiserver.authentication.token.BearerAuthenticator;
import io.kybern.apiserver.authentication.token.BootstrapTokenAuthenticator;
import io.kybern.apiserver.authentication.token.StaticTokenAuthenticator;
import io.kybern.apiserver.authentication.token.TokenAuthenticator;
import io.kybern.apiserver.authentication.token.TokenAuthenticators;
import io.kybern.apiserver.authorization.Authorizer;
import io.kybern.apiserver.authorization.MastersAuthorizer;
import io.kybern.apiserver.authorization.node.NodeAuthorizer;
import io.kybern.apiserver.authorization.rbac.EscalationCheck;
import io.kybern.apiserver.authorization.rbac.EscalationPlugin;
import io.kybern.apiserver.authorization.rbac.PolicyRule;
import io.kybern.apiserver.authorization.rbac.RbacAuthorizer;
import io.kybern.apiserver.authorization.rbac.StoredRoles;
import io.kybern.apiserver.endpoint.CachedObjects;
import io.kybern.apiserver.endpoint.SpecialEndpoints;
import io.kybern.apiserver.endpoint.SubjectAdmission;
import io.kybern.apiserver.endpoint.review.AccessReviewEndpoint;
import io.kybern.apiserver.endpoint.review.AccessReviewEndpoint.Subject;
import io.kybern.apiserver.endpoint.review.RulesReviewEndpoint;
import io.kybern.apiserver.endpoint.review.SelfSubjectReviewEndpoint;
import io.kybern.apiserver.endpoint.review.TokenRequestEndpoint;
import io.kybern.apiserver.endpoint.review.TokenReviewEndpoint;
import io.kybern.apiserver.registry.BuiltinResources;
import io.kybern.apiserver.registry.ResourceRegistry;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Who is who and who may do what, assembled: authenticators and authorizers in their order, and the reviews of both. */
final class Access {
    private static final ObjectNode NODE_ROLE =
            JsonNodeFactory.instance.objectNode().put("kind", "ClusterRole").put("name", "system:node");
    private static final String AUTHENTICATION = "authentication.k8s.io";
    private static final String AUTHORIZATION = "authorization.k8s.io";

    private final ApiServerConfig config;
    private final BuiltinResources builtin;
    private final CachedObjects objects;
    private final InstantSource clock;
    private final List<String> audiences;
    private final TokenSigner signer;
    private final TokenAuthenticator tokens;
    private final RbacAuthorizer rbac;
    private final Authorizer authorizer;

    Access(ApiServerConfig config, BuiltinResources builtin, ResourceRegistry registry, InstantSource clock) {
        this.config = config;
        this.builtin = builtin;
        this.objects = new CachedObjects(registry);
        this.clock = clock;
        this.audiences = List.of(config.serviceAccountIssuer());
        this.signer = new TokenSigner(config.pki()::serviceAccountKeys);
        this.tokens = tokens();
        this.rbac = new RbacAuthorizer(new StoredRoles(registry));
        this.authorizer = Authorizer.inOrder(
                List.of(new MastersAuthorizer(), new NodeAuthorizer(objects, this::nodeRules), rbac));
    }

    private TokenAuthenticator tokens() {
        List<TokenAuthenticator> chain = new ArrayList<>();
        config.tokenAuthFile().ifPresent(file -> {
            try {
                chain.add(TokenAuthenticators.forAudiences(StaticTokenAuthenticator.fromFile(file), audiences));
            } catch (IOException | IllegalArgumentException e) {
                throw new ApiServerStartException("can't use --token-auth-file: " + e.getMessage(), e);
            }
        });
        chain.add(new ServiceAccountAuthenticator(signer, config.serviceAccountIssuer(), objects, clock));
        chain.add(TokenAuthenticators.forAudiences(new BootstrapTokenAuthenticator(objects, clock), audiences));
        return new TokenAuthenticators(chain);
    }

    private List<PolicyRule> nodeRules() {
        return rbac.snapshot().resolve(NODE_ROLE, "").orElse(List.of());
    }

    List<Authenticator> authenticators() {
        return List.of(
                new InProcessAuthenticator(),
                new ClientCertificateAuthenticator(config.pki().authority().certificate(), clock),
                new BearerAuthenticator(tokens, audiences));
    }

    Authorizer authorizer() {
        return authorizer;
    }

    /** The last of the plugins that admit. */
    AdmissionPlugin escalationCheck() {
        return new EscalationPlugin(new EscalationCheck(rbac, authorizer));
    }

    void serveReviews(SpecialEndpoints endpoints, SubjectAdmission admission) {
        endpoints
                .add(AUTHENTICATION, "selfsubjectreviews", "", new SelfSubjectReviewEndpoint(clock))
                .add(AUTHENTICATION, "tokenreviews", "", new TokenReviewEndpoint(tokens, audiences, clock))
                .add(AUTHORIZATION, "selfsubjectaccessreviews", "", review(Subject.SELF))
                .add(AUTHORIZATION, "subjectaccessreviews", "", review(Subject.NAMED))
                .add(AUTHORIZATION, "localsubjectaccessreviews", "", review(Subject.LOCAL))
                .add(AUTHORIZATION, "selfsubjectrulesreviews", "", new RulesReviewEndpoint(rbac))
                .add(
                        "",
                        "serviceaccounts",
                        "token",
                        new TokenRequestEndpoint(
                                () -> builtin.schemas()
                                        .find(TokenRequestEndpoint.KIND)
                                        .orElseThrow(),
                                objects,
                                admission,
                                claims -> signer.sign(claims.toJson()),
                                config.serviceAccountIssuer(),
                                audiences,
                                clock,
                                UUID::randomUUID));
    }

    private AccessReviewEndpoint review(Subject subject) {
        return new AccessReviewEndpoint(subject, authorizer, clock);
    }
}
