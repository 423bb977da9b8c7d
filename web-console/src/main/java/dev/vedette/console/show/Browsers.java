package dev.vedette.console.show;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The browsers that watch, each by a stream of server-sent events. A browser that keeps up gets each change; one that
 * does not is left alone until its socket drains, and then gets the whole latest state: nothing queues up for it but
 * what its socket already holds.
 *
 * <p>Owned by the console's event loop.
 */
final class Browsers {

    /** Browsers served at a time. */
    static final int BROWSERS_MAX = 200;

    /** A browser that takes nothing for so long is given up; it will come back by itself if it lives. */
    static final long STUCK_MILLIS = 30_000;

    private static final class Browser {
        final HttpServerResponse response;
        long version = -1;
        long lastTakenMillis;

        Browser(HttpServerResponse response, long nowMillis) {
            this.response = response;
            this.lastTakenMillis = nowMillis;
        }
    }

    private final StateJson state;
    private final Set<Browser> browsers = new LinkedHashSet<>();

    Browsers(StateJson state) {
        this.state = state;
    }

    int count() {
        return browsers.size();
    }

    /** Starts the stream: headers, the whole state, and from then on what changes. False if there are too many. */
    boolean add(HttpServerResponse response, long nowMillis) {
        if (browsers.size() >= BROWSERS_MAX) {
            return false;
        }
        Browser browser = new Browser(response, nowMillis);
        response.setChunked(true)
                .putHeader("Content-Type", "text/event-stream; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Accel-Buffering", "no");
        response.closeHandler(gone -> browsers.remove(browser));
        response.exceptionHandler(broken -> browsers.remove(browser));
        browsers.add(browser);
        response.write("retry: 1000\n\n");
        write(browser, frame("full", state.version(), state.full()), nowMillis);
        return true;
    }

    /** Sends the change that led to the present version. */
    void push(JsonObject delta, long nowMillis) {
        if (browsers.isEmpty()) {
            return;
        }
        long base = delta.getLong("base");
        Buffer change = frame("change", state.version(), delta);
        Buffer whole = null;
        List<Browser> stuck = new ArrayList<>();
        for (Browser browser : browsers) {
            if (browser.response.writeQueueFull()) {
                if (nowMillis - browser.lastTakenMillis > STUCK_MILLIS) {
                    stuck.add(browser);
                }
            } else if (browser.version == base) {
                write(browser, change, nowMillis);
            } else {
                if (whole == null) {
                    whole = frame("full", state.version(), state.full());
                }
                write(browser, whole, nowMillis);
            }
        }
        stuck.forEach(browser -> {
            browsers.remove(browser);
            browser.response.reset();
        });
    }

    /** Ends all streams. */
    void close() {
        List<Browser> all = List.copyOf(browsers);
        browsers.clear();
        all.forEach(browser -> browser.response.end());
    }

    private void write(Browser browser, Buffer frame, long nowMillis) {
        browser.version = state.version();
        browser.lastTakenMillis = nowMillis;
        browser.response.write(frame);
    }

    /** JSON has no raw line ends, so one data line holds it. */
    private static Buffer frame(String event, long id, JsonObject data) {
        return Buffer.buffer("event: " + event + "\nid: " + id + "\ndata: ")
                .appendBuffer(data.toBuffer())
                .appendString("\n\n");
    }
}
