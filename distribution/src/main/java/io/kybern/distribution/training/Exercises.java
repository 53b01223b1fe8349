package io.kybern.distribution.training;

import java.util.List;

/** The requests, in an order in which each finds what it needs. */
final class Exercises {
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

    private static final String NAMESPACE = "/api/v1/namespaces/training";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/training/deployments";
    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/training/leases";
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String LESSONS = "/apis/training.kybern.io/v1/namespaces/training/lessons";

    /** Once, before the others. */
    static final List<Exercise> FIRST =
            List.of(Exercise.create("/api/v1/namespaces", """
                    {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"training"}}"""), Exercise.create(DEFINITIONS, """
                    {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",\
                    "metadata":{"name":"lessons.training.kybern.io"},\
                    "spec":{"group":"training.kybern.io","scope":"Namespaced",\
                    "names":{"kind":"Lesson","plural":"lessons","singular":"lesson"},\
                    "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},\
                    "schema":{"openAPIV3Schema":{"type":"object","properties":{\
                    "spec":{"type":"object","x-kubernetes-validations":[\
                    {"rule":"self.pages <= 100 && (!has(self.chapters) || self.chapters.all(c, c.size() < 30))"}],\
                    "properties":{"pages":{"type":"integer","minimum":1,"default":3},\
                    "title":{"type":"string","maxLength":60,"pattern":"^[a-z0-9 ]+$"},\
                    "chapters":{"type":"array","maxItems":20,"items":{"type":"string","maxLength":30}}}},\
                    "status":{"type":"object","properties":{"read":{"type":"boolean"}}}}}}}]}}"""));

    /** Again and again. */
    static final List<Exercise> ALL = List.of(
            Exercise.create(NAMESPACE + "/configmaps", """
                    {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c-$n","labels":{"app":"training"}},\
                    "data":{"number":"$n","text":"some text, for which there is a configuration"}}"""),
            Exercise.get(NAMESPACE + "/configmaps/c-$n"),
            Exercise.patch(NAMESPACE + "/configmaps/c-$n", "merge-patch+json", """
                    {"data":{"more":"$n"}}"""),
            Exercise.create(NAMESPACE + "/pods?fieldManager=kubectl-create&fieldValidation=Strict", """
                    {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p-$n","labels":{"app":"training","pod":"$n"}},\
                    "spec":{"schedulerName":"nobody","containers":[{"name":"main","image":"registry.example/training:1",\
                    "env":[{"name":"NUMBER","value":"$n"}],"ports":[{"containerPort":8080}],\
                    "resources":{"requests":{"cpu":"10m","memory":"16Mi"}},\
                    "readinessProbe":{"httpGet":{"path":"/","port":8080}}}]}}"""),
            Exercise.patch(NAMESPACE + "/pods/p-$n", "strategic-merge-patch+json", """
                    {"metadata":{"annotations":{"note":"$n"}},\
                    "spec":{"containers":[{"name":"main","image":"registry.example/training:2"}]}}"""),
            Exercise.patch(NAMESPACE + "/pods/p-$n/status", "merge-patch+json", """
                    {"status":{"message":"status $n"}}"""),
            Exercise.get(NAMESPACE + "/pods/p-$n"),
            Exercise.get(NAMESPACE + "/pods?limit=20", PROTOBUF),
            Exercise.get(NAMESPACE + "/pods?limit=20", TABLE + ",application/json"),
            Exercise.get(NAMESPACE + "/pods?labelSelector=pod%3D$n"),
            Exercise.patch(DEPLOYMENTS + "/d-$n?fieldManager=training&force=true", "apply-patch+yaml", """
                    {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d-$n","labels":{"app":"training"}},\
                    "spec":{"replicas":1,"selector":{"matchLabels":{"app":"d-$n"}},\
                    "template":{"metadata":{"labels":{"app":"d-$n"}},\
                    "spec":{"containers":[{"name":"main","image":"registry.example/training:1"}]}}}}"""),
            Exercise.patch(DEPLOYMENTS + "/d-$n?fieldManager=training&force=true", "apply-patch+yaml", """
                    {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d-$n","labels":{"app":"training"}},\
                    "spec":{"replicas":0,"selector":{"matchLabels":{"app":"d-$n"}},\
                    "template":{"metadata":{"labels":{"app":"d-$n"}},\
                    "spec":{"containers":[{"name":"main","image":"registry.example/training:2"}]}}}}"""),
            Exercise.create(LEASES, """
                    {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l-$n"},\
                    "spec":{"holderIdentity":"training","leaseDurationSeconds":15}}"""),
            Exercise.update(LEASES + "/l-$n", """
                    {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l-$n"},\
                    "spec":{"holderIdentity":"training $n","leaseDurationSeconds":15}}"""),
            Exercise.create(LESSONS, """
                    {"apiVersion":"training.kybern.io/v1","kind":"Lesson","metadata":{"name":"lesson-$n"},\
                    "spec":{"title":"lesson $n","chapters":["one","two","three"]}}"""),
            Exercise.patch(LESSONS + "/lesson-$n/status", "merge-patch+json", """
                    {"status":{"read":true}}"""),
            Exercise.get(LESSONS + "?limit=20"),
            Exercise.delete(LESSONS + "/lesson-$n"),
            Exercise.delete(DEPLOYMENTS + "/d-$n"),
            Exercise.delete(LEASES + "/l-$n"),
            Exercise.delete(NAMESPACE + "/pods/p-$n?gracePeriodSeconds=0"));

    /** What watches meanwhile; each ends after a second and begins again. */
    static final List<Exercise> WATCHES = List.of(
            Exercise.get(NAMESPACE + "/configmaps?watch=1&timeoutSeconds=1"),
            Exercise.get(NAMESPACE + "/pods?watch=1&timeoutSeconds=1&allowWatchBookmarks=true"),
            Exercise.get("/api/v1/pods?watch=1&timeoutSeconds=1", PROTOBUF + ";stream=watch"),
            Exercise.get(LESSONS + "?watch=1&timeoutSeconds=1"));

    /** What kubectl and client libraries look at first. */
    static final List<Exercise> LAST = List.of(
            Exercise.get(
                    "/apis", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"),
            Exercise.get(
                    "/api", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"),
            Exercise.get("/openapi/v3"),
            Exercise.get("/openapi/v2", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"),
            Exercise.get("/version"),
            Exercise.get("/metrics"));

    private Exercises() {}
}
