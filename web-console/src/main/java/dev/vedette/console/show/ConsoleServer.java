package dev.vedette.console.show;

import dev.vedette.console.ConsoleOptions;
import dev.vedette.console.observe.ClusterState;
import dev.vedette.console.observe.ClusterView;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.function.LongSupplier;

/**
 * The HTTP side of the console.
 *
 * <pre>
 *   GET  /              the page
 *   GET  /api/state     all that is known, as JSON
 *   GET  /api/events    server-sent events: "full", then "change" after "change"
 *   POST /api/command   {"node": "host:port", "line": "GET key"} to {"text": what redis-cli would show}
 *   GET  /health        {"status": "UP", ...}
 * </pre>
 *
 * <p>Owned by the console's event loop.
 */
public final class ConsoleServer {

    /** Longest body of a POST, in bytes. */
    static final int BODY_BYTES_MAX = 256 << 10;

    private final HttpServer server;
    private final ClusterState cluster;
    private final StateJson state;
    private final Browsers browsers;
    private final LongSupplier clock;
    private final Gate gate;
    private final System.Logger log;

    /**
     * Does nothing before {@link #listen}.
     *
     * @param clock milliseconds, the clock that the cluster state is kept in
     */
    public ConsoleServer(
            Vertx vertx,
            ConsoleOptions options,
            ClusterState cluster,
            Shell shell,
            LongSupplier clock,
            System.Logger log) {
        this.cluster = cluster;
        this.clock = clock;
        this.log = log;
        this.state = new StateJson(cluster, options.readOnly());
        this.browsers = new Browsers(state);
        this.gate = new Gate(options);
        this.server = vertx.createHttpServer(new HttpServerOptions()
                .setHost(options.host())
                .setPort(options.port())
                .setMaxHeaderSize(16 << 10)
                .setTcpKeepAlive(true));
        server.requestHandler(router(vertx, options, shell));
    }

    /** Opens the port; fails if it is taken. The result is the port in use. */
    public Future<Integer> listen() {
        state.advance(cluster.view(clock.getAsLong()));
        return server.listen().map(HttpServer::actualPort);
    }

    /** Shows the cluster as it is now to every browser. */
    public void show() {
        long nowMillis = clock.getAsLong();
        ClusterView view = cluster.view(nowMillis);
        browsers.push(state.advance(view), nowMillis);
    }

    /** Ends all streams and closes the port. */
    public Future<Void> close() {
        browsers.close();
        return server.close();
    }

    private Router router(Vertx vertx, ConsoleOptions options, Shell shell) {
        Router router = Router.router(vertx);
        router.route().handler(this::admit);
        router.get("/health").handler(this::health);
        router.get("/api/state").handler(this::state);
        router.get("/api/events").handler(this::events);
        if (options.readOnly()) {
            router.post("/api/command")
                    .handler(context -> refuse(context, 403, "This console is read-only: the shell is off."));
        } else {
            router.post("/api/command")
                    .handler(BodyHandler.create(false).setBodyLimit(BODY_BYTES_MAX))
                    .handler(context -> command(context, shell));
        }
        router.route("/api/*").handler(context -> refuse(context, 404, "No such resource."));
        // The version is part of a library's path.
        router.route("/webjars/*")
                .handler(new PageFiles(
                        "/webjars/", "META-INF/resources/webjars/", "public, immutable, max-age=31536000"));
        router.route().handler(new PageFiles("/", "vedette-console/", "no-cache"));
        router.errorHandler(500, context -> {
            log.log(
                    System.Logger.Level.WARNING,
                    "Console request failed: " + context.request().path(),
                    context.failure());
            refuse(context, 500, "The console failed to answer; its log says why.");
        });
        router.errorHandler(413, context -> refuse(context, 413, "The command is too long."));
        return router;
    }

    private void admit(RoutingContext context) {
        Gate.harden(context.response());
        String refusal = gate.refusal(context.request());
        if (refusal != null) {
            refuse(context, 403, refusal);
            return;
        }
        context.next();
    }

    private void health(RoutingContext context) {
        answer(
                context,
                200,
                new JsonObject()
                        .put("status", "UP")
                        .put("version", state.version())
                        .put("browsers", browsers.count()));
    }

    private void state(RoutingContext context) {
        show();
        answer(context, 200, state.full());
    }

    private void events(RoutingContext context) {
        if (!browsers.add(context.response(), clock.getAsLong())) {
            refuse(context, 503, "Too many browsers watch already.");
        }
    }

    private void command(RoutingContext context, Shell shell) {
        JsonObject body;
        try {
            body = context.body().asJsonObject();
        } catch (RuntimeException notJson) {
            body = null;
        }
        if (body == null) {
            refuse(context, 400, "The body is no JSON object.");
            return;
        }
        shell.run(cluster.view(clock.getAsLong()), body)
                .onSuccess(result -> answer(context, result.status(), result.body()))
                .onFailure(context::fail);
    }

    private static void answer(RoutingContext context, int status, JsonObject body) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                .end(body.toBuffer());
    }

    private static void refuse(RoutingContext context, int status, String reason) {
        answer(context, status, new JsonObject().put("error", reason));
    }
}
