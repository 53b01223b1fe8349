package io.kybern.apiserver.registry.core;

/** How many bytes a Base64 text stands for, without decoding it. */
final class Base64Size {
    private Base64Size() {}

    static long of(String text) {
        int padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
        return Math.max(0, text.length() / 4 * 3L - padding);
    }
}
