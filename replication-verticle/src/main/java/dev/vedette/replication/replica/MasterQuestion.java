package dev.vedette.replication.replica;

import dev.vedette.wire.bus.ReplicationConfig;
import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.RespDecoder;
import dev.vedette.wire.resp.RespFormatException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Asks a master what it is, over a connection of its own: the one on which it answers PSYNC carries nothing else. */
final class MasterQuestion {

    /** A master that is slow to say what it is does not hold up the synchronization for longer. */
    private static final int ANSWER_MILLIS_MAX = 2000;

    private static final List<String> SECTIONS = List.of("server", "persistence", "replication", "keyspace");
    private static final int INFO_BYTES_MAX = 1024 * 1024;

    private final List<Reply> replies = new ArrayList<>();
    private final RespDecoder decoder = new RespDecoder(INFO_BYTES_MAX, 100);
    private final Promise<MasterFacts> facts = Promise.promise();

    private MasterQuestion() {}

    /** Fails when there is no good answer in time. On the caller's event loop. */
    static Future<MasterFacts> ask(Vertx vertx, ReplicationConfig config, String host, int port) {
        MasterQuestion question = new MasterQuestion();
        NetClientOptions options = new NetClientOptions().setConnectTimeout(ANSWER_MILLIS_MAX);
        String from = config.bindSourceAddr();
        if (from != null) {
            options.setLocalAddress(from);
        }
        NetClient client = vertx.createNetClient(options);
        long timer = vertx.setTimer(ANSWER_MILLIS_MAX, late -> question.facts.tryFail("no answer in time"));
        client.connect(port, host).onComplete(connected -> {
            if (connected.succeeded()) {
                question.begin(connected.result(), config);
            } else {
                question.facts.tryFail(connected.cause());
            }
        });
        return question.facts.future().onComplete(answered -> {
            vertx.cancelTimer(timer);
            client.close();
        });
    }

    private void begin(NetSocket socket, ReplicationConfig config) {
        Buffer words = Buffer.buffer();
        String password = config.masterAuth();
        String user = config.masterUser();
        if (password != null) {
            words.appendBuffer(
                    user == null ? Handshake.command("AUTH", password) : Handshake.command("AUTH", user, password));
        }
        for (String section : SECTIONS) {
            words.appendBuffer(Handshake.command("INFO", section));
        }
        int wanted = SECTIONS.size() + (password == null ? 0 : 1);
        socket.handler(bytes -> read(bytes, wanted)).closeHandler(closed -> facts.tryFail("it hung up"));
        socket.write(words);
    }

    private void read(Buffer bytes, int wanted) {
        decoder.feed(bytes);
        try {
            for (Reply reply = decoder.next(); reply != null; reply = decoder.next()) {
                replies.add(reply);
            }
            if (replies.size() == wanted) {
                StringBuilder info = new StringBuilder();
                for (int i = wanted - SECTIONS.size(); i < wanted; i++) {
                    info.append(text(i)).append("\r\n");
                }
                facts.tryComplete(MasterFacts.of(info.toString()));
            }
        } catch (RespFormatException | IllegalArgumentException bad) {
            facts.tryFail(bad);
        }
    }

    private String text(int index) {
        return switch (replies.get(index)) {
            case Reply.Bulk(byte[] bytes) -> new String(bytes, StandardCharsets.UTF_8);
            case Reply.Error(String error) -> throw new IllegalArgumentException(error);
            case Reply other -> throw new IllegalArgumentException("no answer to INFO: " + other);
        };
    }
}
