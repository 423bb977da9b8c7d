package dev.vedette.sentinel.observe;

import dev.vedette.sentinel.decide.Address;
import dev.vedette.sentinel.decide.Hello;
import dev.vedette.sentinel.decide.Info;
import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns hosts into addresses. What is an IP already is answered at once; names are looked up on a worker thread, when
 * {@code resolve-hostnames} allows it, and by the JVM's own cache.
 */
public final class Names {

    private final Vertx vertx;
    private final BooleanSupplier allowed;
    private final Logger log;

    /**
     * A resolver.
     *
     * @param allowed resolve-hostnames as it is now
     */
    public Names(Vertx vertx, BooleanSupplier allowed, Logger log) {
        this.vertx = vertx;
        this.allowed = allowed;
        this.log = log;
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
        return vertx.<Optional<Address>>executeBlocking(
                () -> {
                    try {
                        String ip = InetAddress.getByName(host).getHostAddress();
                        return Optional.of(new Address(host, ip, port));
                    } catch (UnknownHostException unknown) {
                        log.log(Level.WARNING, "Failed to resolve hostname ''{0}''", host);
                        return Optional.empty();
                    }
                },
                false);
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
                                .toList()));
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
