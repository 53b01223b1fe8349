package io.kybern.crd.cel.syntax;

import java.util.List;

/** An expression that does not compile. */
public final class SyntaxException extends Exception {
    private static final long serialVersionUID = 1;

    /** @param issues not empty */
    public SyntaxException(Source source, List<Source.Issue> issues) {
        super(source.describe(issues));
    }

    /** All issues, each with its line and a mark under it. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
