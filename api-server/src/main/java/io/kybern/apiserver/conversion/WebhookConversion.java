package io.kybern.apiserver.conversion;

import static io.kybern.crd.resource.Trees.text;
import static io.kybern.crd.resource.Trees.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.storage.converted.ConversionException;
import io.kybern.apiserver.webhook.HookAddress;
import io.kybern.apiserver.webhook.HookException;
import io.kybern.apiserver.webhook.HookTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Conversion by the webhook of a definition: one call for all objects, and one for each if the answer to that is wrong. Of the answer
 * only what a webhook may change is taken, everything but the metadata, and labels and annotations of that.
 *
 * <p>Source of order and texts: {@code pkg/apiserver/conversion/webhook_converter.go} of apiextensions-apiserver.
 */
public final class WebhookConversion implements VersionConversion {
    /** Source: the default timeout of the client of webhooks. */
    private static final int SECONDS = 30;

    private static final String LATE = "context deadline exceeded";

    private final HookTransport hooks;
    private final HookAddress address;
    private final List<String> reviewVersions;

    private WebhookConversion(HookTransport hooks, HookAddress address, List<String> reviewVersions) {
        this.hooks = hooks;
        this.address = address;
        this.reviewVersions = reviewVersions;
    }

    /** @param webhook {@code spec.conversion.webhook} of a valid definition */
    public static WebhookConversion of(JsonNode webhook, HookTransport hooks) {
        return new WebhookConversion(
                hooks, HookAddress.of(webhook.path("clientConfig")), texts(webhook.path("conversionReviewVersions")));
    }

    @Override
    public boolean blocks() {
        return true;
    }

    @Override
    public List<ObjectNode> convert(List<ObjectNode> objects, String apiVersion) {
        if (objects.isEmpty()) {
            return objects;
        }
        try {
            return converted(objects, apiVersion);
        } catch (BadAnswerException e) {
            if (objects.size() == 1) {
                throw new ConversionException(e.text());
            }
            return oneByOne(objects, apiVersion);
        }
    }

    /** The original asks for each object alone: what is wrong is told of the first one that can't be converted. */
    private List<ObjectNode> oneByOne(List<ObjectNode> objects, String apiVersion) {
        List<ObjectNode> converted = new ArrayList<>(objects.size());
        for (ObjectNode object : objects) {
            converted.addAll(convert(List.of(object), apiVersion));
        }
        return converted;
    }

    /** Something was answered, and it is wrong: another question may be answered better. */
    private static final class BadAnswerException extends Exception {
        private static final long serialVersionUID = 1;

        BadAnswerException(String message) {
            super(message, null, false, false);
        }

        String text() {
            return String.valueOf(getMessage());
        }
    }

    private List<ObjectNode> converted(List<ObjectNode> objects, String apiVersion) throws BadAnswerException {
        ConversionReview review =
                ConversionReview.of(reviewVersions, UUID.randomUUID().toString(), objects, apiVersion);
        String what = "conversion webhook for " + text(objects.getFirst(), "apiVersion") + ", Kind="
                + text(objects.getFirst(), "kind") + " ";
        byte[] body;
        try {
            body = hooks.post(address, SECONDS, review.body());
        } catch (HookException e) {
            String late = e.text().endsWith(LATE) ? " (Client.Timeout exceeded while awaiting headers)" : "";
            throw new ConversionException(what + "failed: " + e.text() + late);
        }
        List<JsonNode> answered;
        try {
            answered = review.answer(body);
        } catch (HookException e) {
            throw new BadAnswerException(what + "failed: " + e.text());
        }
        if (answered.size() != objects.size()) {
            throw new BadAnswerException(what + "returned " + answered.size() + " objects, expected " + objects.size());
        }
        List<ObjectNode> converted = new ArrayList<>(objects.size());
        try {
            for (int i = 0; i < objects.size(); i++) {
                converted.add(ConvertedObject.check(what, objects.get(i), answered.get(i), apiVersion));
            }
        } catch (ConversionException e) {
            throw new BadAnswerException(e.text());
        }
        return converted;
    }
}
