/**
 * Of several processes one acts: who holds a Lease. As client-go's {@code tools/leaderelection}, with which it shares the Lease.
 *
 * <p>Fabric8's {@code LeaderElector} is not used, since two of its leaders can act at once: it asks whether a Lease is over by
 * comparing the time that another machine has written with the own clock, and it notices that its time to renew is over only
 * between two attempts, each of which may take longer than the Lease lives.
 */
@NullMarked
package io.kybern.operators.leaderelection;

import org.jspecify.annotations.NullMarked;
