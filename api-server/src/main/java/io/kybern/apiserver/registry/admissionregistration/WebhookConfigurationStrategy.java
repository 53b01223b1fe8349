package io.kybern.apiserver.registry.admissionregistration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.util.List;
import java.util.Set;

/** What both kinds of webhook configurations have in common, which is all but a default. */
abstract sealed class WebhookConfigurationStrategy implements Strategy
        permits MutatingWebhookConfigurationStrategy, ValidatingWebhookConfigurationStrategy {
    private final boolean mutating;

    /** @param mutating whether the webhooks change objects, and may be asked again after others did */
    WebhookConfigurationStrategy(boolean mutating) {
        this.mutating = mutating;
    }

    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.WHOLE.withAnyFinalizer();
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        Webhooks.applyDefaults(object, mutating);
    }

    @Override
    public Set<String> generationFields() {
        return Set.of("webhooks");
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        Webhooks.validate(object, errors);
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.integer("Webhooks", "integer", o -> o.path("webhooks").size()),
                Columns.AGE);
    }
}
