package io.kybern.apiserver.registry;

import io.kybern.apiserver.registry.admissionregistration.MutatingAdmissionPolicyBindingStrategy;
import io.kybern.apiserver.registry.admissionregistration.MutatingAdmissionPolicyStrategy;
import io.kybern.apiserver.registry.admissionregistration.MutatingWebhookConfigurationStrategy;
import io.kybern.apiserver.registry.admissionregistration.ValidatingAdmissionPolicyBindingStrategy;
import io.kybern.apiserver.registry.admissionregistration.ValidatingAdmissionPolicyStrategy;
import io.kybern.apiserver.registry.admissionregistration.ValidatingWebhookConfigurationStrategy;
import io.kybern.apiserver.registry.apiregistration.APIServiceStrategy;
import io.kybern.apiserver.registry.apps.ControllerRevisionStrategy;
import io.kybern.apiserver.registry.apps.DaemonSetStrategy;
import io.kybern.apiserver.registry.apps.DeploymentStrategy;
import io.kybern.apiserver.registry.apps.ReplicaSetStrategy;
import io.kybern.apiserver.registry.apps.StatefulSetStrategy;
import io.kybern.apiserver.registry.autoscaling.HorizontalPodAutoscalerStrategy;
import io.kybern.apiserver.registry.batch.CronJobStrategy;
import io.kybern.apiserver.registry.batch.JobStrategy;
import io.kybern.apiserver.registry.certificates.CertificateSigningRequestStrategy;
import io.kybern.apiserver.registry.coordination.LeaseStrategy;
import io.kybern.apiserver.registry.core.ConfigMapStrategy;
import io.kybern.apiserver.registry.core.EndpointsStrategy;
import io.kybern.apiserver.registry.core.EventStrategy;
import io.kybern.apiserver.registry.core.LimitRangeStrategy;
import io.kybern.apiserver.registry.core.NamespaceStrategy;
import io.kybern.apiserver.registry.core.NodeStrategy;
import io.kybern.apiserver.registry.core.PersistentVolumeClaimStrategy;
import io.kybern.apiserver.registry.core.PersistentVolumeStrategy;
import io.kybern.apiserver.registry.core.PodStrategy;
import io.kybern.apiserver.registry.core.PodTemplateStrategy;
import io.kybern.apiserver.registry.core.ReplicationControllerStrategy;
import io.kybern.apiserver.registry.core.ResourceQuotaStrategy;
import io.kybern.apiserver.registry.core.SecretStrategy;
import io.kybern.apiserver.registry.core.ServiceAccountStrategy;
import io.kybern.apiserver.registry.core.ServiceStrategy;
import io.kybern.apiserver.registry.discovery.EndpointSliceStrategy;
import io.kybern.apiserver.registry.flowcontrol.FlowSchemaStrategy;
import io.kybern.apiserver.registry.flowcontrol.PriorityLevelConfigurationStrategy;
import io.kybern.apiserver.registry.networking.IPAddressStrategy;
import io.kybern.apiserver.registry.networking.IngressClassStrategy;
import io.kybern.apiserver.registry.networking.IngressStrategy;
import io.kybern.apiserver.registry.networking.NetworkPolicyStrategy;
import io.kybern.apiserver.registry.networking.ServiceCIDRStrategy;
import io.kybern.apiserver.registry.node.RuntimeClassStrategy;
import io.kybern.apiserver.registry.policy.PodDisruptionBudgetStrategy;
import io.kybern.apiserver.registry.rbac.ClusterRoleBindingStrategy;
import io.kybern.apiserver.registry.rbac.ClusterRoleStrategy;
import io.kybern.apiserver.registry.rbac.RoleBindingStrategy;
import io.kybern.apiserver.registry.rbac.RoleStrategy;
import io.kybern.apiserver.registry.resource.DeviceClassStrategy;
import io.kybern.apiserver.registry.resource.ResourceClaimStrategy;
import io.kybern.apiserver.registry.resource.ResourceClaimTemplateStrategy;
import io.kybern.apiserver.registry.resource.ResourceSliceStrategy;
import io.kybern.apiserver.registry.scheduling.PriorityClassStrategy;
import io.kybern.apiserver.registry.storage.CSIDriverStrategy;
import io.kybern.apiserver.registry.storage.CSINodeStrategy;
import io.kybern.apiserver.registry.storage.CSIStorageCapacityStrategy;
import io.kybern.apiserver.registry.storage.StorageClassStrategy;
import io.kybern.apiserver.registry.storage.VolumeAttachmentStrategy;
import io.kybern.apiserver.registry.storage.VolumeAttributesClassStrategy;
import io.kybern.crd.definition.CustomResourceDefinitionStrategy;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.Strategy;
import java.util.HashMap;
import java.util.Map;

/** Which strategy each built-in kind has: one line a kind. A kind that is not here has nothing special about it. */
final class BuiltinStrategies {
    private final Map<GroupResource, Strategy> strategies = new HashMap<>();

