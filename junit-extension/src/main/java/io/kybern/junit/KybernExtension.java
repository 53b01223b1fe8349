package io.kybern.junit;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** Starts a cluster for each class with {@link KybernCluster} and hands it to the tests. JUnit closes it. */
final class KybernExtension implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(KybernExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        Class<?> test = context.getRequiredTestClass();
        // A nested class sees the store of the class around it, and with it that one's cluster.
        TestCluster cluster = context.getStore(NAMESPACE)
                .computeIfAbsent(TestCluster.class, unused -> start(test), TestCluster.class);
        inject(test, null, cluster);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        TestCluster cluster = cluster(context);
        context.getRequiredTestInstances()
                .getAllInstances()
                .forEach(instance -> inject(instance.getClass(), instance, cluster));
    }

    private static TestCluster start(Class<?> test) {
        KybernCluster wanted = AnnotationSupport.findAnnotation(test, KybernCluster.class)
                .orElseThrow(() -> new ExtensionConfigurationException("put @KybernCluster on " + test.getName()));
        return TestCluster.start(wanted, test.getClassLoader());
    }

    private static TestCluster cluster(ExtensionContext context) {
        return Optional.ofNullable(context.getStore(NAMESPACE).get(TestCluster.class, TestCluster.class))
                .orElseThrow(() -> new ExtensionConfigurationException("the cluster is not running"));
    }

    /** Sets the static fields of a class, or those of an instance, that ask for something of the cluster. */
    private static void inject(Class<?> type, @Nullable Object instance, TestCluster cluster) {
        for (Field field : ReflectionSupport.findFields(
                type,
                field -> wants(field, field.getType())
                        && Modifier.isStatic(field.getModifiers()) == (instance == null)
                        && !Modifier.isFinal(field.getModifiers()),
                HierarchyTraversalMode.TOP_DOWN)) {
            try {
                field.setAccessible(true);
                field.set(instance, value(field.getType(), cluster));
            } catch (IllegalAccessException e) {
                throw new ExtensionConfigurationException("cannot set " + field, e);
            }
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return wants(parameter.getParameter(), parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return value(parameter.getParameter().getType(), cluster(context));
    }

    private static boolean wants(AnnotatedElement place, Class<?> type) {
        return type == KubernetesClient.class || (type == Path.class && place.isAnnotationPresent(Kubeconfig.class));
    }

    private static Object value(Class<?> type, TestCluster cluster) {
        return type == KubernetesClient.class
                ? cluster.client()
                : cluster.kubeconfig()
                        .orElseThrow(() -> new ExtensionConfigurationException(
                                "@Kubeconfig needs a server that listens: @KybernCluster(listen = true)"));
    }
}
