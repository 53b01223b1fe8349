/** Objects of custom kinds in another of their versions: by renaming them, or by asking the webhook of their definition. */
package io.kybern.apiserver.conversion;
