package io.kybern.operators.scheduler.pod;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One version of a pod, reduced to what scheduling asks for, so that the rest of the object can be let go: a cluster
 * has many more pods than anything else the scheduler remembers.
 *
 * @param generation of the spec; goes into the condition's {@code observedGeneration}
 * @param nodeName empty while unassigned
 * @param requests what it takes from a node
 * @param nonZeroRequests the same with a typical amount of cpu and memory where a container states none; keeps pods
 *     without requests from piling up on one node
 * @param images as containers, init containers and image volumes name them, with a tag
 * @param claims whether it uses dynamic resource claims
 * @param volumeClaims names of the persistent volume claims that it mounts
 * @param created 1970 when unknown
 */
public record PodInfo(
        PodKey key,
        String resourceVersion,
        long generation,
        Map<String, String> labels,
        String nodeName,
        String nominatedNodeName,
        String schedulerName,
        int priority,
        boolean preempts,
        boolean terminating,
        Instant created,
        ResourceVector requests,
        ResourceVector nonZeroRequests,
        List<String> gates,
        List<HostPort> hostPorts,
        List<Toleration> tolerations,
        Map<String, String> nodeSelector,
        Optional<Affinity> affinity,
        List<TopologySpreadConstraint> spread,
        List<String> images,
        int containers,
        boolean claims,
        List<String> volumeClaims,
        Optional<PodCondition> scheduled) {
    /** The condition type that tells whether a node was found. */
    public static final String POD_SCHEDULED = "PodScheduled";

    public static PodInfo of(Pod pod, ResourceNames names) {
        PodSpec spec = pod.getSpec();
        var metadata = pod.getMetadata();
        var status = Optional.ofNullable(pod.getStatus());
        return new PodInfo(
                new PodKey(metadata.getNamespace(), metadata.getName(), metadata.getUid()),
                text(metadata.getResourceVersion()),
                metadata.getGeneration() == null ? 0 : metadata.getGeneration(),
                metadata.getLabels() == null ? Map.of() : metadata.getLabels(),
                text(spec.getNodeName()),
                status.map(found -> text(found.getNominatedNodeName())).orElse(""),
                spec.getSchedulerName() == null ? "default-scheduler" : spec.getSchedulerName(),
                spec.getPriority() == null ? 0 : spec.getPriority(),
                !"Never".equals(spec.getPreemptionPolicy()),
                metadata.getDeletionTimestamp() != null,
                metadata.getCreationTimestamp() == null
                        ? Instant.EPOCH
                        : Instant.parse(metadata.getCreationTimestamp()),
                ResourceVector.of(PodRequests.exact(pod), names),
                ResourceVector.of(PodRequests.nonZero(pod), names),
                spec.getSchedulingGates().stream()
                        .map(PodSchedulingGate::getName)
                        .toList(),
                HostPort.of(spec),
                spec.getTolerations(),
                spec.getNodeSelector() == null ? Map.of() : spec.getNodeSelector(),
                Optional.ofNullable(spec.getAffinity()),
                spec.getTopologySpreadConstraints(),
                images(spec),
                spec.getContainers().size() + spec.getInitContainers().size(),
                !spec.getResourceClaims().isEmpty(),
                volumeClaims(pod),
                status.flatMap(found -> found.getConditions().stream()
                        .filter(condition -> POD_SCHEDULED.equals(condition.getType()))
                        .findFirst()));
    }

    public boolean isAssigned() {
        return !nodeName.isEmpty();
    }

    /** This pod as it will be on {@code node}. */
    public PodInfo onNode(String node) {
        return new PodInfo(
                key,
                resourceVersion,
                generation,
                labels,
                node,
                nominatedNodeName,
                schedulerName,
                priority,
                preempts,
                terminating,
                created,
                requests,
                nonZeroRequests,
                gates,
                hostPorts,
                tolerations,
                nodeSelector,
                affinity,
                spread,
                images,
                containers,
                claims,
                volumeClaims,
                scheduled);
    }

    /** An ephemeral volume's claim is named by pod and volume. */
    private static List<String> volumeClaims(Pod pod) {
        return pod.getSpec().getVolumes().stream()
                .flatMap(volume -> volume.getPersistentVolumeClaim() != null
                        ? Stream.of(volume.getPersistentVolumeClaim().getClaimName())
                        : volume.getEphemeral() != null
                                ? Stream.of(pod.getMetadata().getName() + "-" + volume.getName())
                                : Stream.empty())
                .toList();
    }

    private static List<String> images(PodSpec spec) {
        Stream<String> containers = Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream())
                .map(Container::getImage);
        Stream<String> volumes = spec.getVolumes().stream()
                .filter(volume -> volume.getImage() != null)
                .map(volume -> volume.getImage().getReference());
        return Stream.concat(containers, volumes)
                .filter(image -> image != null && !image.isEmpty())
                .map(ImageNames::withTag)
                .toList();
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }
}
