package io.kybern.apiserver.storage;

import io.kybern.apiserver.storage.ResourceStore.ObjectFilter;

/** All objects of a resource. */
public enum Everything implements ObjectFilter {
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
