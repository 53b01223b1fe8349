/** The patch types that change an object without regard to who owns its fields: JSON, merge and strategic merge patch. */
package io.kybern.crd.patch;
