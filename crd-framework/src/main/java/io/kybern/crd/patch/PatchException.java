package io.kybern.crd.patch;

/** A patch that can't be used. The message is what the Status says, unless the kind has a text of its own. */
public final class PatchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Which Status a refused patch becomes. */
    public enum Kind {
        /** 400 BadRequest with the message. */
        BAD_REQUEST(400, "BadRequest"),
        /** 413 RequestEntityTooLarge; the Status says {@code Request entity too large: } before the message. */
        TOO_LARGE(413, "RequestEntityTooLarge"),
        /** 422 Invalid with empty details and {@link #GENERIC_TEXT} in place of the message. */
        REJECTED(422, "Invalid"),
        /** 500 with the message and no reason: the original does not classify these errors. */
        INTERNAL(500, "");

        private final int code;
        private final String reason;

        Kind(int code, String reason) {
            this.code = code;
            this.reason = reason;
        }

        public int code() {
            return code;
        }

        public String reason() {
            return reason;
        }
    }

    /** What a {@link Kind#REJECTED} patch is answered with; why exactly is not told to clients. */
    public static final String GENERIC_TEXT = "the server rejected our request due to an error in our request";

    private final Kind kind;

    public PatchException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** The message of the Status. */
    public String statusMessage() {
        return switch (kind) {
            case BAD_REQUEST, INTERNAL -> String.valueOf(getMessage());
            case TOO_LARGE -> "Request entity too large: " + getMessage();
            case REJECTED -> GENERIC_TEXT;
        };
    }

    static PatchException badRequest(String message) {
        return new PatchException(Kind.BAD_REQUEST, message);
    }

    static PatchException rejected(String message) {
        return new PatchException(Kind.REJECTED, message);
    }

    static PatchException internal(String message) {
        return new PatchException(Kind.INTERNAL, message);
    }
}
