"""What programs do with the official Python client, in the cluster of the kubeconfig that is the only argument."""

import sys

from kubernetes import client, config, dynamic, watch
from kubernetes.client.exceptions import ApiException
from kubernetes.stream import stream

PATIENCE = 30
config.load_kube_config(sys.argv[1])
core = client.CoreV1Api()
SPACE = "python"


def refused(status, reason, call, *arguments, **more):
    try:
        call(*arguments, **more)
    except ApiException as e:
        assert (e.status, reason in e.body) == (status, True), (e.status, e.body)
        return e.body
    raise AssertionError(f"not refused with {status}: {arguments}")


def until(events, stop):
    """The events up to the first of which stop says so."""
    seen = []
    for event in events:
        seen.append(event)
        if stop(event):
            return seen
    raise AssertionError(f"the watch ended before: {[event['type'] for event in seen]}")


def config_map(name, **data):
    return {"metadata": {"name": name, "labels": {"app": "python"}}, "data": data}


def objects():
    made = core.create_namespaced_config_map(SPACE, config_map("a", x="1"))
    assert made.metadata.uid and made.metadata.creation_timestamp.tzinfo
    refused(409, "AlreadyExists", core.create_namespaced_config_map, SPACE, config_map("a"))
    refused(404, "NotFound", core.read_namespaced_config_map, "b", SPACE)
    refused(422, "a lowercase RFC 1123 subdomain", core.create_namespaced_config_map, SPACE, config_map("_"))
    made.data["x"] = "2"
    put = core.replace_namespaced_config_map("a", SPACE, made)
    assert put.data == {"x": "2"}
    refused(409, "the object has been modified", core.replace_namespaced_config_map, "a", SPACE, made)

    for i in range(5):
        core.create_namespaced_config_map(SPACE, config_map(f"page-{i}"))
    first = core.list_namespaced_config_map(SPACE, label_selector="app=python", limit=4)
    assert (len(first.items), first.metadata.remaining_item_count) == (4, None), first.metadata
    rest = core.list_namespaced_config_map(SPACE, label_selector="app=python", limit=4, _continue=first.metadata._continue)
    assert [i.metadata.name for i in rest.items] == ["page-3", "page-4"]
    core.delete_collection_namespaced_config_map(SPACE, field_selector="metadata.name!=a", label_selector="app=python")
    assert [i.metadata.name for i in core.list_namespaced_config_map(SPACE, label_selector="app").items] == ["a"]


def patches():
    def patch(body, kind, **more):
        return core.patch_namespaced_config_map("a", SPACE, body, _content_type=f"application/{kind}", **more).data

    assert patch([{"op": "add", "path": "/data/y", "value": "3"}], "json-patch+json") == {"x": "2", "y": "3"}
    assert patch({"data": {"y": None}}, "merge-patch+json") == {"x": "2"}
    assert patch({"data": {"$patch": "replace", "z": "4"}}, "strategic-merge-patch+json") == {"z": "4"}

    applied = {"apiVersion": "v1", "kind": "ConfigMap", **config_map("a", z="5", own="6")}
    conflict = refused(409, "Conflict", patch, applied, "apply-patch+yaml", field_manager="one")
    assert ".data.z" in conflict, conflict
    assert patch(applied, "apply-patch+yaml", field_manager="one", force=True) == {"z": "5", "own": "6"}
    del applied["data"]["own"]
    assert patch(applied, "apply-patch+yaml", field_manager="one") == {"z": "5"}


def watches():
    revision = core.list_namespaced_config_map(SPACE).metadata.resource_version
    core.create_namespaced_config_map(SPACE, config_map("w"))
    core.patch_namespaced_config_map("w", SPACE, {"data": {"x": "1"}})
    core.delete_namespaced_config_map("w", SPACE)
    events = watch.Watch().stream(
        core.list_namespaced_config_map, SPACE, resource_version=revision, timeout_seconds=PATIENCE)
    seen = until(events, lambda event: event["type"] == "DELETED")
    assert [event["type"] for event in seen] == ["ADDED", "MODIFIED", "DELETED"]
    assert seen[1]["object"].data == {"x": "1"}
    ended = watch.Watch().stream(core.list_namespaced_config_map, SPACE, resource_version=revision, timeout_seconds=1)
    assert len(list(ended)) == 3, "a watch whose time is over ends in order"


