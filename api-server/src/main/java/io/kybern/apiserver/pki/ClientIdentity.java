package io.kybern.apiserver.pki;

import java.util.List;

/**
 * Someone who proves by a client certificate who they are.
 *
 * @param fileName of the certificate and key, without extension; the names that kubeadm uses where it has one
 */
public record ClientIdentity(String fileName, String user, List<String> groups) {
    /** May do everything, also without RBAC. */
    public static final ClientIdentity ADMIN =
            new ClientIdentity("admin", "kubernetes-admin", List.of("system:masters"));

    /** All controllers share it, so it may do what the service accounts of the original's controllers may together. */
    public static final ClientIdentity CONTROLLERS =
            new ClientIdentity("controller-manager", "system:kube-controller-manager", List.of("system:masters"));

    /** In the group that every authorizer lets pass, as the controllers are: it serves also where RBAC does not run. */
    public static final ClientIdentity SCHEDULER =
            new ClientIdentity("scheduler", "system:kube-scheduler", List.of("system:masters"));

    /** The server itself when it talks to kubelets. */
    public static final ClientIdentity KUBELET_CLIENT =
            new ClientIdentity("apiserver-kubelet-client", "kube-apiserver-kubelet-client", List.of("system:masters"));

    public ClientIdentity {
        groups = List.copyOf(groups);
    }

    /** The kubelet of a node, as the node authorizer and NodeRestriction know it. */
    public static ClientIdentity node(String nodeName) {
        return new ClientIdentity("node-" + nodeName, "system:node:" + nodeName, List.of("system:nodes"));
    }
}
