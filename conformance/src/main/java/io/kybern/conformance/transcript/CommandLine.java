package io.kybern.conformance.transcript;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A line of arguments: words between spaces; what is between single or double quotes is taken as it is. */
final class CommandLine {
    private static final Pattern PIECE = Pattern.compile("'([^']*)'|\"([^\"]*)\"|([^\\s'\"]+)|(\\s+)");

    private CommandLine() {}

    static List<String> words(String line) {
        List<String> out = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        Matcher pieces = PIECE.matcher(line);
        while (pieces.find()) {
            if (pieces.group(4) == null) {
                for (int group = 1; group <= 3; group++) {
                    String piece = pieces.group(group);
                    word.append(piece == null ? "" : piece);
                }
                inWord = true;
            } else if (inWord) {
                out.add(word.toString());
                word.setLength(0);
                inWord = false;
            }
        }
        if (inWord) {
            out.add(word.toString());
        }
        return out;
    }
}
