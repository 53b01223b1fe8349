package io.kybern.apiserver.authentication.token;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.authentication.User;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.Trees;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tokens by which new nodes join: {@code id.secret}, kept as Secrets {@code bootstrap-token-ID} of {@code kube-system}.
 * Source: {@code plugin/pkg/auth/authenticator/token/bootstrap}.
 */
public final class BootstrapTokenAuthenticator implements TokenAuthenticator {
    private static final GroupResource SECRETS = new GroupResource("", "secrets");
    private static final Pattern TOKEN = Pattern.compile("([a-z0-9]{6})\\.([a-z0-9]{16})");
    private static final Pattern GROUP = Pattern.compile("system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]");

    private final ObjectReader objects;
    private final InstantSource clock;

    public BootstrapTokenAuthenticator(ObjectReader objects, InstantSource clock) {
        this.objects = objects;
        this.clock = clock;
    }

    @Override
    public Answer authenticate(String token, List<String> audiences) {
        Matcher parts = TOKEN.matcher(token);
        if (!parts.matches()) {
            return new Answer.Unknown();
        }
        String id = parts.group(1);
        return objects.get(SECRETS, "kube-system", "bootstrap-token-" + id)
                .filter(secret -> isGood(secret, id, parts.group(2)))
                .flatMap(secret -> groups(secret))
                .<Answer>map(
                        groups -> new Answer.Known(new User("system:bootstrap:" + id, "", groups, Map.of()), audiences))
                .orElseGet(Answer.Unknown::new);
    }

    private boolean isGood(ObjectNode secret, String id, String wanted) {
        return Trees.text(secret, "type").equals("bootstrap.kubernetes.io/token")
                && !secret.path("metadata").has("deletionTimestamp")
                && same(value(secret, "token-secret"), wanted)
                && value(secret, "token-id").equals(id)
                && value(secret, "usage-bootstrap-authentication").equals("true")
                && !isExpired(value(secret, "expiration"));
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private boolean isExpired(String expiration) {
        if (expiration.isEmpty()) {
            return false;
        }
        try {
            Instant end = OffsetDateTime.parse(expiration).toInstant();
            return !clock.instant().isBefore(end);
        } catch (DateTimeException e) {
            return true;
        }
    }

    /** Empty when the secret names a group that no such token may give. */
    private static Optional<List<String>> groups(ObjectNode secret) {
        List<String> groups = new ArrayList<>(List.of("system:bootstrappers"));
        String extra = value(secret, "auth-extra-groups");
        for (String group : extra.isEmpty() ? new String[0] : extra.split(",")) {
            if (!GROUP.matcher(group).matches()) {
                return Optional.empty();
            }
            groups.add(group);
        }
        return Optional.of(groups);
    }

    private static String value(ObjectNode secret, String name) {
        try {
            return new String(
                    Base64.getDecoder().decode(Trees.text(secret.path("data"), name)), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
