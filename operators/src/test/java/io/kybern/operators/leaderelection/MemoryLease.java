package io.kybern.operators.leaderelection;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A lease as a server keeps it; each candidate has a view of it that can be cut off. */
final class MemoryLease {
    private @Nullable Lease stored;
    private long version;

    synchronized Optional<LeaseSpec> spec() {
        return Optional.ofNullable(stored).map(Lease::getSpec);
    }

    private synchronized Lease write(Lease lease, @Nullable String expected) {
        String actual = stored == null ? null : stored.getMetadata().getResourceVersion();
        if (!java.util.Objects.equals(expected, actual)) {
            throw new KubernetesClientException("conflict", 409, null);
        }
        stored = new LeaseBuilder(lease)
                .editOrNewMetadata()
                .withNamespace("kube-system")
                .withName("lock")
                .withResourceVersion(Long.toString(++version))
                .endMetadata()
                .build();
        return stored;
    }

    private synchronized Optional<Lease> read() {
        return Optional.ofNullable(stored).map(lease -> new LeaseBuilder(lease).build());
    }

    View view() {
        return new View();
    }

    /** One candidate's way to it. */
    final class View implements Lock {
        private volatile CountDownLatch open = new CountDownLatch(0);
        private final AtomicBoolean losesNext = new AtomicBoolean();
        private volatile CountDownLatch answered = new CountDownLatch(0);

        /** From now on nothing is answered. */
        void cutOff() {
            open = new CountDownLatch(1);
        }

        void mend() {
            open.countDown();
        }

        /** The next question gets no answer, ever. */
        void loseNext() {
            answered = new CountDownLatch(2);
            losesNext.set(true);
        }

        /** Blocks until an update has been made after that. */
        void awaitAnswerAfterLoss() throws InterruptedException {
            assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
        }

        private void pass() {
            try {
                if (losesNext.getAndSet(false)) {
                    answered.countDown();
                    new CountDownLatch(1).await();
                }
                open.await();
            } catch (InterruptedException e) {
                throw new KubernetesClientException("interrupted", e);
            }
        }

        @Override
        public String describe() {
            return "kube-system/lock";
        }

        @Override
        public Optional<Lease> get() {
            pass();
            return read();
        }

        @Override
        public Lease create(LeaseSpec spec) {
            pass();
            return write(new LeaseBuilder().withSpec(spec).build(), null);
        }

        @Override
        public Lease update(Lease lease) {
            pass();
            Lease updated = write(lease, lease.getMetadata().getResourceVersion());
            if (!losesNext.get()) {
                answered.countDown();
            }
            return updated;
        }
    }
}
