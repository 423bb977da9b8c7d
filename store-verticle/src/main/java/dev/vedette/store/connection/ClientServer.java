package dev.vedette.store.connection;

import dev.vedette.store.command.Dispatcher;
import dev.vedette.store.command.ServerState;
import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.session.Session;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where clients come in: the listening sockets that {@code bind}, {@code port} and {@code unixsocket} ask for, and the
 * connections that they accept.
 */
public final class ClientServer {

    private final Vertx vertx;
    private final ServerState server;
    private final Clients clients;
    private final List<NetServer> tcp = new ArrayList<>();
    private final List<NetServer> unix = new ArrayList<>();
    /** What {@code bind} said when {@link #tcp} was opened. */
    private List<String> boundTo = List.of();

    /**
     * @param loop runs a task later on the event loop of the store verticle, from which all of this is called
     * @param changesUnderWay whether changes wait for the end of the turn, after which comes {@link #changesSent}
     * @param welcome prepares a new session: says whether it is logged in as it is
     */
    public ClientServer(
            Vertx vertx,
            ServerState server,
            Dispatcher dispatcher,
            Executor loop,
            BooleanSupplier changesUnderWay,
            Consumer<Session> welcome) {
        this.vertx = vertx;
        this.server = server;
        this.clients = new Clients(server, dispatcher, loop, changesUnderWay, welcome);
        server.config.onChange(this::moveTo, "port", "bind");
    }

    /** The turn's changes were sent to the replication verticle: replies that must not be ahead of them follow. */
    public void changesSent() {
        clients.changesSent();
    }

    /** Begins to listen; fails when no address, or one that is not optional, can be bound. */
    public Future<Void> listen() {
        return listenTcp().compose(bound -> listenUnix());
    }

    private Future<Void> listenTcp() {
        ServerConfig config = server.config;
        int port = config.getInt("port");
        if (port == 0) {
            return Future.succeededFuture();
        }
        boundTo = config.bindAddresses();
        List<NetServer> opened = new ArrayList<>();
        Future<Void> all = Future.succeededFuture();
        for (Bind bind : Bind.of(config.bindAddresses())) {
            all = all.compose(before -> open(SocketAddress.inetSocketAddress(port, bind.host()), false)
                    .<Void>map(listening -> {
                        opened.add(listening);
                        return null;
                    })
                    .recover(failure -> {
                        if (bind.optional() && !isTaken(failure)) {
                            return Future.succeededFuture();
                        }
                        return Future.failedFuture(new IOException(
                                "Could not create server TCP listening socket " + bind.shown() + ":" + port + ": bind: "
                                        + reason(failure),
                                failure));
                    }));
        }
        return all.transform(done -> {
            if (done.succeeded() && !opened.isEmpty()) {
                tcp.addAll(opened);
                return Future.<Void>succeededFuture();
            }
            opened.forEach(NetServer::close);
            return Future.failedFuture(
                    done.failed() ? done.cause() : new IOException("no address of 'bind' can be used"));
        });
    }

    private static boolean isTaken(Throwable failure) {
        return reason(failure).contains("in use");
    }

    private static String reason(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("in use") ? "Address already in use" : message;
    }

    private Future<NetServer> open(SocketAddress address, boolean unixSocket) {
        NetServerOptions options = new NetServerOptions()
                .setReuseAddress(true)
                .setTcpNoDelay(true)
                .setTcpKeepAlive(server.config.getInt("tcp-keepalive") > 0)
                .setAcceptBacklog(server.config.getInt("tcp-backlog"));
        return vertx.createNetServer(options)
                .connectHandler(socket -> clients.accept(socket, unixSocket))
                .exceptionHandler(
                        failure -> server.log.log(Level.DEBUG, "Accepting a client failed: " + failure.getMessage()))
                .listen(address);
    }

