package io.kybern.crd.cel.value;

import java.util.ArrayList;
import java.util.List;

/** A list. Never changes; elements may be made when they are asked for. */
public abstract class CelList {
    /** Appending more of them than these makes no copy. */
    private static final int MANY = 1_000;

    /** Longer ones are not made: looking at each element once would take longer than any cost allows. */
    private static final int LONGEST = 10_000_000;

    public static final CelList EMPTY = of(List.of());

    public abstract int size();

    /** @param index within the list */
    public abstract Object get(int index);

    public static CelList of(List<?> elements) {
        return new Plain(new ArrayList<>(elements), elements.size());
    }

    /** This list with those of another one appended; not copied if they are many. */
    public CelList plus(CelList other) {
        long together = (long) size() + other.size();
        if (together > MANY) {
            Work.spend(together > LONGEST ? Long.MAX_VALUE : 1);
            return new Joined(this, other);
        }
        ArrayList<Object> all = new ArrayList<>(size() + other.size());
        appendTo(all);
        other.appendTo(all);
        return new Plain(all, all.size());
    }

    /** The element at an index of any type, or an error. */
    public final Object at(Object index) {
        Object exact = Conversions.index(index);
        if (!(exact instanceof Long i)) {
            return exact;
        }
        return i >= 0 && i < size() ? get(i.intValue()) : CelError.outOfBounds(index);
    }

    /** @return a Boolean or an error */
    public final Object contains(Object element) {
        Work.look(1 + size());
        Object failed = null;
        for (int i = 0; i < size(); i++) {
            Object same = Values.equal(get(i), element);
            if (same.equals(true)) {
                return true;
            }
            if (failed == null && same instanceof CelError) {
                failed = same;
            }
        }
        return failed == null ? (Object) false : failed;
    }

    /** @return a Boolean or an error */
    public Object equalTo(Object value) {
        if (!(value instanceof CelList other)) {
            return false;
        }
        if (size() != other.size()) {
            return false;
        }
        Work.look(1 + size());
        for (int i = 0; i < size(); i++) {
            Object same = Values.equal(get(i), other.get(i));
            if (!same.equals(true)) {
                return same;
            }
        }
        return true;
    }

    final void appendTo(List<Object> all) {
        for (int i = 0; i < size(); i++) {
            all.add(get(i));
        }
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder("[");
        for (int i = 0; i < size(); i++) {
            Work.write(2);
            out.append(i == 0 ? "" : ", ").append(Values.text(get(i)));
        }
        return out.append(']').toString();
    }

    /**
     * The first elements of an array that only grows. Appending to the list that ends where the array does appends in
     * place, so that a loop that collects costs no copies: the shorter list does not see what is behind its end.
     * An evaluation runs on one thread, and constants are not appended to in place.
     */
    private static final class Plain extends CelList {
        private final ArrayList<Object> array;
        private final int size;

        Plain(ArrayList<Object> array, int size) {
            this.array = array;
            this.size = size;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public Object get(int index) {
            return array.get(index);
        }

        @Override
        public CelList plus(CelList other) {
            if (size == 0 || array.size() != size || other == this || other.size() > MANY) {
                return super.plus(other);
            }
            other.appendTo(array);
            return new Plain(array, array.size());
        }
    }

    /** One list after the other. */
    private static final class Joined extends CelList {
        private final CelList first;
        private final CelList second;
        private final int split;
        private final int size;

        Joined(CelList first, CelList second) {
            this.first = first;
            this.second = second;
            this.split = first.size();
            this.size = split + second.size();
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public Object get(int index) {
            CelList list = this;
            int at = index;
            while (list instanceof Joined joined) { // not by recursion: there may be many
                list = at < joined.split ? joined.first : joined.second;
                at -= at < joined.split ? 0 : joined.split;
            }
            return list.get(at);
        }
    }

    /** A list of which appending always makes a copy: for constants, which threads share. */
    public static CelList constant(List<?> elements) {
        List<Object> copy = List.copyOf(elements);
        return new CelList() {
            @Override
            public int size() {
                return copy.size();
            }

            @Override
            public Object get(int index) {
                return copy.get(index);
            }
        };
    }
}
