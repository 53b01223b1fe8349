/**
 * Custom resources come and go: who follows the CustomResourceDefinitions, accepts their names, has their kinds served and
 * cleans up behind them. Serving itself is the same as of built-in kinds.
 */
package io.kybern.apiserver.customresource;
