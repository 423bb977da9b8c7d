package dev.vedette.store.command.connection;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Errors;
import dev.vedette.store.session.Account;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Session;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which clients CLIENT LIST and CLIENT KILL mean: all that agree with every filter given. */
final class ClientFilter {

    /** The kinds of clients that TYPE tells apart. */
    enum Type {
        NORMAL,
        MASTER,
        REPLICA,
        PUBSUB;

        static Type of(Session session) {
            return switch (session.kind) {
                case MASTER -> MASTER;
                case REPLICA -> REPLICA;
                case NORMAL -> session.subscriptions() > 0 ? PUBSUB : NORMAL;
            };
        }
    }

    @Nullable
    String remoteAddress;

    private @Nullable String localAddress;
    private @Nullable Type type;
    private @Nullable Account user;
    private long id;
    private boolean skipMe = true;

    /** The type that argument names; answers an error when it names none. */
    static @Nullable Type type(Call call, int arg) {
        String word = call.args().text(arg).toLowerCase(Locale.ROOT);
        return switch (word) {
            case "normal" -> Type.NORMAL;
            case "master" -> Type.MASTER;
            case "replica", "slave" -> Type.REPLICA;
            case "pubsub" -> Type.PUBSUB;
            default -> {
                call.fail("ERR Unknown client type '" + call.args().text(arg) + "'");
                yield null;
            }
        };
    }

    /** Reads pairs of filter and value from that argument on; answers an error for a wrong one. */
    static ClientFilter read(Call call, int from) {
        ClientFilter filter = new ClientFilter();
        for (int i = from; i < call.argc() && !call.failed(); i += 2) {
            if (i + 1 == call.argc()) {
                call.fail(Errors.SYNTAX);
            } else {
                filter.add(call, i);
            }
        }
        return filter;
    }

    /** The old form: the address alone, which may be one's own. */
    static ClientFilter ofAddress(String address) {
        ClientFilter filter = new ClientFilter();
        filter.remoteAddress = address;
        filter.skipMe = false;
        return filter;
    }

    private void add(Call call, int i) {
        Args args = call.args();
        if (args.is(i, "id")) {
            id = call.integerArg(i + 1, 1, Long.MAX_VALUE, "ERR client-id should be greater than 0");
        } else if (args.is(i, "type")) {
            type = type(call, i + 1);
        } else if (args.is(i, "addr")) {
            remoteAddress = args.text(i + 1);
        } else if (args.is(i, "laddr")) {
            localAddress = args.text(i + 1);
        } else if (args.is(i, "user")) {
            user = call.server.users.account(args.bytes(i + 1));
            if (user == null) {
                call.fail("ERR No such user '" + args.text(i + 1) + "'");
            }
        } else if (args.is(i, "skipme") && (args.is(i + 1, "yes") || args.is(i + 1, "no"))) {
            skipMe = args.is(i + 1, "yes");
        } else {
            call.fail(Errors.SYNTAX);
        }
    }

    /** Whether that client is meant by the one who asks. */
    boolean matches(Session session, Session asking) {
        return (remoteAddress == null
                        || remoteAddress.equals(session.connection().remoteAddress()))
                && (localAddress == null
                        || localAddress.equals(session.connection().localAddress()))
                && (type == null || type == Type.of(session))
                && (id == 0 || id == session.id())
                && (user == null || user == session.account)
                && !(skipMe && session == asking);
    }
}
