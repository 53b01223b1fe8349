package io.kybern.operators.scheduler.framework;

import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The plugins that schedule the pods of one scheduler name, in the order in which they are asked. What takes part in
 * which point follows from the interfaces.
 */
public final class Profile {
    /** @param weight how much a plugin's scores count; of no meaning for one that scores nothing */
    public record Entry(Plugin plugin, int weight) {
        public Entry {
            if (weight < 1) {
                throw new IllegalArgumentException("weight of " + plugin.name() + " must be at least 1");
            }
        }
    }

    public record WeightedScore(ScorePlugin plugin, int weight) {}

    private final String schedulerName;
    private final List<PreEnqueuePlugin> preEnqueue;
    private final List<FilterPlugin> filters;
    private final List<PostFilterPlugin> postFilters;
    private final List<WeightedScore> scores;
    private final List<ReservePlugin> reserves;
    private final List<PermitPlugin> permits;
    private final List<PreBindPlugin> preBinds;
    private final BindPlugin bind;
    private final List<QueueingHints> hints;
    private final Set<ClusterEvent.Kind> interest = EnumSet.noneOf(ClusterEvent.Kind.class);

    /** @throws IllegalArgumentException when a name comes twice or there is not exactly one bind plugin */
    public Profile(String schedulerName, List<Entry> entries) {
        this.schedulerName = schedulerName;
        var names = new HashSet<String>();
        for (Entry entry : entries) {
            if (!names.add(entry.plugin().name())) {
                throw new IllegalArgumentException("plugin " + entry.plugin().name() + " is listed twice");
            }
        }
        List<Plugin> plugins = entries.stream().map(Entry::plugin).toList();
        preEnqueue = only(plugins, PreEnqueuePlugin.class);
        filters = only(plugins, FilterPlugin.class);
        postFilters = only(plugins, PostFilterPlugin.class);
        scores = entries.stream()
                .filter(entry -> entry.plugin() instanceof ScorePlugin)
                .map(entry -> new WeightedScore((ScorePlugin) entry.plugin(), entry.weight()))
                .toList();
        reserves = only(plugins, ReservePlugin.class);
        permits = only(plugins, PermitPlugin.class);
        preBinds = only(plugins, PreBindPlugin.class);
        List<BindPlugin> binds = only(plugins, BindPlugin.class);
        if (binds.size() != 1) {
            throw new IllegalArgumentException("a profile has one bind plugin, not " + binds.size());
        }
        bind = binds.getFirst();
        hints = only(plugins, QueueingHints.class);
        hints.forEach(plugin -> interest.addAll(plugin.events()));
    }

    private static <T extends Plugin> List<T> only(List<Plugin> plugins, Class<T> point) {
        return plugins.stream().filter(point::isInstance).map(point::cast).toList();
    }

    public String schedulerName() {
        return schedulerName;
    }

    /** Why the pod may not be tried yet. */
    public Optional<Rejection> preEnqueue(PodInfo pod) {
        return preEnqueue.stream()
                .map(plugin -> plugin.preEnqueue(pod))
                .flatMap(Optional::stream)
                .findFirst();
    }

    public List<FilterPlugin> filters() {
        return filters;
    }

    public List<PostFilterPlugin> postFilters() {
        return postFilters;
    }

    public List<WeightedScore> scores() {
        return scores;
    }

    public List<PreBindPlugin> preBinds() {
        return preBinds;
    }

    public BindPlugin bind() {
        return bind;
    }

    /** Reserves with all plugins, then asks all for permission; what was reserved is given back when one refuses. */
    public Optional<Rejection> reserveAndPermit(PodInfo pod, String node) {
        Optional<Rejection> refused = reserves.stream()
                .map(plugin -> plugin.reserve(pod, node))
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> permits.stream()
                        .map(plugin -> plugin.permit(pod, node))
                        .flatMap(Optional::stream)
                        .findFirst());
        if (refused.isPresent()) {
            unreserve(pod, node);
        }
        return refused;
    }

    public void unreserve(PodInfo pod, String node) {
        reserves.reversed().forEach(plugin -> plugin.unreserve(pod, node));
    }

    /** Whether any plugin could care. */
    public boolean isInterestedIn(ClusterEvent event) {
        return interest.contains(event.kind());
    }

    /** The plugins that may change their mind at events of a kind. */
    public Set<String> hintingAt(ClusterEvent.Kind kind) {
        return hints.stream()
                .filter(plugin -> plugin.events().contains(kind))
                .map(Plugin::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether one of the plugins that refused a pod thinks that the event may help. */
    public boolean mayHelp(ClusterEvent event, PodInfo pod, Set<String> refusedBy) {
        for (QueueingHints plugin : hints) {
            if (refusedBy.contains(plugin.name())
                    && plugin.events().contains(event.kind())
                    && plugin.mayHelp(event, pod)) {
                return true;
            }
        }
        return false;
    }
}
