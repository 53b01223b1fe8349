package io.kybern.node.runtime;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs containers on this node: containerd, CRI-O or cri-dockerd over CRI, or a simulation.
 *
 * <p>All calls block and are made on virtual threads, for different pods at the same time and for one pod by one thread,
 * but for stops, which may overlap. A call that fails throws {@link ContainerFailure} with a reason for the pod's
 * status; a thing that is gone already is stopped and removed successfully. Nothing is kept about pods outside the
 * runtime: {@link #observe} must tell the same after this process was restarted.
 *
 * <p>Example: {@code startSandbox(spec)} → {@code createContainer(pod, spec)} → {@code startContainer(id)} →
 * {@code observe(uid)} shows it running → {@code stopContainer(id, 30 s)} → {@code observe} shows it exited →
 * {@code stopSandbox}, {@code remove}.
 */
public interface ContainerRuntime extends AutoCloseable {
    /** Name and version, such as {@code containerd://1.6.20}; throws when the runtime can't be reached. */
    RuntimeVersion version();

    /** What is wrong with the runtime or its network; empty when pods can run. */
    Optional<String> unreadiness();

    /** The pods that have a sandbox or containers here. */
    List<PodIdentity> pods();

    PodState observe(PodIdentity pod);

    /** Makes and starts a sandbox, including its network. */
    void startSandbox(SandboxSpec spec);

    /** Makes a container in the pod's newest sandbox; it does not run yet. Returns its id. */
    String createContainer(SandboxSpec sandbox, ContainerSpec spec);

    void startContainer(String containerId);

    /** Asks the container to end, kills it when {@code grace} is over, returns when it has ended. */
    void stopContainer(String containerId, Duration grace);

    void removeContainer(String containerId);

    /** Stops everything in the pod's sandboxes and gives their network back; containers stay readable. */
    void stopSandbox(PodIdentity pod);

    /** Removes the pod's sandboxes and containers, whatever their state. */
    void remove(PodIdentity pod);

    ImageStore images();

    /** Tells the uid of a pod whose state may have changed; called from any thread, must not be blocked. */
    AutoCloseable subscribe(Consumer<String> podUid);

    /** Runs a command in a container to its end; output is cut at 16 KiB. */
    ExecResult exec(String containerId, List<String> command, Duration timeout);

    /**
     * Writes a container's log as plain text and returns at its end, when the container ended, or when the sink
     * refuses a write.
     */
    void logs(String containerId, LogOptions options, LogSink sink) throws IOException;

    /** Runs a command, or attaches to the container's own process when the command is empty, with live streams. */
    StreamSession stream(String containerId, StreamOptions options, StreamOutput output);

    /** Opens a connection to a port inside the pod's network. */
    PortConnection connect(PodIdentity pod, int port, PortOutput output);

    @Override
    void close();

    /** @param name as {@code nodeInfo.containerRuntimeVersion} begins: {@code containerd} */
    record RuntimeVersion(String name, String version) {
        public String asNodeInfo() {
            return name + "://" + version;
        }
    }

    /** How a command ended; {@code timedOut} when it was killed for taking too long. */
    record ExecResult(int exitCode, String output, boolean timedOut) {}

    /** The options of the {@code log} subresource that concern one container's log. */
    record LogOptions(
            boolean follow,
            boolean timestamps,
            Optional<Integer> tailLines,
            Optional<Instant> since,
            Optional<Long> limitBytes) {
        public static final LogOptions ALL =
                new LogOptions(false, false, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Where log text goes; false from {@link #write} means that nobody reads any more. */
    @FunctionalInterface
    interface LogSink {
        boolean write(byte[] text, int offset, int length) throws IOException;

        /** Asked while there is nothing to write: false when nobody reads any more. */
        default boolean wanted() {
            return true;
        }
    }

    record StreamOptions(List<String> command, boolean stdin, boolean stdout, boolean stderr, boolean tty) {
        public boolean attach() {
            return command.isEmpty();
        }
    }

    /** Receives what a process writes; calls are serial. {@link #ended} comes last, once. */
    interface StreamOutput {
        void stdout(byte[] data);

        void stderr(byte[] data);

        /** @param status a {@code metav1.Status} as JSON, as it goes over the error channel */
        void ended(String status);
    }

    /** The way to a running process. */
    interface StreamSession extends AutoCloseable {
        void stdin(byte[] data);

        /** No more input: the process reads end of file. */
        void stdinEnd();

        void resize(int columns, int rows);

        @Override
        void close();
    }

    /** Receives what comes from a port; {@link #closed} comes last, with an error text or empty. */
    interface PortOutput {
        void data(byte[] data);

        void closed(String error);
    }

    /** The way to a port. */
    interface PortConnection extends AutoCloseable {
        void send(byte[] data);

        /** No more will be sent: the port's server reads end of file. */
        void sendEnd();

        @Override
        void close();
    }

    /** The images on this node. */
    interface ImageStore {
        /** The image's id, if the node has it. */
        Optional<ImageRecord> find(String image);

        /** Fetches an image; throws {@link ContainerFailure} {@code ErrImagePull}. */
        ImageRecord pull(String image, Optional<Credentials> credentials, SandboxSpec sandbox);

        List<ImageRecord> list();
    }

    /**
     * @param reference what containers are created from
     * @param user the image's own user: a number, or a name
     */
    record ImageRecord(String reference, List<String> names, long bytes, Optional<Long> userId, String userName) {}

    /** From an image pull secret. */
    record Credentials(String username, String password, Map<String, String> other) {}
}
