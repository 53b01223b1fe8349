package io.kybern.apiserver.negotiation;

import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.StoredObject;
import java.util.Iterator;
import java.util.Optional;

/**
 * What one list request answers.
 *
 * @param items may be walked once
 * @param next token of the page after this one
 * @param remaining how many items come after this page, where no selector was given
 */
public record ListPage(
        Revision revision, Iterator<StoredObject> items, Optional<String> next, Optional<Long> remaining) {}
