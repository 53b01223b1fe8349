package io.kybern.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a parameter or field of type {@link java.nio.file.Path}: a kubeconfig with which the administrator reaches the
 * cluster, which must {@link KybernCluster#listen}. The file goes with the cluster.
 */
@Documented
@Target({ElementType.PARAMETER, ElementType.FIELD})
@Retention(RetentionPolicy.RUNTIME)
public @interface Kubeconfig {}
