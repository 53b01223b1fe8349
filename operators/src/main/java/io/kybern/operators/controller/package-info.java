/**
 * What every controller is made of; the controllers themselves are in the packages below.
 *
 * <p>A controller is a {@link io.kybern.operators.controller.KindController}: it names its primary kind and what else it
 * watches, and reconciles one object: read from the cache, claim, make a plan (a pure function that answers with a sealed
 * list of actions), apply it, compute the status (pure again), write it if it changed. All of them run in one
 * {@link io.kybern.operators.controller.ControllerRuntime}:
 *
 * <pre>
 * API server ── one watch per kind ──► SharedInformers (cache; handlers on the client's executor)
 *                                        │ primary: JOSDK's ControllerEventSource, by way of SharedInformerClient
 *                                        │ others:  WatchSource, which asks the controller's Watch whom it concerns
 *                                        ▼
 *                              JOSDK EventProcessor (one entry per object; retry 5 ms … 1 min; timers)
 *                                        ▼ one virtual thread per object that has work, --concurrent-*-syncs at once
 *                              PrimaryReconciler ──► KindController.reconcile ──► API server
 *                                        └──► EventRecorder (1,000 wait at most, then dropped; one virtual thread)
 * </pre>
 *
 * The garbage collectors are no reconcilers, as no primary kind drives them: that of owned objects follows the metadata of
 * every resource ({@link io.kybern.operators.metadata}), that of pods acts on nodes that no longer exist.
 */
@NullMarked
package io.kybern.operators.controller;

import org.jspecify.annotations.NullMarked;
