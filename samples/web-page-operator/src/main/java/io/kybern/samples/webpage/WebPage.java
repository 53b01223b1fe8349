package io.kybern.samples.webpage;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * A page and how many servers show it. The CustomResourceDefinition is generated from this class at build time.
 *
 * <p>A new WebPage has neither spec nor status, on purpose: the framework applies such blank objects to set a finalizer,
 * and with a default spec in them it would overwrite what people wrote.
 */
@Group("samples.kybern.io")
@Version("v1")
@ShortNames("wp")
@AdditionalPrinterColumn(
        name = "Ready",
        jsonPath = ".status.readyReplicas",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "URL", jsonPath = ".status.url")
public class WebPage extends CustomResource<WebPageSpec, WebPageStatus> implements Namespaced {}
