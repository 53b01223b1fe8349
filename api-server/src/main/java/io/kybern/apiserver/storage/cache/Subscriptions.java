package io.kybern.apiserver.storage.cache;

import io.kybern.apiserver.storage.ResourceStore.ObjectFilter;
import io.kybern.apiserver.storage.ResourceStore.ObjectFilter.RequiredField;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.StoredObject;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The watchers of a resource, found by what they wait for: a value of a selectable field (five thousand kubelets by {@code
 * spec.nodeName}), a namespace, or anything. A change asks only those whom it may concern.
 */
final class Subscriptions {
    private final Map<String, Map<String, Set<CacheSubscription>>> byField = new ConcurrentHashMap<>();
    private final Map<String, Set<CacheSubscription>> byNamespace = new ConcurrentHashMap<>();
    private final Set<CacheSubscription> others = ConcurrentHashMap.newKeySet();

    void add(CacheSubscription subscription) {
        ObjectFilter filter = subscription.filter();
        Optional<RequiredField> indexed = indexed(filter);
        if (indexed.isPresent()) {
            RequiredField required = indexed.get();
            add(
                    byField.computeIfAbsent(required.field(), f -> new ConcurrentHashMap<>()),
                    required.value(),
                    subscription);
        } else if (!filter.namespace().isEmpty()) {
            add(byNamespace, filter.namespace(), subscription);
        } else {
            others.add(subscription);
        }
    }

    /** An empty value is also wanted of objects that lack the field, which no index finds. */
    private static Optional<RequiredField> indexed(ObjectFilter filter) {
        return filter.requiredField().filter(required -> !required.value().isEmpty());
    }

    private static void add(Map<String, Set<CacheSubscription>> table, String value, CacheSubscription subscription) {
        table.compute(value, (v, known) -> {
            Set<CacheSubscription> group = known == null ? ConcurrentHashMap.newKeySet() : known;
            group.add(subscription);
            return group;
        });
    }

    void remove(CacheSubscription subscription) {
        ObjectFilter filter = subscription.filter();
        Optional<RequiredField> indexed = indexed(filter);
        if (indexed.isPresent()) {
            RequiredField required = indexed.get();
            byField.computeIfPresent(required.field(), (f, table) -> {
                remove(table, required.value(), subscription);
                return table;
            });
        } else if (!filter.namespace().isEmpty()) {
            remove(byNamespace, filter.namespace(), subscription);
        } else {
            others.remove(subscription);
        }
    }

    private static void remove(
            Map<String, Set<CacheSubscription>> table, String value, CacheSubscription subscription) {
        table.computeIfPresent(value, (v, group) -> {
            group.remove(subscription);
            return group.isEmpty() ? null : group;
        });
    }

    /** Wakes whom a change concerns. */
    void announce(Entry before, Entry entry) {
        announce(others, before, entry);
        StoredObject object = entry.current != null ? entry.current : entry.previous;
        if (object == null) {
            return;
        }
        announce(byNamespace.get(object.key().namespace()), before, entry);
        byField.forEach((field, table) -> {
            String is = value(entry.current, field);
            String was = value(entry.previous, field);
            announce(is == null ? null : table.get(is), before, entry);
            announce(was == null || was.equals(is) ? null : table.get(was), before, entry);
        });
    }

    private static @Nullable String value(@Nullable StoredObject object, String field) {
        return object == null ? null : object.fields().get(field);
    }

    private static void announce(@Nullable Set<CacheSubscription> group, Entry before, Entry entry) {
        if (group != null) {
            group.forEach(subscription -> subscription.announce(before, entry));
        }
    }

    /** Ends all: the history that they follow is lost. */
    void loseAll(Revision revision) {
        others.forEach(each -> each.lose(revision));
        byNamespace.values().forEach(group -> group.forEach(each -> each.lose(revision)));
        byField.values().forEach(table -> table.values().forEach(group -> group.forEach(each -> each.lose(revision))));
    }
}
