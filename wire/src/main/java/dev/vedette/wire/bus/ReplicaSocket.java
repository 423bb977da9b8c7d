package dev.vedette.wire.bus;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.io.IOException;

/**
 * How both a store and its replication verticle end a socket that they share: a replica's ({@link
 * ToReplication.ReplicaLink}) or the one to the master ({@link ToStore.MasterLink}).
 */
public final class ReplicaSocket {

    private ReplicaSocket() {}

    /**
     * Ends a connection at once, whatever is queued. To close it would be to wait until a peer that has stopped reading has
     * read what is under way; and the peer shall learn of the end before whoever asked for it gets an answer. May be called
     * from any thread; on the socket's own event loop it is done on return.
     */
    public static void hangUp(NetSocket socket) {
        if (!(socket instanceof NetSocketInternal internal)) {
            socket.close();
            return;
        }
        Channel channel = internal.channelHandlerContext().channel();
        EventLoop loop = channel.eventLoop();
        if (loop.inEventLoop()) {
            hangUp(channel);
        } else {
            loop.execute(() -> hangUp(channel));
        }
    }

    /** Whether the connection works, as far as is known at this moment: its handlers may not have heard of its end yet. */
    public static boolean isOpen(NetSocket socket) {
        return !(socket instanceof NetSocketInternal internal)
                || internal.channelHandlerContext().channel().isActive();
    }

    private static void hangUp(Channel channel) {
        if (channel instanceof UnixChannel unix && channel.isOpen()) {
            try {
                new Socket(unix.fd().intValue()).shutdown();
            } catch (IOException gone) {
                channel.pipeline().fireExceptionCaught(gone); // the peer was faster
            }
        }
        channel.close();
    }
}
