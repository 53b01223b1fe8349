/**
 * A pod's volumes as directories of the host. Volumes whose content comes from the API are written atomically and
 * refreshed while the pod runs.
 */
package io.kybern.node.volume;
