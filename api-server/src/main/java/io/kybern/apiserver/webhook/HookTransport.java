package io.kybern.apiserver.webhook;

/** Carries questions to webhooks. */
@FunctionalInterface
public interface HookTransport {
    /**
     * Sends a JSON body and waits for that of the answer; blocks, on a virtual thread.
     *
     * @param seconds until the answer must be there, whole
     * @throws HookException if there is none in time, with the reason
     */
    byte[] post(HookAddress address, int seconds, byte[] body) throws HookException;
}
