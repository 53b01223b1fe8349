/**
 * A resource's objects as one of its versions shows them, over a store that has them in the versions in which they were
 * written. What has to be asked for elsewhere is asked ahead of those who must not wait.
 */
package io.kybern.apiserver.storage.converted;
