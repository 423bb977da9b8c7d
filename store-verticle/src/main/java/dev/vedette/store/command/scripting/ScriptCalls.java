package dev.vedette.store.command.scripting;

import dev.vedette.store.command.Command;
import dev.vedette.store.command.CommandFlag;
import dev.vedette.store.command.Dispatcher;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.ServerState;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Connection;
import dev.vedette.store.session.Replies;
import dev.vedette.store.session.Session;
import org.jspecify.annotations.Nullable;

/** Runs the commands that scripts call: a client without a socket, the same one for all scripts. */
final class ScriptCalls {

    private final ServerState server;
    private final Session session;
    /** DEBUG SET-DISABLE-DENY-SCRIPTS: scripts may call everything. */
    boolean allAllowed;

    ScriptCalls(ServerState server) {
        this.server = server;
        this.session = new Session(0, new NoConnection(), server.startMillis);
        session.authenticated = true;
    }

    /** The session in which scripts' commands run. */
    Session session() {
        return session;
    }

    /** A script begins to run for that client. */
    void begin(Session caller) {
        session.caller = caller;
        session.kind = caller.kind;
        session.account = caller.account;
        session.database = caller.database;
        session.replies().setProtocol(2);
    }

    void setProtocol(int protocol) {
        session.replies().setProtocol(protocol);
    }

    int protocol() {
        return session.replies().protocol();
    }

    /**
     * Runs a command and pushes its reply.
     *
     * @return whether it is an error
     */
    boolean call(ScriptRun run, Dispatcher dispatcher, Args args, long thread) {
        Command command = server.commands.resolve(args);
        String refusal = refusal(run, dispatcher, command, args);
        if (refusal != null) {
            server.stats.countError(refusal);
            if (command != null) {
                command.stats.rejected++;
            }
            LuaReplies.pushError(thread, refusal);
            return true;
        }
        if (command == null) {
            throw new IllegalStateException("nobody refused what is not there");
        }
        run.wrote |= command.has(CommandFlag.WRITE);
        dispatcher.executeForScript(session, command, args);
        if (run.caller.tracking != null && command.has(CommandFlag.READONLY)) {
            server.tracking.hasRead(run.caller, run.command, run.args);
        }
        Replies replies = session.replies();
        boolean failed = replies.buffer()[0] == '-';
        LuaReplies.push(thread, replies.buffer(), replies.length());
        replies.clear();
        return failed;
    }

    private @Nullable String refusal(ScriptRun run, Dispatcher dispatcher, @Nullable Command command, Args args) {
        if (command == null) {
            return "ERR Unknown Redis command called from script";
        }
        if (!command.takes(args.count()) || command.handler() == null) {
            return "ERR Wrong number of args calling Redis command from script";
        }
        if (command.has(CommandFlag.NOSCRIPT) && !allAllowed) {
            return "ERR This Redis command is not allowed from script";
        }
        if (dispatcher.isStale() && !command.has(CommandFlag.STALE)) {
            return "ERR Can not execute the command on a stale replica";
        }
        boolean obeyed = run.caller.kind == Session.Kind.MASTER;
        String denied = obeyed ? null : dispatcher.accessControl().scriptRefusal(run.caller, command, args);
        if (denied != null) {
            return "ERR The user executing the script " + denied;
        }
        if (run.readOnly && (command.has(CommandFlag.WRITE) || command.has(CommandFlag.MAY_REPLICATE))) {
            return "ERR Write commands are not allowed from read-only scripts.";
        }
        // Once it has written it can no longer be stopped halfway.
        if (obeyed || run.wrote) {
            return null;
        }
        String unwritable = command.has(CommandFlag.WRITE) ? dispatcher.writeRefusal() : null;
        if (unwritable != null) {
            return unwritable;
        }
        boolean full = dispatcher.isOutOfMemory() && command.has(CommandFlag.DENYOOM);
        return full && !run.script.has(ScriptFlag.ALLOW_OOM) ? Errors.OOM : null;
    }

    /** Where the replies stay until the script has them. */
    private static final class NoConnection implements Connection {
        @Override
        public void flushSoon() {}

        @Override
        public void closeAfterFlush() {}

        @Override
        public void closeNow() {}

        @Override
        public void resume() {}

        @Override
        public String remoteAddress() {
            return "lua";
        }

        @Override
        public String localAddress() {
            return "lua";
        }

        @Override
        public long pendingOutputBytes() {
            return 0;
        }

        @Override
        public long pendingInputBytes() {
            return 0;
        }
    }
}
