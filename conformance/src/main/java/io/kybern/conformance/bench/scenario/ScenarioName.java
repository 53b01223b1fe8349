package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.load.ClosedLoop;
import io.kybern.conformance.bench.load.Installation;
import io.kybern.conformance.bench.load.Syncs;
import io.kybern.conformance.bench.load.WatchedWrites;
import io.kybern.conformance.process.HttpConnection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** The scenarios by the words of the command line. */
public enum ScenarioName {
    CREATE("durable creates of ConfigMaps of 1 KiB", 64) {
        @Override
        Scenario scenario(int clients) {
            return asking(
                    "creates",
                    2,
                    BenchData.namespace(),
                    clients,
                    numbered(i -> BenchData.configMap("created-" + i)),
                    201);
        }
    },
    CREATE_PODS("durable creates of pods of 2 KiB", 64) {
        @Override
        Scenario scenario(int clients) {
            return asking("creates", 4, BenchData.namespace(), clients, numbered(BenchData::pod), 201);
        }
    },
    GET("gets of one of 1,000 pods", 64) {
        @Override
        Scenario scenario(int clients) {
            Supplier<byte[]> requests = of(1_000, i -> HttpConnection.request("GET", BenchData.PODS + "/web-" + i, ""));
            return asking("gets", 5, BenchData.of(1_000, BenchData::pod), clients, requests, 200);
        }
    },
    LIST("full lists of 10,000 ConfigMaps of 1 KiB as JSON", 4) {
        @Override
        Scenario scenario(int clients) {
            byte[] request = HttpConnection.request("GET", BenchData.CONFIG_MAPS, "");
            Scenario.Data data = BenchData.of(MANY, i -> BenchData.configMap("listed-" + i));
            return asking("lists", 3, data, clients, () -> request, 200);
        }
    },
    LIST_PODS("full lists of 10,000 pods as JSON", 4) {
        @Override
        Scenario scenario(int clients) {
            byte[] request = HttpConnection.request("GET", BenchData.PODS, "");
            return asking("lists", 10, BenchData.of(MANY, BenchData::pod), clients, () -> request, 200);
        }
    },
    LIST_PODS_PROTOBUF("full lists of 10,000 pods as protobuf", 4) {
        @Override
        Scenario scenario(int clients) {
            byte[] request =
                    HttpConnection.request("GET", BenchData.PODS, "application/vnd.kubernetes.protobuf", "", "");
            return asking("lists", 4, BenchData.of(MANY, BenchData::pod), clients, () -> request, 200);
        }
    },
    SELECT("lists of the 1 % of 10,000 pods that a label selector matches", 16) {
        @Override
        Scenario scenario(int clients) {
            byte[] request = HttpConnection.request("GET", BenchData.PODS + "?labelSelector=group%3Dg-7", "");
            return asking("lists", 5, BenchData.of(MANY, BenchData::pod), clients, () -> request, 200);
        }
    },
    APPLY("server-side applies that change one of 1,000 Deployments", 64) {
        @Override
        Scenario scenario(int clients) {
            AtomicLong revisions = new AtomicLong();
            IntFunction<byte[]> apply = i -> HttpConnection.request(
                    "PATCH",
                    BenchData.DEPLOYMENTS + "/web-" + i + "?fieldManager=bench",
                    JSON,
                    "application/apply-patch+yaml",
                    BenchData.deployment(i, revisions.incrementAndGet()));
            return asking("applies", 4, BenchData.of(1_000, apply), clients, of(1_000, apply), 200);
        }
    },
    PATCH("strategic merge patches of one of 1,000 pods", 64) {
        @Override
        Scenario scenario(int clients) {
            AtomicLong revisions = new AtomicLong();
            IntFunction<byte[]> patch = i -> HttpConnection.request(
                    "PATCH",
                    BenchData.PODS + "/web-" + i,
                    JSON,
                    "application/strategic-merge-patch+json",
                    "{\"metadata\":{\"annotations\":{\"revision\":\"" + revisions.incrementAndGet()
                            + "\"}},\"spec\":{\"containers\":[{\"name\":\"web\",\"image\":\"web:" + revisions.get()
                            + "\"}]}}");
            return asking("patches", 4, BenchData.of(1_000, BenchData::pod), clients, of(1_000, patch), 200);
        }
    },
    STATUS("merge patches of the status of one of 1,000 pods", 256) {
        @Override
        Scenario scenario(int clients) {
            AtomicLong revisions = new AtomicLong();
            IntFunction<byte[]> patch = i -> HttpConnection.request(
                    "PATCH",
                    BenchData.PODS + "/web-" + i + "/status",
                    JSON,
                    "application/merge-patch+json",
                    "{\"status\":{\"phase\":\"Running\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\","
                            + "\"lastTransitionTime\":\"2026-01-01T00:00:00Z\",\"message\":\""
                            + revisions.incrementAndGet() + "\"}]}}");
            return asking("patches", 8, BenchData.of(1_000, BenchData::pod), clients, of(1_000, patch), 200);
        }
    },
    LEASE("renewals of Leases, each client its own", 256) {
        @Override
        Scenario scenario(int clients) {
            return new Scenario(
                    title(clients),
                    "renewals",
                    8,
                    BenchData.of(clients, BenchData::lease),
                    server -> ClosedLoop.open(server, clients, LeaseHolder::new, 200));
        }
    },
    WATCH("deliveries of creates of 1 KiB by 8 clients to watchers", 100) {
        @Override
        Scenario scenario(int clients) {
            Supplier<byte[]> creates = numbered(i -> BenchData.configMap("watched-" + i + WatchedWrites.stamp()));
            return new Scenario(
                    title(clients),
                    "deliveries",
                    2,
                    BenchData.namespace(),
                    server -> WatchedWrites.open(server, BenchData.CONFIG_MAPS, clients, 8, creates));
        }
    },
    WATCH_LIST("informers that get 10,000 ConfigMaps by a watch-list, all at once", 100) {
        @Override
        Scenario scenario(int clients) {
            return new Scenario(
                    title(clients),
                    "syncs",
                    10,
                    BenchData.of(MANY, i -> BenchData.configMap("listed-" + i)),
                    server -> new Syncs(server, clients, BenchData.CONFIG_MAPS));
        }
    },
    CUSTOM("durable creates of custom resources of 1 KiB with 5 rules in CEL", 64) {
        @Override
        Scenario scenario(int clients) {
            return asking("creates", 4, CustomData.kind(), clients, numbered(CustomData::create), 201);
        }
    },
    CRDS("500 definitions of custom kinds with schemas of 80 KB, until they are established and discovered", 8) {
        @Override
        Scenario scenario(int clients) {
            List<Installation.Kind> kinds = CrdData.kinds(500);
            return new Scenario(
                    title(clients),
                    "definitions",
                    10,
                    server -> {},
                    server -> new Installation(server, clients, kinds));
        }
    };

