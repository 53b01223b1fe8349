package io.kybern.apiserver.service;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.endpoint.SideEffects;

/** Cluster IPs and node ports as side effects of writing Services. */
public final class ServiceSideEffects implements SideEffects {
    private final ServiceAllocator allocator;

    public ServiceSideEffects(ServiceAllocator allocator) {
        this.allocator = allocator;
    }

    @Override
    public Held create(ObjectNode object, boolean dryRun) {
        return held(allocator.create(object, dryRun));
    }

    @Override
    public Held update(ObjectNode updated, ObjectNode existing, boolean dryRun) {
        return held(allocator.update(updated, existing, dryRun));
    }

    @Override
    public void deleted(ObjectNode object) {
        allocator.release(object);
    }

    private static Held held(ServiceAllocator.Allocation allocation) {
        return new Held() {
            @Override
            public void keep() {
                allocation.commit();
            }

            @Override
            public void giveBack() {
                allocation.revert();
            }
        };
    }
}
