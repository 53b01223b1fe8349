package io.kybern.apiserver.bootstrap;

/**
 * Under which names the parts of the original write their first objects.
 *
 * @param status who applies the status; empty if that comes with the object
 */
record BootstrapManagers(String object, String status) {
    private static final String SERVER = "kube-apiserver";
    private static final String PRODUCER = "api-priority-and-fairness-config-producer-v1";
    private static final String CONSUMER = "api-priority-and-fairness-config-consumer-v1";

    static BootstrapManagers of(String kind) {
        return switch (kind) {
            case "FlowSchema" -> new BootstrapManagers(PRODUCER, CONSUMER);
            case "PriorityLevelConfiguration" -> new BootstrapManagers(PRODUCER, "");
            case "ServiceCIDR" -> new BootstrapManagers(SERVER, "kubernetes-service-cidr-controller");
            default -> new BootstrapManagers(SERVER, "");
        };
    }
}
