package io.kybern.crd.cel.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KnownTextsTest {
    private static final Expr PARSED = new Expr.Ident(1, 0, "x");

    @Test
    void forgetsWhatWasNotAskedForLongest() {
        KnownTexts texts = new KnownTexts();
        texts.put("first", PARSED);
        texts.put("second", PARSED);
        for (int i = 0; i < 511; i++) {
            assertThat(texts.get("first")).isSameAs(PARSED);
            texts.put("other " + i, PARSED);
        }
        assertThat(texts.get("second")).isNull();
        assertThat(texts.get("first")).isSameAs(PARSED);
    }

    @Test
    void keepsNoLongTexts() {
        KnownTexts texts = new KnownTexts();
        texts.put("x".repeat(1_001), PARSED);
        assertThat(texts.get("x".repeat(1_001))).isNull();
    }

    /** What {@code cel.bind} is where it is no macro: a function that nobody knows. */
    @Test
    void tellsTextsWithBindingsFromThoseWithout() throws SyntaxException {
        Source source = new Source("cel.bind(x, 1, x)");
        Expr with = Parser.parse(source, true);
        assertThat(Parser.parse(source, false)).isInstanceOf(Expr.Call.class);
        assertThat(with).isInstanceOf(Expr.Comprehension.class).isSameAs(Parser.parse(source, true));
    }
}
