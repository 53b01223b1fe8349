package io.kybern.conformance.process;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.KeyManager;
import org.jspecify.annotations.Nullable;

/** Somebody else's server, reached by a kubeconfig: it is neither started nor ended, and what it costs can't be known. */
public final class RunningServer implements ServerProcess {
    private final String title;
    private final Address address;

    private RunningServer(String title, Address address) {
        this.title = title;
        this.address = address;
    }

    /**
     * @param context a context of the file; null: the current one
     * @throws ServerStartException if the file can't be used
     */
    public static RunningServer of(Path kubeconfig, @Nullable String context) {
        try {
            Config config = Config.fromKubeconfig(context, kubeconfig.toFile());
            URI server = URI.create(config.getMasterUrl());
            String token = config.getOauthToken() == null ? config.getAutoOAuthToken() : config.getOauthToken();
            KeyManager[] keys = SSLUtils.keyManagers(config);
            Address address = new Address(
                    server.getHost(),
                    Address.port(server),
                    token == null ? "" : "Bearer " + token,
                    ClientTls.of(keys == null || keys.length == 0 ? null : keys[0]));
            return new RunningServer(config.getCurrentContext().getName(), address);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new ServerStartException("can't use " + kubeconfig + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public int port() {
        return address.port();
    }

    @Override
    public Address address() {
        return address;
    }

    @Override
    public List<ProcessHandle> processes() {
        return List.of();
    }

    @Override
    public void kill() {
        throw new UnsupportedOperationException("it is somebody else's");
    }

    @Override
    public void close() {}
}
