package dev.vedette.store.command.scripting;

import dev.vedette.store.command.Command;
import dev.vedette.store.lua.LuaState;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Session;
import java.util.concurrent.TimeUnit;

/** One run of a script: for whom, since when, what it may do and what it has done. */
final class ScriptRun implements LuaState.Watch, Session.Wait {

    final Script script;
    final ScriptMachine machine;
    final Session caller;
    final Command command;
    final boolean isEval;
    /** Writing is an error. */
    final boolean readOnly;
    /** It can wait for other clients to be answered, as no other command is in the midst of running. */
    private final boolean mayPause;

    private final long thresholdMillis;
    private final Runnable slow;
    private final long startNanos = System.nanoTime();
    /** The clock stands still for scripts. */
    final long clockMillis;
    /** The command that runs it; a copy once it has paused. */
    Args args;

    boolean wrote;
    boolean killed;
    /** What it writes goes into the change stream. */
    boolean propagates = true;

    private boolean isSlow;

    ScriptRun(
            Script script,
            ScriptMachine machine,
            Session caller,
            Command command,
            Args args,
            boolean isEval,
            boolean readOnly,
            boolean mayPause,
            long thresholdMillis,
            long clockMillis,
            Runnable slow) {
        this.script = script;
        this.machine = machine;
        this.caller = caller;
        this.command = command;
        this.args = args;
        this.isEval = isEval;
        this.readOnly = readOnly;
        this.mayPause = mayPause;
        this.thresholdMillis = thresholdMillis;
        this.clockMillis = clockMillis;
        this.slow = slow;
    }

    /** Milliseconds since it began. */
    long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    @Override
    public LuaState.Verdict look() {
        if (killed) {
            return LuaState.Verdict.STOP;
        }
        if (!isSlow) {
            if (thresholdMillis == 0 || elapsedMillis() < thresholdMillis) {
                return LuaState.Verdict.CONTINUE;
            }
            isSlow = true;
            slow.run();
        }
        return mayPause ? LuaState.Verdict.PAUSE : LuaState.Verdict.CONTINUE;
    }

    // ------------------------------------------------------------------ what the client waits for

    @Override
    public long deadlineMillis() {
        return Long.MAX_VALUE;
    }

    @Override
    public void timedOut(Session session) {
        throw new IllegalStateException("a script has no deadline");
    }

    /** The client is gone; what it began goes on. */
    @Override
    public void cancel(Session session) {}
}
