package io.kybern.apiserver.admission;

import java.util.List;

/** Runs the plugins in order: all that mutate, later all that validate. The order is that of the list, given in one place. */
public final class AdmissionChain {
    private final List<AdmissionPlugin> plugins;

    public AdmissionChain(List<AdmissionPlugin> plugins) {
        this.plugins = List.copyOf(plugins);
    }

    public void admit(AdmissionRequest request) {
        do {
            for (AdmissionPlugin plugin : plugins) {
                if (plugin.handles(request)) {
                    plugin.admit(request);
                }
            }
        } while (request.rounds().next());
    }

    public void validate(AdmissionRequest request) {
        for (AdmissionPlugin plugin : plugins) {
            if (plugin.handles(request)) {
                plugin.validate(request);
            }
        }
    }
}