    private static final String JSON = "application/json";
    private static final int MANY = 10_000;

    private final String about;
    private final int clients;

    ScenarioName(String about, int clients) {
        this.about = about;
        this.clients = clients;
    }

    /** The word of the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A line of help. */
    public String about() {
        return about;
    }

    /** How many clients it is made for. */
    public int clients() {
        return clients;
    }

    /** @param clients empty: as many as it is made for */
    public final Scenario scenario(OptionalInt clients) {
        return scenario(clients.orElse(this.clients));
    }

    abstract Scenario scenario(int clients);

    final String title(int clients) {
        return about + ", " + clients + " clients";
    }

    final Scenario asking(
            String unit, double goal, Scenario.Data data, int clients, Supplier<byte[]> requests, int status) {
        return new Scenario(
                title(clients), unit, goal, data, server -> ClosedLoop.open(server, clients, requests, status));
    }

    /** A request for each number from 0. */
    private static Supplier<byte[]> numbered(IntFunction<byte[]> request) {
        AtomicInteger numbers = new AtomicInteger();
        return () -> request.apply(numbers.getAndIncrement());
    }

    /** Requests of so many objects, one after the other, again and again. */
    private static Supplier<byte[]> of(int objects, IntFunction<byte[]> request) {
        AtomicInteger numbers = new AtomicInteger();
        return () -> request.apply(Math.floorMod(numbers.getAndIncrement(), objects));
    }
}
