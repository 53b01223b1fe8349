/** What a process that is nothing but a server does about its heap. */
@NullMarked
package io.kybern.apiserver.heap;

import org.jspecify.annotations.NullMarked;
