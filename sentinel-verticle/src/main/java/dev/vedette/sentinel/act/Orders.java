package dev.vedette.sentinel.act;

import dev.vedette.sentinel.decide.LinkId;
import dev.vedette.sentinel.observe.Links;
import dev.vedette.wire.resp.Reply;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a sentinel tells data nodes to do. Answers are ignored: the next INFO shows what came of it. */
public final class Orders {

    private final Links links;

    /** Orders go out on these links. */
    public Orders(Links links) {
        this.links = links;
    }

    /**
     * Changes a node's master and closes its clients' connections so that they ask for the master again; all or nothing.
     *
     * @param host the new master, null for none: the node becomes a master
     * @param port its port
     */
    public void slaveOf(LinkId.ToNode link, @Nullable String host, int port) {
        send(link, "MULTI");
        send(link, "SLAVEOF", host == null ? "NO" : host, host == null ? "ONE" : String.valueOf(port));
        send(link, "CLIENT", "KILL", "TYPE", "normal");
        send(link, "CLIENT", "KILL", "TYPE", "pubsub");
        send(link, "EXEC");
    }

    /**
     * Has a node write its new master into its configuration file. Apart from {@link #slaveOf} and behind the question
     * whether it has obeyed: a disk is slow, and a failover need not wait for it.
     */
    public void keepRole(LinkId.ToNode link) {
        send(link, "CONFIG", "REWRITE");
    }

    /**
     * Has a master change places with a replica of its, once that replica has all of its writes.
     *
     * @param refused gets the error, if the answer is one
     */
    public void handOver(LinkId.ToNode link, String host, int port, long timeoutMs, Consumer<String> refused) {
        links.send(
                link,
                reply -> {
                    if (reply instanceof Reply.Error error) {
                        refused.accept(error.value());
                    }
                },
                "FAILOVER",
                "TO",
                host,
                String.valueOf(port),
                "TIMEOUT",
                String.valueOf(timeoutMs));
    }

    /** Ends a script that keeps a node busy. */
    public void killScript(LinkId.ToNode link) {
        send(link, "SCRIPT", "KILL");
    }

    private void send(LinkId link, String command, String... arguments) {
        links.send(link, ignored -> {}, command, arguments);
    }
}
