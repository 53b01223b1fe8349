package io.kybern.apiserver.chain;

import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.MustWaitException;
import io.kybern.apiserver.negotiation.Encoder;
import io.kybern.apiserver.negotiation.Negotiator;
import io.kybern.apiserver.selector.SelectorException;
import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import io.kybern.apiserver.storage.KeyValueStore.TooLargeException;
import io.kybern.apiserver.storage.converted.ConversionException;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Turns whatever is thrown into a Status. What nobody expected is logged with its trace and answered without it. */
public final class StatusFilter implements Filter {
    private static final Logger LOG = Logger.getLogger(StatusFilter.class.getName());

    @Override
    public ApiResponse filter(Exchange exchange, Next next) {
        try {
            return next.proceed(exchange);
        } catch (MustWaitException e) {
            throw e;
        } catch (ApiException e) {
            return answer(exchange, e);
        } catch (SelectorException e) {
            return answer(exchange, ApiException.badRequest(String.valueOf(e.getMessage())));
        } catch (ConversionException e) {
            return answer(exchange, ApiException.of(Reason.UNKNOWN, e.text()));
        } catch (StorageUnavailableException | TooLargeException e) {
            return answer(exchange, ApiException.of(Reason.UNKNOWN, String.valueOf(e.getMessage())));
        } catch (StackOverflowError e) {
            return answer(exchange, ApiException.badRequest("the request is nested too deeply for this server"));
        } catch (RuntimeException | Error e) {
            // An Error, too: a client that gets no answer waits for ever.
            LOG.log(
                    Level.SEVERE,
                    e,
                    () -> exchange.request().method() + " " + exchange.request().path() + " failed");
            return answer(exchange, ApiException.internal("the server failed to answer; its log says why"));
        }
    }

    private static ApiResponse answer(Exchange exchange, ApiException e) {
        ApiResponse response = Encoder.tree(e.code(), e.status(), Negotiator.forStatus(exchange.request()));
        if (e.retryAfterSeconds() > 0) {
            response.headers().set("Retry-After", Integer.toString(e.retryAfterSeconds()));
        }
        return response;
    }
}
