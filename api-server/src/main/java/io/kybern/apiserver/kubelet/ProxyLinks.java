package io.kybern.apiserver.kubelet;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes links of a proxied site lead through the proxy again: the {@code Location} of redirects and the links in HTML that
 * begin with a slash or name the site's own host. Source: {@code apimachinery/pkg/util/proxy/transport.go}.
 *
 * @param prefix of the proxy's path, without the site's
 * @param site host and port of the site as the server reaches it
 * @param asked the {@code Host} of the client's request
 */
record ProxyLinks(String prefix, String site, String asked) {
    private static final Map<String, Set<String>> ATTRIBUTES = Map.ofEntries(
            Map.entry("a", Set.of("href")),
            Map.entry("applet", Set.of("codebase")),
            Map.entry("area", Set.of("href")),
            Map.entry("audio", Set.of("src")),
            Map.entry("base", Set.of("href")),
            Map.entry("blockquote", Set.of("cite")),
            Map.entry("body", Set.of("background")),
            Map.entry("button", Set.of("formaction")),
            Map.entry("command", Set.of("icon")),
            Map.entry("del", Set.of("cite")),
            Map.entry("embed", Set.of("src")),
            Map.entry("form", Set.of("action")),
            Map.entry("frame", Set.of("longdesc", "src")),
            Map.entry("head", Set.of("profile")),
            Map.entry("html", Set.of("manifest")),
            Map.entry("iframe", Set.of("longdesc", "src")),
            Map.entry("img", Set.of("longdesc", "src", "usemap")),
            Map.entry("input", Set.of("src", "usemap", "formaction")),
            Map.entry("ins", Set.of("cite")),
            Map.entry("link", Set.of("href")),
            Map.entry("object", Set.of("classid", "codebase", "data", "usemap")),
            Map.entry("q", Set.of("cite")),
            Map.entry("script", Set.of("src")),
            Map.entry("source", Set.of("src")),
            Map.entry("video", Set.of("poster", "src")));

    private static final Pattern TAG = Pattern.compile(
            "<([A-Za-z]+)((?:\\s+[^\\s=>\"']+(?:\\s*=\\s*(?:\"[^\"]*\"|'[^']*'|[^\\s>\"']+))?)*+\\s*/?)>");
    private static final Pattern ATTRIBUTE = Pattern.compile("(\\s[^\\s=>\"'/]+\\s*=\\s*)(\"[^\"]*\"|'[^']*')");

    String link(String target) {
        URI uri;
        try {
            uri = new URI(target);
        } catch (URISyntaxException e) {
            return target;
        }
        String host = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        boolean elsewhere = !host.isEmpty() && !host.equals(site) && !host.equals(asked);
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        if (elsewhere || !path.startsWith("/")) {
            return target;
        }
        String rest = (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery())
                + (uri.getRawFragment() == null ? "" : "#" + uri.getRawFragment());
        // The client's own host needs no change; the site's is not the client's to know.
        String head = host.equals(asked) && !host.isEmpty() ? uri.getScheme() + "://" + host : "";
        return head + (path.startsWith(prefix) ? path : prefix + path) + rest;
    }

    String page(String html) {
        return TAG.matcher(html).replaceAll(tag -> Matcher.quoteReplacement(tag(tag.group(), tag.group(1))));
    }

    private String tag(String whole, String name) {
        Set<String> linking = ATTRIBUTES.get(name.toLowerCase(Locale.ROOT));
        if (linking == null) {
            return whole;
        }
        return ATTRIBUTE.matcher(whole).replaceAll(match -> {
            String attribute =
                    match.group(1).strip().replaceFirst("\\s*=.*", "").toLowerCase(Locale.ROOT);
            String quoted = match.group(2);
            String changed = linking.contains(attribute)
                    ? quoted.charAt(0) + link(quoted.substring(1, quoted.length() - 1)) + quoted.charAt(0)
                    : quoted;
            return Matcher.quoteReplacement(match.group(1) + changed);
        });
    }
}
