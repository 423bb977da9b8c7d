package dev.vedette.sentinel.observe;

import dev.vedette.sentinel.decide.Address;
import dev.vedette.sentinel.decide.Event;
import dev.vedette.sentinel.decide.Event.Pong;
import dev.vedette.sentinel.decide.Hello;
import dev.vedette.sentinel.decide.Info;
import dev.vedette.sentinel.decide.LinkId;
import dev.vedette.sentinel.decide.LinkId.Channel;
import dev.vedette.sentinel.decide.Moment;
import dev.vedette.wire.resp.Reply;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All connections to other instances. Opens and closes them as told, asks what it is told to ask, and turns answers
 * into events. After {@link #disconnect} nothing of that connection is heard any more.
 */
public final class Links {

    private static final int CONNECT_TIMEOUT_MS = 15_000;
    private static final int NAME_LENGTH = 8;

    /** A connection that opens or is open. */
    private static final class Attempt {
        private @Nullable Connection connection;
        private boolean abandoned;
    }

    private final NetClient client;
    private final Credentials credentials;
    private final Names names;
    private final Consumer<Function<Moment, Event>> events;
    private final Map<LinkId, EnumMap<Channel, Attempt>> attempts = new HashMap<>();
    private final Map<LinkId.ToNode, String> lastInfo = new HashMap<>();

    /**
     * No connections yet.
     *
     * @param bindSourceAddress local address of all connections, if one is set
     * @param events takes every event, on the event loop
     */
    public Links(
            Vertx vertx,
            Optional<String> bindSourceAddress,
            Credentials credentials,
            Names names,
            Consumer<Function<Moment, Event>> events) {
        NetClientOptions options =
                new NetClientOptions().setConnectTimeout(CONNECT_TIMEOUT_MS).setTcpNoDelay(true);
        bindSourceAddress.ifPresent(options::setLocalAddress);
        this.client = vertx.createNetClient(options);
        this.credentials = credentials;
        this.names = names;
        this.events = events;
    }

    // ------------------------------------------------------------------ connections

    /** Opens a connection; {@link Event.LinkUp} or {@link Event.LinkDown} follows. */
    public void connect(LinkId link, Address address, Channel channel) {
        disconnect(link, channel);
        Attempt attempt = new Attempt();
        attempts.computeIfAbsent(link, l -> new EnumMap<>(Channel.class)).put(channel, attempt);
        // A name may lead somewhere else by now.
        names.locateOrKeep(address.host(), address.port())
                .map(found -> Names.isIp(found.ip()) ? found : address)
                .compose(found -> {
                    if (link instanceof LinkId.ToNode node && !found.equals(address) && !attempt.abandoned) {
                        events.accept(at -> new Event.HostMoved(at, node, found));
                    }
                    return client.connect(address.port(), found.ip());
                })
                .onSuccess(socket -> {
                    if (attempt.abandoned) {
                        socket.close();
                        return;
                    }
                    Connection connection = new Connection(
                            socket,
                            reply -> unasked(link, channel, attempt, reply),
                            reason -> lost(link, channel, attempt, reason, false));
                    attempt.connection = connection;
                    introduce(link, channel, connection);
                    if (channel == Channel.COMMAND) {
                        events.accept(at -> new Event.LinkUp(at, link, channel));
                    }
                })
                .onFailure(failure ->
                        lost(link, channel, attempt, String.valueOf(failure.getMessage()), isRefusal(failure)));
    }

    /** Whether the other machine answered that nobody listens; not when nothing came back, or no way leads there. */
    private static boolean isRefusal(Throwable failure) {
        return failure instanceof ConnectException
                && String.valueOf(failure.getMessage()).contains("Connection refused");
    }

    private void introduce(LinkId link, Channel channel, Connection connection) {
        credentials.of(link).ifPresent(logIn -> {
            List<String> auth = new ArrayList<>(List.of(credentials.name(link, "AUTH")));
            logIn.user().ifPresent(auth::add);
            auth.add(logIn.password());
            connection.send(auth, ignored -> {});
        });
        String id = credentials.myId();
        connection.send(
                List.of(
                        credentials.name(link, "CLIENT"),
                        "SETNAME",
                        "sentinel-" + id.substring(0, Math.min(NAME_LENGTH, id.length()))
                                + (channel == Channel.COMMAND ? "-cmd" : "-pubsub")),
                ignored -> {});
        if (channel == Channel.PUBSUB) {
            connection.sendUnanswered(List.of(credentials.name(link, "SUBSCRIBE"), Hello.CHANNEL));
        }
    }

    private void lost(LinkId link, Channel channel, Attempt attempt, String reason, boolean refused) {
        if (attempt.abandoned) {
            return;
        }
        forget(link, channel, attempt);
        events.accept(at -> new Event.LinkDown(at, link, channel, reason, refused));
    }

    private void forget(LinkId link, Channel channel, Attempt attempt) {
        attempt.abandoned = true;
        @Nullable EnumMap<Channel, Attempt> both = attempts.get(link);
        if (both != null && both.remove(channel, attempt) && both.isEmpty()) {
            attempts.remove(link);
        }
    }

    /** Closes a connection, silently. */
    public void disconnect(LinkId link, Channel channel) {
        @Nullable EnumMap<Channel, Attempt> both = attempts.get(link);
        @Nullable Attempt attempt = both == null ? null : both.get(channel);
        if (attempt == null) {
            return;
        }
        forget(link, channel, attempt);
        @Nullable Connection connection = attempt.connection;
        if (connection != null) {
            connection.close();
        }
    }

    /** Closes everything. */
    public void close() {
        List.copyOf(attempts.keySet()).forEach(link -> {
            disconnect(link, Channel.COMMAND);
            disconnect(link, Channel.PUBSUB);
        });
        client.close();
    }

    private @Nullable Connection commands(LinkId link) {
        @Nullable EnumMap<Channel, Attempt> both = attempts.get(link);
        @Nullable Attempt attempt = both == null ? null : both.get(Channel.COMMAND);
        return attempt == null ? null : attempt.connection;
    }

    /** Commands sent and not yet answered. */
    public int pendingCommands(LinkId link) {
        @Nullable Connection connection = commands(link);
        return connection == null ? 0 : connection.pending();
    }

    /** The address of this end of a command connection. */
    public Optional<String> localHost(LinkId link) {
        @Nullable Connection connection = commands(link);
        return connection == null ? Optional.empty() : Optional.of(connection.localHost());
    }

    // ------------------------------------------------------------------ questions

    /** Sends a command by its usual name; when there is no connection, nothing happens. */
    public void send(LinkId link, Consumer<Reply> answer, String command, String... arguments) {
        @Nullable Connection connection = commands(link);
        if (connection != null) {
            List<String> words = new ArrayList<>(List.of(credentials.name(link, command)));
            words.addAll(List.of(arguments));
            connection.send(words, answer);
        }
    }

    /** PING. */
    public void ping(LinkId link) {
        send(link, reply -> events.accept(at -> new Event.Ponged(at, link, pong(reply))), "PING");
    }

    private static Pong pong(Reply reply) {
        String text = switch (reply) {
            case Reply.Simple simple -> simple.value();
            case Reply.Error error -> error.value();
            default -> "";
        };
        if (text.startsWith("PONG")) {
            return Pong.PONG;
        } else if (text.startsWith("LOADING") || text.startsWith("MASTERDOWN")) {
            return Pong.ALIVE;
        }
        return text.startsWith("BUSY") ? Pong.BUSY : Pong.OTHER;
    }

    /**
     * INFO.
     *
     * @param believed the role to assume when the answer names none
     */
    public void info(LinkId.ToNode link, Info.Role believed) {
        send(
                link,
                reply -> {
                    if (reply instanceof Reply.Bulk || reply instanceof Reply.Verbatim) {
                        String text = String.valueOf(reply.text());
                        lastInfo.put(link, text);
                        names.resolved(InfoText.read(text, believed))
                                .onSuccess(info -> events.accept(at -> new Event.InfoArrived(at, link, info)));
                    }
                },
                "INFO");
    }

    /** The text of the last INFO of a node. */
    public Optional<String> lastInfo(LinkId.ToNode link) {
        return Optional.ofNullable(lastInfo.get(link));
    }

    /** Forgets the INFO of nodes for which this is false. */
    public void keepInfoOf(Predicate<LinkId.ToNode> watched) {
        lastInfo.keySet().removeIf(watched.negate());
    }

    /** PUBLISH of a hello. */
    public void publish(LinkId link, String master, String hello) {
        send(
                link,
                reply -> events.accept(at -> new Event.HelloPublished(at, link, master, !reply.isError())),
                "PUBLISH",
                Hello.CHANNEL,
                hello);
    }

    /** SENTINEL is-master-down-by-addr. */
    public void askMasterDown(
            LinkId.ToPeer link, String master, String host, int port, long epoch, @Nullable String candidate) {
        send(
                link,
                reply -> answered(link, master, reply),
                "SENTINEL",
                "is-master-down-by-addr",
                host,
                String.valueOf(port),
                String.valueOf(epoch),
                candidate == null ? "*" : candidate);
    }

    private void answered(LinkId.ToPeer link, String master, Reply reply) {
        List<Reply> parts = reply.elements();
        if (parts.size() == 3
                && parts.get(0) instanceof Reply.Int down
                && parts.get(1) instanceof Reply.Bulk leader
                && parts.get(2) instanceof Reply.Int epoch) {
            String votedFor = String.valueOf(leader.text());
            events.accept(at -> new Event.MasterDownAnswered(
                    at,
                    master,
                    link.runId(),
                    down.value() == 1,
                    votedFor.equals("*") ? null : votedFor,
                    epoch.value()));
        }
    }

    // ------------------------------------------------------------------ what comes without a question

    private void unasked(LinkId link, Channel channel, Attempt attempt, Reply reply) {
        @Nullable Connection connection = attempt.connection;
        if (channel != Channel.PUBSUB || !(link instanceof LinkId.ToNode node) || connection == null) {
            return;
        }
        if (reply instanceof Reply.Error error) {
            // Without a subscription the connection is of no use.
            connection.fail(error.value());
            return;
        }
        List<Reply> parts = reply.elements();
        String kind = parts.size() == 3 ? String.valueOf(parts.getFirst().text()) : "";
        if (kind.equals("subscribe")) {
            events.accept(at -> new Event.LinkUp(at, link, channel));
            events.accept(at -> new Event.PubsubHeard(at, node));
        } else if (kind.equals("message")) {
            hello(node, String.valueOf(parts.get(2).text()));
        } else {
            events.accept(at -> new Event.PubsubHeard(at, node));
        }
    }

    /**
     * A text that claims to be a hello.
     *
     * @param via the node on whose subscription it came, null when a sentinel published it here
     */
    public void hello(LinkId.@Nullable ToNode via, String text) {
        Optional<Hello> hello = HelloText.read(text);
        if (hello.isEmpty()) {
            if (via != null) {
                events.accept(at -> new Event.PubsubHeard(at, via));
            }
            return;
        }
        names.resolved(hello.get()).onSuccess(resolved -> {
            if (resolved.isPresent()) {
                events.accept(at -> new Event.HelloReceived(at, via, resolved.get()));
            } else if (via != null) {
                events.accept(at -> new Event.PubsubHeard(at, via));
            }
        });
    }
}
