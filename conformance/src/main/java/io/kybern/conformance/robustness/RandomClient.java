package io.kybern.conformance.robustness;

import io.kybern.conformance.robustness.history.Answer;
import io.kybern.conformance.robustness.history.Operation;
import io.kybern.conformance.robustness.history.Request;
import io.kybern.conformance.robustness.history.Request.Freshness;
import io.kybern.conformance.robustness.history.Scope;
import io.kybern.conformance.robustness.history.Version;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Does one thing after the other to objects that others change, too, with what it has last seen of them. */
final class RandomClient implements Runnable {
    private static final long LONGEST_PAUSE_MICROS = 20_000;
    private static final int LARGEST_FILLER = 20_000;

    private final ApiClient api;
    private final Recording record;
    private final List<String> keys;
    private final long endNanos;
    private final Random random;
    private final Map<String, Long> seen = new HashMap<>();

    RandomClient(ApiClient api, Recording record, List<String> keys, long endNanos, Random random) {
        this.api = api;
        this.record = record;
        this.keys = keys;
        this.endNanos = endNanos;
        this.random = random;
    }

    @Override
    public void run() {
        try (api) {
            while (System.nanoTime() < endNanos) {
                Operation operation = api.ask(next(), filler());
                switch (operation.answer()) {
                    case Answer.One one -> remember(one.version());
                    case Answer.Pages pages ->
                        pages.pages().forEach(page -> page.items().forEach(this::remember));
                    default -> {}
                }
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextLong(LONGEST_PAUSE_MICROS)));
            }
        } catch (RuntimeException e) {
            record.problem("a client failed: " + e);
        }
    }

    private void remember(Version version) {
        seen.merge(version.key(), version.revision(), Math::max);
    }

    private Request next() {
        String key = keys.get(random.nextInt(keys.size()));
        long expected = seen.getOrDefault(key, 0L);
        int dice = random.nextInt(100);
        if (dice < 16) {
            return new Request.Create(key, record.newMark());
        } else if (dice < 36) {
            return new Request.Update(key, record.newMark(), expected);
        } else if (dice < 41) {
            return new Request.Update(key, record.newMark(), 0);
        } else if (dice < 58) {
            return new Request.Patch(key, record.newMark(), 0);
        } else if (dice < 63) {
            return new Request.Patch(key, record.newMark(), expected);
        } else if (dice < 71) {
            return new Request.Delete(key, 0);
        } else if (dice < 74) {
            return new Request.Delete(key, expected);
        } else if (dice < 86) {
            return new Request.Get(key, dice == 85);
        }
        Scope scope = new Scope(random.nextBoolean() ? Objects.CONFIG_MAPS : Objects.SECRETS);
        if (dice < 91) {
            return new Request.List(scope, Freshness.NEWEST, 0, 0);
        } else if (dice < 95) {
            return new Request.List(scope, Freshness.NEWEST, 0, 1 + random.nextInt(2));
        } else if (dice < 96) {
            return new Request.List(scope, Freshness.ANY, 0, 0);
        }
        long back = random.nextInt(200);
        return new Request.List(scope, Freshness.EXACT, Math.max(1, record.newest() - back), random.nextInt(3));
    }

    /** Some are large, so that files of the store come and go. */
    private String filler() {
        return random.nextInt(10) > 0 ? "" : "x".repeat(random.nextInt(LARGEST_FILLER));
    }
}
