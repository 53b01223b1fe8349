package io.kybern.junit;

import io.kybern.distribution.ComponentName;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs the tests of a class against a cluster of their own, in this JVM: a real API server with controllers, a scheduler
 * and a simulated node, with no Docker and no download.
 *
 * <pre>{@code
 * @KybernCluster(crds = "crds/memcached.yaml")
 * class MemcachedTest {
 *     KubernetesClient client; // set before each test; a test method may also have it as a parameter
 *
 *     @Test
 *     void scales(@Kubeconfig Path kubeconfig) { … }   // with listen = true
 * }
 * }</pre>
 *
 * <p>A class gets a fresh cluster, which its nested classes share and which ends with it, leaving neither files nor
 * threads: its objects are in memory. Clusters are cheap enough for that (well under a second once the JVM is warm), and what one
 * class leaves behind never shows in another. The objects that every cluster has from its first moment are those of the first
 * cluster of the JVM, so they have the same uids and are as old. Classes may run in parallel.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(KybernExtension.class)
public @interface KybernCluster {
    /** What runs. The API server always does. */
    ComponentName[] components() default {
        ComponentName.API, ComponentName.CONTROLLERS, ComponentName.SCHEDULER, ComponentName.NODE
    };

    /** How many simulated nodes there are. */
    int nodes() default 1;

    /** Whether tests may ask for a {@link Kubeconfig}, for kubectl and the like. */
    boolean listen() default false;

    /**
     * CustomResourceDefinitions that are served before the first test: YAML or JSON, resources of the class path or else
     * files.
     */
    String[] crds() default {};
}
