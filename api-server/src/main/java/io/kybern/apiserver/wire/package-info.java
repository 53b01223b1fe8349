/** How built-in kinds look on the wire: Go's struct order, zero values and error texts, as data. */
package io.kybern.apiserver.wire;
