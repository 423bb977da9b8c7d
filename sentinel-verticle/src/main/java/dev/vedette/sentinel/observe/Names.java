package dev.vedette.sentinel.observe;

import dev.vedette.sentinel.decide.Address;
import dev.vedette.sentinel.decide.Hello;
import dev.vedette.sentinel.decide.Info;
import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns hosts into addresses. What is an IP already is answered at once; names are looked up on threads of their own, when
 * {@code resolve-hostnames} allows it, and by the JVM's own cache. Each name has one lookup under way at most. Nobody
 * waits for a name server for longer than {@value #PATIENCE_MS} ms, or learns nothing from one that fails: what a name led
 * to the last time is good enough then.
 */
public final class Names {

    private static final long PATIENCE_MS = 500;
    private static final int THREADS = 4;

    /** How a name is looked up; blocks. */
    public interface Lookup {
        /** The IP of a host. */
        String ipOf(String host) throws UnknownHostException;
    }

    private final WorkerExecutor threads;
    private final Lookup lookup;
    private final Map<String, Future<String>> underWay = new HashMap<>();
    private final Map<String, String> lastKnown = new HashMap<>();
    private final BooleanSupplier allowed;
    private final Logger log;

    /**
     * A resolver.
     *
     * @param allowed resolve-hostnames as it is now
     */
    public Names(Vertx vertx, BooleanSupplier allowed, Logger log) {
        this(vertx, allowed, log, host -> InetAddress.getByName(host).getHostAddress());
    }

    Names(Vertx vertx, BooleanSupplier allowed, Logger log, Lookup lookup) {
        this.threads = vertx.createSharedWorkerExecutor("vedette-names", THREADS);
        this.allowed = allowed;
        this.log = log;
        this.lookup = lookup;
    }

    /** Whether a host is an IP address, version 4 or 6. */
    public static boolean isIp(String host) {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    }

    /** The address of a host; empty when it is a name that cannot or may not be resolved. */
    public Future<Optional<Address>> locate(String host, int port) {
        if (isIp(host)) {
            return Future.succeededFuture(Optional.of(Address.of(host, port)));
        }
        if (!allowed.getAsBoolean()) {
            log.log(Level.WARNING, "Failed to resolve hostname ''{0}''", host);
            return Future.succeededFuture(Optional.empty());
        }
        return lookedUp(host)
                .timeout(PATIENCE_MS, TimeUnit.MILLISECONDS)
                .map(ip -> Optional.of(new Address(host, ip, port)))
                .otherwise(failure -> {
                    log.log(Level.WARNING, "Failed to resolve hostname ''{0}''", host);
                    return Optional.ofNullable(lastKnown.get(host)).map(ip -> new Address(host, ip, port));
                });
    }

    private Future<String> lookedUp(String host) {
        @Nullable Future<String> present = underWay.get(host);
        if (present != null) {
            return present;
        }
        Future<String> begun = threads.executeBlocking(() -> lookup.ipOf(host), false);
        underWay.put(host, begun);
        begun.onComplete(done -> {
            underWay.remove(host);
            if (done.succeeded()) {
                lastKnown.put(host, done.result());
            }
        });
        return begun;
    }

    /** Looks nothing up any more. */
    public void close() {
        threads.close();
    }

    /** The address of a host; a name that does not resolve is its own IP. */
    public Future<Address> locateOrKeep(String host, int port) {
        return locate(host, port).map(found -> found.orElse(Address.of(host, port)));
    }

    /** The same INFO with its hosts resolved; replicas whose hosts do not resolve are left out. */
    public Future<Info> resolved(Info info) {
        @Nullable Address master = info.master();
        if (info.replicas().stream().allMatch(replica -> isIp(replica.host()))
                && (master == null || isIp(master.host()))) {
            return Future.succeededFuture(info);
        }
        List<Future<?>> all = new ArrayList<>();
        List<Future<Optional<Address>>> replicas = new ArrayList<>();
        for (Address replica : info.replicas()) {
            replicas.add(locate(replica.host(), replica.port()));
        }
        all.addAll(replicas);
        @Nullable Future<Address> follows = master == null ? null : locateOrKeep(master.host(), master.port());
        if (follows != null) {
            all.add(follows);
        }
        return Future.all(all)
                .map(done -> new Info(
                        info.runId(),
                        info.role(),
                        follows == null ? null : follows.result(),
                        info.masterLinkUp(),
                        info.masterLinkDownMs(),
                        info.priority(),
                        info.offset(),
                        info.announced(),
                        replicas.stream()
                                .flatMap(replica -> replica.result().stream())
                                .toList(),
                        info.contents()));
    }

    /** The same hello with its hosts resolved; empty when one cannot be. */
    public Future<Optional<Hello>> resolved(Hello hello) {
        @Nullable Address sender = hello.sender();
        if (sender == null) {
            return Future.succeededFuture(Optional.empty());
        }
        Address master = hello.masterAddress();
        if (isIp(sender.host()) && isIp(master.host())) {
            return Future.succeededFuture(Optional.of(hello));
        }
        Future<Optional<Address>> from = locate(sender.host(), sender.port());
        Future<Optional<Address>> about = locate(master.host(), master.port());
        return Future.all(from, about)
                .map(done -> from.result()
                        .flatMap(sentBy -> about.result()
                                .map(located -> new Hello(
                                        sentBy,
                                        hello.runId(),
                                        hello.currentEpoch(),
                                        hello.master(),
                                        located,
                                        hello.configEpoch()))));
    }
}
