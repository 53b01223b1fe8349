package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Gadgets.ANYTHING;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.gadget;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.name;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.version;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.kybern.apiserver.customresource.behaviour.Cluster.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A definition changes while its kind is in use. */
class ChangeOfDefinitionTest {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void watchesEndInGoodOrderAndReadsGoOn() throws InterruptedException {
        String group = cluster.newGroup();
        cluster.define(definition(group, "Namespaced", ANYTHING));
        String all = path(group, "v1", "default");
        List<WatchProbe> watches = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            watches.add(cluster.watch(all));
            cluster.create(all, gadget(group, "v1", "foo-" + i, "{}")).ok();
        }
        for (int i = 0; i < 10; i++) {
            for (int j = 0; j < 10; j++) {
                watches.get(i).next("ADDED", "foo-" + j);
            }
        }
        toggle(group);
        for (WatchProbe watch : watches) {
            watch.awaitEnd();
            watch.close();
        }
        java.util.concurrent.atomic.AtomicBoolean done = new java.util.concurrent.atomic.AtomicBoolean();
        java.util.Queue<String> refusals = new java.util.concurrent.ConcurrentLinkedQueue<>();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String foo = all + "/foo-" + i;
            // Not virtual: clients share no scheduler with the server. Virtual ones that ask without a pause keep its
            // threads to themselves.
            readers.add(Thread.ofPlatform().start(() -> {
                while (!done.get()) {
                    Answer answer = cluster.get(foo);
                    if (answer.code() != 200) {
                        refusals.add(answer.text());
                    }
                }
            }));
        }
        for (int i = 0; i < 20; i++) {
            toggle(group);
        }
        done.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(refusals).isEmpty();
    }

    /** Adds a second version, or takes it away. */
    private static void toggle(String group) {
        cluster.redefine(name(group), d -> {
                    ArrayNode versions = d.withArray("/spec/versions");
                    if (versions.size() == 1) {
                        versions.add(version("v2", "true, storage: false", ANYTHING));
                    } else {
                        versions.remove(1);
                    }
                })
                .ok();
    }
}
