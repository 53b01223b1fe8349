package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figures;
import io.kybern.conformance.bench.figure.Goal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A kind of work, the same for each contestant. */
public interface Scenario {
    /** Of the command line. */
    String word();

    /** What is done, with its numbers: a line of help. */
    String about();

    /** What is counted, in the plural. */
    String unit();

    /** How many clients it is made for. */
    int clients();

    /** What the figures of Kybern should come to. */
    List<Goal> goals(int clients);

    /** The same work with so many custom kinds; what defines none is as it was. */
    default Scenario ofKinds(int count) {
        return this;
    }

    /** What else is worth knowing of the machine for this work, in sentences. */
    default List<String> conditions(Path directory) throws IOException {
        return List.of();
    }

    /**
     * Makes a contestant ready to take its turns: starts it and makes its data, which isn't measured.
     *
     * @throws IllegalArgumentException if this contestant can't do this work
     */
    Entrant enter(Contestant contestant, Setting setting) throws IOException;

    /**
     * What a contest gives to a contestant.
     *
     * @param directory of its own
     * @param clients how many ask at once
     * @param data its objects
     */
    record Setting(Path directory, int clients, BenchData data) {}

    /** A contestant that is ready. */
    interface Entrant extends AutoCloseable {
        /** Works for a time; some kinds of work take what time they take. */
        Figures turn(Duration duration) throws IOException;

        /** Works before the first turn, so that what compiles while it runs has compiled. */
        default void warmUp(Duration duration) throws IOException {
            long end = System.nanoTime() + duration.toNanos();
            do {
                turn(duration);
            } while (System.nanoTime() < end);
        }

        @Override
        void close();
    }
}
