package io.kybern.apiserver.registry.admissionregistration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.util.List;
import java.util.Set;

/** ValidatingWebhookConfigurations. */
public final class ValidatingWebhookConfigurationStrategy implements Strategy {
    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.WHOLE.withAnyFinalizer();
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        Webhooks.applyDefaults(object, false);
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