def custom_kinds():
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "snakes.python.example.com"},
        "spec": {
            "group": "python.example.com", "scope": "Namespaced",
            "names": {"plural": "snakes", "singular": "snake", "kind": "Snake", "shortNames": ["sn"]},
            "versions": [{
                "name": "v1", "served": True, "storage": True, "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                    "spec": {"type": "object", "properties": {
                        "length": {"type": "integer", "default": 1, "maximum": 9}}},
                    "status": {"type": "object", "properties": {"fed": {"type": "boolean"}}}}}}}]}}
    dyn = dynamic.DynamicClient(client.ApiClient())
    definitions = dyn.resources.get(api_version="apiextensions.k8s.io/v1", kind="CustomResourceDefinition")
    definitions.create(body=definition)
    until(
        definitions.watch(name="snakes.python.example.com", timeout=PATIENCE),
        lambda event: any(c.type == "Established" and c.status == "True"
                          for c in event["object"].status.conditions or []))
    dyn.resources.invalidate_cache()
    snakes = dyn.resources.get(api_version="python.example.com/v1", kind="Snake")
    assert snakes.short_names == ["sn"] and "status" in snakes.subresources
    snake = {"apiVersion": "python.example.com/v1", "kind": "Snake", "metadata": {"name": "kaa"}, "spec": {}}
    assert snakes.create(body=snake, namespace=SPACE).spec.length == 1
    refused(422, "should be less than or equal to 9", snakes.patch, name="kaa", namespace=SPACE,
            body={"spec": {"length": 10}}, content_type="application/merge-patch+json")
    refused(415, "UnsupportedMediaType", snakes.patch, name="kaa", namespace=SPACE,
            body={"spec": {}}, content_type="application/strategic-merge-patch+json")
    snake["spec"]["length"] = 7
    applied = snakes.server_side_apply(body=snake, name="kaa", namespace=SPACE, field_manager="one",
                                       force_conflicts=True)
    assert (applied.spec.length, applied.metadata.generation) == (7, 2)
    fed = snakes.status.patch(name="kaa", namespace=SPACE, body={"status": {"fed": True}, "spec": {"length": 3}},
                              content_type="application/merge-patch+json")
    assert (fed.status.fed, fed.spec.length, fed.metadata.generation) == (True, 7, 2)
    definitions.delete(name="snakes.python.example.com")


def pods():
    pod = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "busybox"}]}}
    core.create_namespaced_pod(SPACE, pod)
    until(
        watch.Watch().stream(core.list_namespaced_pod, SPACE, timeout_seconds=PATIENCE),
        lambda event: event["object"].status.phase == "Running")
    assert "simulated" in core.read_namespaced_pod_log("p", SPACE)

    def run(*command, **more):
        return stream(core.connect_get_namespaced_pod_exec, "p", SPACE, command=list(command), stdin=False, stdout=True,
                      stderr=True, tty=False, **more)

    assert run("echo", "Grüße").strip() == "Grüße"
    for command, code in [(["true"], 0), (["false"], 1), (["sh", "-c", "exit 3"], 3)]:
        process = run(*command, _preload_content=False)
        process.run_forever(timeout=PATIENCE)
        assert process.returncode == code, (command, process.returncode)
    cat = stream(core.connect_post_namespaced_pod_exec, "p", SPACE, command=["cat"], stdin=True, stdout=True,
                 stderr=False, tty=False, _preload_content=False)
    cat.write_stdin("Grüße\n")
    assert cat.readline_stdout(timeout=PATIENCE) == "Grüße"
    cat.close_channel(0)
    cat.run_forever(timeout=PATIENCE)
    assert cat.returncode == 0

    core.create_namespaced_pod_eviction("p", SPACE, {"metadata": {"name": "p"}})
    token = core.create_namespaced_service_account_token("default", SPACE, {"spec": {"expirationSeconds": 600}})
    assert token.status.token.count(".") == 2


core.create_namespace({"metadata": {"name": SPACE}})
for what in [objects, patches, watches, custom_kinds]:
    what()
    print(what.__name__, "ok")
until(
    watch.Watch().stream(core.list_namespaced_service_account, SPACE, timeout_seconds=PATIENCE),
    lambda event: event["object"].metadata.name == "default")
pods()
print("pods ok")
