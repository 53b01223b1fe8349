package io.kybern.apiserver.customresource;

import io.kybern.apiserver.storage.ResourceStore.ObjectFilter;
import io.kybern.apiserver.storage.StoredObject;

/** All objects of a resource. */
enum Everything implements ObjectFilter {
    FILTER;

    @Override
    public String namespace() {
        return "";
    }

    @Override
    public boolean matchesAll() {
        return true;
    }

    @Override
    public boolean test(StoredObject object) {
        return true;
    }
}