    private Future<Void> listenUnix() {
        String path = server.config.getString("unixsocket");
        if (path.isEmpty()) {
            return Future.succeededFuture();
        }
        Path file = server.config.getPath("unixsocket");
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            return Future.failedFuture(new IOException("Failed opening Unix socket: unlink: " + e.getMessage(), e));
        }
        return open(SocketAddress.domainSocketAddress(file.toString()), true)
                .map(listening -> {
                    unix.add(listening);
                    setPermissions(file, server.config.getInt("unixsocketperm"));
                    return (Void) null;
                })
                .recover(failure -> Future.failedFuture(
                        new IOException("Failed opening Unix socket: bind: " + failure.getMessage(), failure)));
    }

    private void setPermissions(Path file, int mode) {
        if (mode == 0) {
            return;
        }
        PosixFilePermission[] inOrder = PosixFilePermission.values(); // owner, group, others; read, write, execute
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < inOrder.length; i++) {
            if ((mode >> (8 - i) & 1) != 0) {
                permissions.add(inOrder[i]);
            }
        }
        try {
            Files.setPosixFilePermissions(file, permissions);
        } catch (IOException | UnsupportedOperationException e) {
            server.log.log(Level.WARNING, "Cannot set the permissions of the Unix socket: " + e.getMessage());
        }
    }

    /**
     * CONFIG SET port or bind: clients that are connected go with the old sockets. A new port is tried before these go;
     * other addresses of the same port can only be bound after them.
     */
    private @Nullable String moveTo(ServerConfig config) {
        int port = config.getInt("port");
        boolean samePort = !tcp.isEmpty() && tcp.getFirst().actualPort() == port;
        if (samePort && config.bindAddresses().equals(boundTo)) {
            return null; // back to what is still so, since another directive could not be applied
        }
        if (!samePort && port != 0 && !isFree(port)) {
            return "Unable to listen on this port. Check server logs.";
        }
        List<NetServer> old = new ArrayList<>(tcp);
        tcp.clear();
        Future.join(old.stream().map(ClientServer::stop).toList())
                .onComplete(closed -> listenTcp()
                        .onFailure(failure -> server.log.log(
                                Level.WARNING, "Unable to listen on this port: " + failure.getMessage())));
        return null;
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static Future<Void> stop(NetServer listening) {
        return listening.shutdown(0, TimeUnit.SECONDS);
    }

    /** To be called each second. */
    public void everySecond() {
        clients.everySecond();
    }

    /** Listens no more; connections stay. */
    public Future<Void> stopListening() {
        List<Future<Void>> closing = new ArrayList<>();
        tcp.forEach(listening -> closing.add(stop(listening)));
        tcp.clear();
        if (!unix.isEmpty()) {
            unix.forEach(listening -> closing.add(stop(listening)));
            unix.clear();
            try {
                Files.deleteIfExists(server.config.getPath("unixsocket"));
            } catch (IOException e) {
                server.log.log(Level.WARNING, "Cannot remove the Unix socket: " + e.getMessage());
            }
        }
        return Future.join(closing).mapEmpty();
    }

    /** An address of {@code bind}. */
    private record Bind(String shown, String host, boolean optional) {

        static List<Bind> of(List<String> addresses) {
            List<Bind> binds = new ArrayList<>();
            for (String address : addresses) {
                boolean optional = address.startsWith("-");
                String bare = optional ? address.substring(1) : address;
                if (bare.equals("*")) {
                    binds.add(new Bind(bare, "0.0.0.0", optional));
                } else if (bare.equals("::*")) {
                    binds.add(new Bind(bare, "::", optional || !hasIpv6()));
                } else {
                    binds.add(new Bind(bare, bare, optional));
                }
            }
            return binds.isEmpty() ? List.of(new Bind("*", "0.0.0.0", false)) : withoutDoubles(binds);
        }

        /** One socket for both families serves {@code * ::*} where the system's IPv6 sockets take IPv4, too. */
        private static List<Bind> withoutDoubles(List<Bind> binds) {
            boolean any6 = binds.stream().anyMatch(bind -> bind.host.equals("::"));
            boolean any4 = binds.stream().anyMatch(bind -> bind.host.equals("0.0.0.0"));
            if (!any4 || !any6) {
                return binds;
            }
            return binds.stream()
                    .filter(bind -> !bind.host.equals(hasIpv6() ? "0.0.0.0" : "::"))
                    .toList();
        }

        private static boolean hasIpv6() {
            try {
                return !Files.readString(Path.of("/proc/net/if_inet6")).isEmpty();
            } catch (IOException none) {
                return false;
            }
        }
    }
}
