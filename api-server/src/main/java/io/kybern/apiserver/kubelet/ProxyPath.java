package io.kybern.apiserver.kubelet;

import io.kybern.apiserver.http.RequestInfo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** The path of a proxied request on the other side: what follows {@code /proxy}, cleaned as Go's {@code path.Join} does. */
final class ProxyPath {
    private static final String UNESCAPED = "-_.~$&+,/:;=@";

    private ProxyPath() {}

    /** Empty when nothing follows, not even a slash. Not escaped. */
    static String of(RequestInfo info) {
        String rest = String.join("/", info.parts().subList(3, info.parts().size()));
        boolean slash = info.path().endsWith("/");
        if (rest.isEmpty()) {
            return slash ? "/" : "";
        }
        String clean = clean("/" + rest);
        return slash && !clean.endsWith("/") ? clean + "/" : clean;
    }

    private static String clean(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    /** What stands before that path in the path of the request. */
    static String prefix(RequestInfo info, String rest) {
        String path = info.path();
        return path.endsWith(rest) ? path.substring(0, path.length() - rest.length()) : path;
    }

    /** As Go escapes a URL's path. */
    static String escape(String path) {
        StringBuilder out = new StringBuilder(path.length() + 8);
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || UNESCAPED.indexOf(c) >= 0);
            if (plain) {
                out.append(c);
            } else {
                out.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        return out.toString();
    }
}