    BuiltinStrategies() {
        // core
        strategies.put(new GroupResource("", "events"), new EventStrategy(false));
        strategies.put(new GroupResource("", "limitranges"), new LimitRangeStrategy());
        strategies.put(new GroupResource("", "namespaces"), new NamespaceStrategy());
        strategies.put(new GroupResource("", "nodes"), new NodeStrategy());
        strategies.put(new GroupResource("", "pods"), new PodStrategy());
        strategies.put(new GroupResource("", "podtemplates"), new PodTemplateStrategy());
        strategies.put(new GroupResource("", "replicationcontrollers"), new ReplicationControllerStrategy());
        strategies.put(new GroupResource("", "resourcequotas"), new ResourceQuotaStrategy());
        strategies.put(new GroupResource("", "serviceaccounts"), new ServiceAccountStrategy());
        put("", "configmaps", new ConfigMapStrategy());
        put("", "secrets", new SecretStrategy());
        put("", "services", new ServiceStrategy());
        put("", "endpoints", new EndpointsStrategy());
        put("", "persistentvolumes", new PersistentVolumeStrategy());
        put("", "persistentvolumeclaims", new PersistentVolumeClaimStrategy());

        // apps
        strategies.put(new GroupResource("apps", "controllerrevisions"), new ControllerRevisionStrategy());
        strategies.put(new GroupResource("apps", "daemonsets"), new DaemonSetStrategy());
        strategies.put(new GroupResource("apps", "deployments"), new DeploymentStrategy());
        strategies.put(new GroupResource("apps", "replicasets"), new ReplicaSetStrategy());
        strategies.put(new GroupResource("apps", "statefulsets"), new StatefulSetStrategy());

        // autoscaling, batch, policy, events.k8s.io
        strategies.put(
                new GroupResource("autoscaling", "horizontalpodautoscalers"), new HorizontalPodAutoscalerStrategy());
        strategies.put(new GroupResource("batch", "cronjobs"), new CronJobStrategy());
        strategies.put(new GroupResource("batch", "jobs"), new JobStrategy());
        strategies.put(new GroupResource("events.k8s.io", "events"), new EventStrategy(true));
        strategies.put(new GroupResource("policy", "poddisruptionbudgets"), new PodDisruptionBudgetStrategy());

        // rbac.authorization.k8s.io, coordination.k8s.io, discovery.k8s.io
        put("rbac.authorization.k8s.io", "roles", new RoleStrategy());
        put("rbac.authorization.k8s.io", "clusterroles", new ClusterRoleStrategy());
        put("rbac.authorization.k8s.io", "rolebindings", new RoleBindingStrategy());
        put("rbac.authorization.k8s.io", "clusterrolebindings", new ClusterRoleBindingStrategy());
        put("coordination.k8s.io", "leases", new LeaseStrategy());
        put("discovery.k8s.io", "endpointslices", new EndpointSliceStrategy());

        // networking.k8s.io, storage.k8s.io, node.k8s.io, scheduling.k8s.io
        put("networking.k8s.io", "ingresses", new IngressStrategy());
        put("networking.k8s.io", "ingressclasses", new IngressClassStrategy());
        put("networking.k8s.io", "networkpolicies", new NetworkPolicyStrategy());
        put("networking.k8s.io", "ipaddresses", new IPAddressStrategy());
        put("networking.k8s.io", "servicecidrs", new ServiceCIDRStrategy());
        put("storage.k8s.io", "storageclasses", new StorageClassStrategy());
        put("storage.k8s.io", "volumeattributesclasses", new VolumeAttributesClassStrategy());
        put("storage.k8s.io", "csidrivers", new CSIDriverStrategy());
        put("storage.k8s.io", "csinodes", new CSINodeStrategy());
        put("storage.k8s.io", "csistoragecapacities", new CSIStorageCapacityStrategy());
        put("storage.k8s.io", "volumeattachments", new VolumeAttachmentStrategy());
        put("node.k8s.io", "runtimeclasses", new RuntimeClassStrategy());
        put("scheduling.k8s.io", "priorityclasses", new PriorityClassStrategy());

        // everything else
        put("certificates.k8s.io", "certificatesigningrequests", new CertificateSigningRequestStrategy());
        put(
                "admissionregistration.k8s.io",
                "validatingwebhookconfigurations",
                new ValidatingWebhookConfigurationStrategy());
        put(
                "admissionregistration.k8s.io",
                "mutatingwebhookconfigurations",
                new MutatingWebhookConfigurationStrategy());
        put("admissionregistration.k8s.io", "validatingadmissionpolicies", new ValidatingAdmissionPolicyStrategy());
        put(
                "admissionregistration.k8s.io",
                "validatingadmissionpolicybindings",
                new ValidatingAdmissionPolicyBindingStrategy());
        put("admissionregistration.k8s.io", "mutatingadmissionpolicies", new MutatingAdmissionPolicyStrategy());
        put(
                "admissionregistration.k8s.io",
                "mutatingadmissionpolicybindings",
                new MutatingAdmissionPolicyBindingStrategy());
        put("flowcontrol.apiserver.k8s.io", "flowschemas", new FlowSchemaStrategy());
        put("flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations", new PriorityLevelConfigurationStrategy());
        put("apiextensions.k8s.io", "customresourcedefinitions", new CustomResourceDefinitionStrategy());
        put("apiregistration.k8s.io", "apiservices", new APIServiceStrategy());
        put("resource.k8s.io", "deviceclasses", new DeviceClassStrategy());
        put("resource.k8s.io", "resourceclaims", new ResourceClaimStrategy());
        put("resource.k8s.io", "resourceclaimtemplates", new ResourceClaimTemplateStrategy());
        put("resource.k8s.io", "resourceslices", new ResourceSliceStrategy());
    }

    private void put(String group, String resource, Strategy strategy) {
        strategies.put(new GroupResource(group, resource), strategy);
    }

    Strategy of(GroupResource resource) {
        return strategies.getOrDefault(resource, Strategy.PLAIN);
    }
}
