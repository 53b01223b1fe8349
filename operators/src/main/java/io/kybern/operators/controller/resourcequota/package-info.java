/**
 * How much of each quota is used, as it was counted last: what admission charges, this corrects. Source of rules: {@code
 * pkg/controller/resourcequota}, {@code pkg/quota/v1}.
 */
@NullMarked
package io.kybern.operators.controller.resourcequota;

import org.jspecify.annotations.NullMarked;
