package io.kybern.apiserver.storage.converted;

import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What stored objects look like in one version, each made once: readers who want the same revision of an object at the same
 * time wait for one conversion. A view that somebody else had to be asked for stays as long as its object does, the others are
 * made again when they are forgotten.
 *
 * <pre>
 * absent ──who comes first──► being made ──► there
 *    ▲                            │
 *    └──────────failed────────────┘  all who wait are told; who wants that object alone tries for itself
 * </pre>
 */
final class Views {
    /** One call converts so many objects at most … */
    private static final int CALL_OBJECTS = 500;
    /** … and so many bytes, but one object at least. */
    private static final long CALL_BYTES = 4L << 20;

    private final Converter converter;
    private final Runnable beforeWaiting;

    /** @param beforeWaiting throws on a thread that must not wait */
    Views(Converter converter, Runnable beforeWaiting) {
        this.converter = converter;
        this.beforeWaiting = beforeWaiting;
    }

    boolean mayWait() {
        return converter.blocks();
    }

    /** One object, whatever becomes of others. */
    StoredObject of(StoredObject object) {
        while (true) {
            Optional<StoredObject> known = atOnce(object);
            if (known.isPresent()) {
                return known.get();
            }
            beforeWaiting.run();
            CompletableFuture<StoredObject> mine = new CompletableFuture<>();
            CompletableFuture<StoredObject> theirs = claim(object, mine);
            if (theirs == null) {
                make(List.of(new Claim(object, mine)));
                return mine.join();
            }
            try {
                return theirs.join();
            } catch (CompletionException e) {
                // they may have asked for others along with it: it is ours to try now, unless somebody is faster
            }
        }
    }

    /** All of them, in the same order; those that are not there yet in as few calls as the bounds allow. */
    List<StoredObject> of(List<StoredObject> objects) {
        if (objects.stream().allMatch(o -> atOnce(o).isPresent())) {
            return objects.stream().map(o -> atOnce(o).orElseThrow()).toList();
        }
        beforeWaiting.run();
        List<CompletableFuture<StoredObject>> views = new ArrayList<>(objects.size());
        List<Claim> claims = new ArrayList<>();
        for (StoredObject object : objects) {
            Optional<StoredObject> known = atOnce(object);
            CompletableFuture<StoredObject> mine = new CompletableFuture<>();
            CompletableFuture<StoredObject> theirs =
                    known.isPresent() ? CompletableFuture.completedFuture(known.get()) : claim(object, mine);
            if (theirs == null) {
                claims.add(new Claim(object, mine));
            }
            views.add(theirs == null ? mine : theirs);
        }
        makeAll(claims);
        return views.stream().map(Views::join).toList();
    }

    private static StoredObject join(CompletableFuture<StoredObject> view) {
        try {
            return view.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ConversionException why ? why : e;
        }
    }

    /** The view if nobody has to be waited for. */
    Optional<StoredObject> atOnce(StoredObject object) {
        if (converter.isCurrent(object)) {
            return Optional.of(object);
        }
        if (!converter.blocks()) {
            return Optional.of(object.form(this, o -> {
                return StoredObject.of(
                        o.key(), o.revision(), converter.convert(List.of(o)).getFirst());
            }));
        }
        return object.<CompletableFuture<StoredObject>>kept(this)
                .filter(view -> view.isDone() && !view.isCompletedExceptionally())
                .map(CompletableFuture::join);
    }

    // ---- making

    /** An object that this thread has taken upon itself to convert. */
    private record Claim(StoredObject object, CompletableFuture<StoredObject> view) {}

    /** Null if the object is ours to convert now; else the view that another makes. */
    private @Nullable CompletableFuture<StoredObject> claim(StoredObject object, CompletableFuture<StoredObject> mine) {
        CompletableFuture<StoredObject> theirs = object.keep(this, mine);
        return theirs == mine ? null : theirs;
    }

    private void makeAll(List<Claim> claims) {
        int from = 0;
        try {
            while (from < claims.size()) {
                int to = from;
                long bytes = 0;
                while (to < claims.size() && to - from < CALL_OBJECTS && (to == from || bytes < CALL_BYTES)) {
                    bytes += claims.get(to++).object().json().length;
                }
                List<Claim> call = claims.subList(from, to);
                from = to;
                make(call);
            }
        } finally { // after a failure nobody makes the rest
            fail(claims.subList(from, claims.size()), new ConversionException("another object could not be converted"));
        }
    }

    private void make(List<Claim> claims) {
        try {
            List<EncodedObject> made =
                    converter.convert(claims.stream().map(Claim::object).toList());
            for (int i = 0; i < claims.size(); i++) {
                StoredObject object = claims.get(i).object();
                claims.get(i).view().complete(StoredObject.of(object.key(), object.revision(), made.get(i)));
            }
        } catch (RuntimeException e) {
            fail(claims, e);
            throw e;
        }
    }

    private void fail(List<Claim> claims, RuntimeException why) {
        for (Claim claim : claims) {
            claim.object().forget(this, claim.view());
            claim.view().completeExceptionally(why);
        }
    }
}
