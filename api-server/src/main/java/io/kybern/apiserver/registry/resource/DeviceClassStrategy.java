package io.kybern.apiserver.registry.resource;

import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.util.List;
import java.util.Set;

/** DeviceClasses. */
public final class DeviceClassStrategy implements Strategy {
    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.WHOLE_AND_CHANGE;
    }

    @Override
    public Set<String> generationFields() {
        return Set.of("spec");
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(Columns.NAME, Columns.AGE);
    }
}
