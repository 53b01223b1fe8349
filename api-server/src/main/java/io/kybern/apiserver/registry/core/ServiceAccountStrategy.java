package io.kybern.apiserver.registry.core;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.objects;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.util.List;
import java.util.Set;

/** ServiceAccounts. Source: {@code pkg/registry/core/serviceaccount/strategy.go}. */
public final class ServiceAccountStrategy implements Strategy {
    private static final String ENFORCE_MOUNTABLE = "kubernetes.io/enforce-mountable-secrets";
    private static final List<TableColumn> COLUMNS = List.of(Columns.NAME, Columns.AGE);

    @Override
    public void prepareForCreate(ObjectNode account, RequestContext context) {
        namesOnly(account);
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        namesOnly(updated);
    }

    /** A reference to a secret is a name and nothing else. */
    private static void namesOnly(ObjectNode account) {
        objects(account.path("secrets")).forEach(secret -> secret.retain(Set.of("name")));
    }

    @Override
    public List<String> warnings(ObjectNode account) {
        return at(account, "metadata", "annotations").has(ENFORCE_MOUNTABLE)
                ? List.of("metadata.annotations[" + ENFORCE_MOUNTABLE
                        + "]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets")
                : List.of();
    }

    @Override
    public List<String> updateWarnings(ObjectNode updated, ObjectNode existing) {
        return at(existing, "metadata", "annotations").has(ENFORCE_MOUNTABLE) ? List.of() : warnings(updated);
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return COLUMNS;
    }
}
