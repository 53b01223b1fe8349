package io.kybern.apiserver.storage;

/**
 * A point in the history of a store: an empty store is at 1, each committed transaction gets the next one. Zero stands for
 * "before everything" or, in a compare, for "the key is absent". Printed in decimal it is a {@code resourceVersion}.
 */
public record Revision(long value) implements Comparable<Revision> {
    public static final Revision NONE = new Revision(0);

    public Revision {
        if (value < 0) {
            throw new IllegalArgumentException("negative revision " + value);
        }
    }

    @Override
    public int compareTo(Revision other) {
        return Long.compare(value, other.value);
    }

    public boolean isAfter(Revision other) {
        return value > other.value;
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
