package io.kybern.operators.controller.endpointslice;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;

/** What a plan wants to be done to a slice. */
public sealed interface SliceChange {
    EndpointSlice slice();

    record Create(EndpointSlice slice) implements SliceChange {}

    record Update(EndpointSlice slice) implements SliceChange {}

    record Delete(EndpointSlice slice) implements SliceChange {}
}
