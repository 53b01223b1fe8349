package io.kybern.distribution;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.apiserver.pki.ClientIdentity;

/** How the components of a process reach its API server once that is started. */
interface ClientSource {
    /** A new client that acts as {@code identity}; the caller closes it. */
    KubernetesClient client(ClientIdentity identity);

    /** The same for few requests that must be answered in time, whatever else this process does; the caller closes it. */
    KubernetesClient urgentClient(ClientIdentity identity);
}
