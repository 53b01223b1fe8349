package io.kybern.apiserver.endpoint;

import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.selector.FieldSelector;
import io.kybern.apiserver.selector.LabelSelector;
import io.kybern.apiserver.selector.Requirement;
import io.kybern.apiserver.storage.Marks;
import io.kybern.apiserver.storage.ResourceStore.ObjectFilter;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.crd.resource.ResourceDefinition;
import java.util.Optional;
import java.util.Set;

/** The objects of a namespace that a label and a field selector choose. */
record SelectorFilter(String namespace, LabelSelector labels, FieldSelector fields, boolean matchesAll)
        implements ObjectFilter {
    /**
     * The filter of a request.
     *
     * @throws ApiException 400 for a field that the kind can't be selected by
     */
    static SelectorFilter of(Resource resource, String namespace, LabelSelector labels, FieldSelector fields) {
        FieldSelector known = check(resource, fields);
        Optional<String> wanted = known.requiredValue("metadata.namespace");
        boolean everything = labels.isEmpty() && known.isEmpty();
        if (namespace.isEmpty() && wanted.isPresent() && resource.definition().namespaced()) {
            return new SelectorFilter(wanted.get(), labels, known, false);
        }
        return new SelectorFilter(namespace, labels, known, everything);
    }

    private static FieldSelector check(Resource resource, FieldSelector fields) {
        Set<String> special = resource.strategy().selectableFieldNames();
        ResourceDefinition definition = resource.definition();
        // a kind that converts its own labels knows a namespace only if it has one
        boolean namespaces = definition.namespaced() || special.isEmpty() && !definition.custom();
        for (String field : fields.fieldNames()) {
            boolean meta = field.equals("metadata.name") || namespaces && field.equals("metadata.namespace");
            if (!meta && !special.contains(field)) {
                throw ApiException.badRequest(resource.strategy().unsupportedFieldLabel(field));
            }
        }
        return fields;
    }

    @Override
    public boolean test(StoredObject object) {
        return labels.matches(object.labels()) && fields.matches(object);
    }

    @Override
    public long marks() {
        long marks = 0;
        for (Requirement requirement : labels.requirements()) {
            marks |= requirement
                    .requiredValue()
                    .map(value -> Marks.of(requirement.key(), value))
                    .orElse(0L);
        }
        // an empty value is also wanted of objects that lack the field
        return requiredField()
                        .filter(field -> !field.value().isEmpty() && Marks.hasField(field.field()))
                        .map(field -> Marks.of(field.field(), field.value()))
                        .orElse(0L)
                | marks;
    }

    @Override
    public Optional<RequiredField> requiredField() {
        return fields.requiredValue("spec.nodeName").map(v -> new RequiredField("spec.nodeName", v));
    }
}
