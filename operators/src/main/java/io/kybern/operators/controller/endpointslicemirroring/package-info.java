/** EndpointSlices that show Endpoints which somebody else writes. */
@NullMarked
package io.kybern.operators.controller.endpointslicemirroring;

import org.jspecify.annotations.NullMarked;
