package io.kybern.apiserver.loopback;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.service.IpAddressObjects;
import io.kybern.crd.resource.GroupResource;

/** IPAddress objects, written as any other. */
public final class StoredIpAddresses implements IpAddressObjects {
    private static final GroupResource ADDRESSES = new GroupResource("networking.k8s.io", "ipaddresses");
    private static final int CONFLICT = 409;

    private final Loopback loopback;

    public StoredIpAddresses(Loopback loopback) {
        this.loopback = loopback;
    }

    @Override
    public boolean create(ObjectNode address) {
        Loopback.Answer answer = loopback.create(address);
        if (!answer.ok() && answer.status() != CONFLICT) {
            throw ApiException.of(Reason.UNKNOWN, answer.body().path("message").asText());
        }
        return answer.ok();
    }

    @Override
    public boolean exists(String name) {
        return loopback.exists(ADDRESSES, "", name);
    }

    @Override
    public void delete(String name) {
        ObjectNode address = JsonNodeFactory.instance.objectNode();
        address.put("kind", "IPAddress").put("apiVersion", "networking.k8s.io/v1");
        address.putObject("metadata").put("name", name);
        loopback.delete(address);
    }
}
