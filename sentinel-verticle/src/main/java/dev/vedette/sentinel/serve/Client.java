package dev.vedette.sentinel.serve;

import dev.vedette.sentinel.acl.AclUser;
import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.RespEncoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One connection of a client: what it is, and its answers in order. */
final class Client {

    private final long id;
    private final Outlet outlet;
    private final long createdMs;
    private final Deque<Call> waiting = new ArrayDeque<>();
    private final IdentityHashMap<Call, List<Reply>> ready = new IdentityHashMap<>();
    private Buffer outgoing = Buffer.buffer();

    private final Set<String> channels = new LinkedHashSet<>();
    private final Set<String> patterns = new LinkedHashSet<>();
    private String name = "";
    private String userName;
    private boolean authenticated;
    private int resp = 2;
    private long lastMs;
    private String lastCommand = "NULL";
    private Replies replies = Replies.ON;
    private boolean closing;
    private boolean inBatch;

    /** The far end of a client. */
    interface Outlet {
        /** Sends bytes. */
        void write(Buffer bytes);

        /** Ends the connection. */
        void close();

        /** Its address, {@code host:port}. */
        String address();

        /** The address that it came to. */
        String localAddress();

        /** A socket. */
        static Outlet of(NetSocket socket) {
            return new Outlet() {
                @Override
                public void write(Buffer bytes) {
                    socket.write(bytes);
                }

                @Override
                public void close() {
                    socket.close();
                }

                @Override
                public String address() {
                    return text(socket.remoteAddress());
                }

                @Override
                public String localAddress() {
                    return text(socket.localAddress());
                }
            };
        }
    }

    /** CLIENT REPLY. */
    enum Replies {
        /** Answers are sent. */
        ON,
        /** No answers until ON. */
        OFF,
        /** The next command is not answered. */
        SKIP_NEXT,
        /** This command is not answered. */
        SKIP
    }

    Client(long id, Outlet outlet, AclUser user, boolean authenticated, long nowMs) {
        this.id = id;
        this.outlet = outlet;
        this.userName = user.name();
        this.authenticated = authenticated;
        this.createdMs = nowMs;
        this.lastMs = nowMs;
    }

    long id() {
        return id;
    }

    int resp() {
        return resp;
    }

    void speak(int version) {
        resp = version;
    }

    String name() {
        return name;
    }

    void rename(String newName) {
        name = newName;
    }

    String userName() {
        return userName;
    }

    boolean authenticated() {
        return authenticated;
    }

    void becomes(AclUser user) {
        userName = user.name();
        authenticated = true;
    }

    Set<String> channels() {
        return channels;
    }

    Set<String> patterns() {
        return patterns;
    }

    int subscriptions() {
        return channels.size() + patterns.size();
    }

    /** RESP2 clients that subscribed may only say what concerns subscriptions. */
    boolean onlySubscribes() {
        return resp == 2 && subscriptions() > 0;
    }

    long idleMs(long nowMs) {
        return nowMs - lastMs;
    }

    void heard(String command, long nowMs) {
        lastCommand = command;
        lastMs = nowMs;
    }

    boolean closing() {
        return closing;
    }

    /** CLIENT REPLY changes what becomes of answers. */
    void reply(Replies mode) {
        replies = mode;
    }

    Replies replies() {
        return replies;
    }

    /** Between these two, answers gather and leave in one write. */
    void beginBatch() {
        inBatch = true;
    }

    void endBatch() {
        inBatch = false;
        flush();
    }

    void expect(Call call) {
        waiting.add(call);
    }

    void answered(Call call, List<Reply> answers) {
        ready.put(call, answers);
        while (true) {
            @Nullable Call head = waiting.peek();
            @Nullable List<Reply> next = head == null ? null : ready.remove(head);
            if (next == null) {
                break;
            }
            waiting.poll();
            if (replies == Replies.ON) {
                next.forEach(answer -> RespEncoder.append(outgoing, answer, resp == 3));
            } else if (replies == Replies.SKIP) {
                replies = Replies.ON;
            } else if (replies == Replies.SKIP_NEXT) {
                replies = Replies.SKIP;
            }
        }
        flush();
    }

    /** A message that answers no command. */
    void push(Reply message) {
        if (replies != Replies.OFF) {
            RespEncoder.append(outgoing, message, resp == 3);
        }
        flush();
    }

    private void flush() {
        if (inBatch) {
            return;
        }
        if (outgoing.length() > 0) {
            Buffer bytes = outgoing;
            outgoing = Buffer.buffer();
            outlet.write(bytes);
        }
        if (closing && waiting.isEmpty()) {
            outlet.close();
        }
    }

    /** Closes the connection once all answers that are due have left. */
    void closeAfterAnswers() {
        closing = true;
        flush();
    }

    /** Closes the connection now. */
    void close() {
        closing = true;
        outlet.close();
    }

    String address() {
        return outlet.address();
    }

    String localAddress() {
        return outlet.localAddress();
    }

    /** {@code normal} or {@code pubsub}. */
    String type() {
        return subscriptions() > 0 ? "pubsub" : "normal";
    }

    /** Its line in CLIENT LIST. */
    String describe(long nowMs) {
        return "id=" + id + " addr=" + address() + " laddr=" + localAddress() + " fd=-1 name=" + name + " age="
                + (nowMs - createdMs) / 1000 + " idle=" + idleMs(nowMs) / 1000 + " flags="
                + (subscriptions() > 0 ? "P" : "N") + " db=0 sub=" + channels.size() + " psub=" + patterns.size()
                + " ssub=0 multi=-1 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl="
                + outgoing.length() + " oll=0 omem=0 tot-mem=0 events=r cmd=" + lastCommand + " user=" + userName
                + " redir=-1 resp=" + resp;
    }

    static String text(@Nullable SocketAddress address) {
        if (address == null) {
            return "?:0";
        }
        String host = address.hostAddress();
        if (host == null) {
            host = address.host();
        }
        return host != null && host.contains(":") ? "[" + host + "]:" + address.port() : host + ":" + address.port();
    }
}
