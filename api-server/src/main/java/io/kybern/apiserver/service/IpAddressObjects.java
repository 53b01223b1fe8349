package io.kybern.apiserver.service;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The stored {@code networking.k8s.io/v1 IPAddress} objects: holding one is holding the address. The allocator calls
 * from the thread of the request that needs an address.
 */
public interface IpAddressObjects {
    /** Stores the object; false when one of this name exists. May throw the ApiException of a failed validation. */
    boolean create(ObjectNode address);

    /** Whether there is one of this name. */
    boolean exists(String name);

    /** Deletes the object if it exists. */
    void delete(String name);
}
