package io.kybern.operators.informer;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/**
 * What the Java Operator SDK sees as its client: the SDK makes an informer of the primary kind for each controller, and
 * has no way to be given one. Here it gets a view of the shared informer: handlers that it adds are removed when it
 * stops the view, and what it sets on an informer of its own is ignored. Everything else goes to the real client.
 */
public final class SharedInformerClient {
    private SharedInformerClient() {}

    public static KubernetesClient of(KubernetesClient client, SharedInformers informers) {
        return proxy(KubernetesClient.class, (method, arguments) -> {
            if (method.getName().equals("resources")
                    && arguments.length == 1
                    && arguments[0] instanceof Class<?> kind
                    && HasMetadata.class.isAssignableFrom(kind)) {
                return operation(client, informers, kind.asSubclass(HasMetadata.class));
            }
            return method.invoke(client, arguments);
        });
    }

    private static <T extends HasMetadata> MixedOperation<?, ?, ?> operation(
            KubernetesClient client, SharedInformers informers, Class<T> kind) {
        MixedOperation<?, ?, ?> real = client.resources(kind);
        MixedOperation<?, ?, ?>[] self = new MixedOperation<?, ?, ?>[1];
        self[0] = proxy(MixedOperation.class, (method, arguments) -> switch (method.getName()) {
            case "inAnyNamespace", "withLabelSelector" -> self[0];
            case "runnableInformer" -> view(informers.of(kind));
            default -> method.invoke(real, arguments);
        });
        return self[0];
    }

    private static <T> SharedIndexInformer<?> view(SharedIndexInformer<T> shared) {
        List<ResourceEventHandler<? super T>> handlers = new ArrayList<>();
        SharedIndexInformer<?>[] self = new SharedIndexInformer<?>[1];
        self[0] = proxy(SharedIndexInformer.class, (method, arguments) -> switch (method.getName()) {
            case "addEventHandler" -> {
                @SuppressWarnings("unchecked")
                var handler = (ResourceEventHandler<? super T>) arguments[0];
                handlers.add(handler);
                shared.addEventHandler(handler);
                yield self[0];
            }
            case "exceptionHandler", "itemStore" -> self[0];
            case "stop", "close" -> {
                handlers.forEach(shared::removeEventHandler);
                handlers.clear();
                yield Void.TYPE;
            }
            default -> method.invoke(shared, arguments);
        });
        return self[0];
    }

    private interface Call {
        Object invoke(Method method, Object[] arguments) throws InvocationTargetException, IllegalAccessException;
    }

    @SuppressWarnings("NullAway") // reflection passes null for no arguments
    private static <T> T proxy(Class<T> type, Call call) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            try {
                Object result = call.invoke(method, arguments == null ? new Object[0] : arguments);
                return method.getReturnType() == void.class ? null : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
