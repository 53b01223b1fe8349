package io.kybern.apiserver.wire;

import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.scanner.Constant;

/**
 * All of a text at once. SnakeYAML's own reader takes 1,024 characters at a time and copies what it has each time, so that one
 * scalar of megabytes takes seconds.
 *
 * <p>As there, a control character is told of when the piece of text in which it stands is looked at: what is wrong before that is
 * said first.
 */
final class YamlText extends StreamReader {
    private static final int PIECE = 1_024;
    private static final String CONTROL = "control characters are not allowed";

    private final int[] points;
    /** Where the piece begins that has a control character in it; behind the text if there is none. */
    private final int refused;

    private int pointer;
    private int documentStart;
    private int line;
    private int column;

    YamlText(String text) {
        super("");
        this.points = text.codePoints().toArray();
        if (text.indexOf('\t') >= 0) {
            FlowTabs.toSpaces(points);
        }
        this.refused = refused(points);
    }

    private static int refused(int[] points) {
        int pieceBegins = 0;
        int characters = 0;
        for (int i = 0; i < points.length; i++) {
            if (characters >= PIECE) {
                pieceBegins = i;
                characters = 0;
            }
            if (!isPrintable(points[i])) {
                return pieceBegins;
            }
            characters += Character.charCount(points[i]);
        }
        return Integer.MAX_VALUE;
    }

    /** Whether there is a character so far ahead. */
    private boolean reaches(int ahead) {
        int index = pointer + ahead;
        if (index >= refused) {
            throw new ReaderException("text", index, 0, CONTROL);
        }
        return index < points.length;
    }

    @Override
    public int peek() {
        return peek(0);
    }

    @Override
    public int peek(int ahead) {
        return reaches(ahead) ? points[pointer + ahead] : 0;
    }

    @Override
    public String prefix(int length) {
        if (length == 0) {
            return "";
        }
        int present = reaches(length) ? length : Math.min(length, points.length - pointer);
        return new String(points, pointer, present);
    }

    @Override
    public String prefixForward(int length) {
        String prefix = prefix(length);
        pointer += length;
        column += length;
        return prefix;
    }

    @Override
    public void forward() {
        forward(1);
    }

    @Override
    public void forward(int length) {
        for (int i = 0; i < length && reaches(0); i++) {
            int point = points[pointer++];
            boolean ends = Constant.LINEBR.has(point) || point == '\r' && reaches(0) && points[pointer] != '\n';
            if (ends) {
                line++;
                column = 0;
            } else if (point != 0xFEFF) {
                column++;
            }
        }
    }

    @Override
    public Mark getMark() {
        return new Mark("text", pointer, line, column, points, pointer);
    }

    @Override
    public int getColumn() {
        return column;
    }

    @Override
    public int getLine() {
        return line;
    }

    @Override
    public int getIndex() {
        return pointer;
    }

    @Override
    public int getDocumentIndex() {
        return pointer - documentStart;
    }

    @Override
    public void resetDocumentIndex() {
        documentStart = pointer;
    }
}
