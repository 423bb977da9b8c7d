package dev.vedette.store.command.scripting;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.Dispatcher;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.ServerState;
import dev.vedette.store.lua.Lua;
import dev.vedette.store.lua.LuaState.Outcome;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Replies;
import dev.vedette.store.session.Session;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Scripts and functions of one server, and the one that runs. Event loop of the store.
 *
 * <p>Nothing of Lua is there before the first script. A script runs on the event loop, as every command does. When it
 * takes longer than {@code busy-reply-threshold} it pauses again and again, so that the event loop can answer other
 * clients: with BUSY, but for the few commands that are allowed then. Meanwhile nothing else touches the data: what
 * comes from a master or begins a snapshot waits ({@link #afterwards}), and so does what the script has left for the
 * change stream. A script pauses only where it is a client's own command, not within EXEC nor for a master.
 */
public final class Scripting {

    private static final String BUSY = "BUSY Redis is busy running a script. You can only call ";
    private static final String BUSY_EVAL = BUSY + "SCRIPT KILL or SHUTDOWN NOSAVE.";
    private static final String BUSY_FUNCTION = BUSY + "FUNCTION KILL or SHUTDOWN NOSAVE.";
    /** How long a script that pauses runs before others have their turn. */
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

    private static final long PAUSE_MILLIS = 1;

    private final ServerState server;
    private final Libraries libraries;
    private @Nullable ScriptCalls calls;
    private @Nullable ScriptMachine machine;
    /** The cache of EVAL, by SHA-1 in lower case. */
    private Map<String, Script> scripts = new LinkedHashMap<>();

    private long scriptBytes;
    private byte[] lastSource = {};
    private String lastName = "";

    private @Nullable ScriptRun current;
    private boolean paused;
    private @Nullable Dispatcher dispatcher;
    private final List<Runnable> afterwards = new ArrayList<>();

    /** The scripting of that server. */
    public Scripting(ServerState server) {
        this.server = server;
        this.libraries = new Libraries(this, server.persistence);
    }

    // ------------------------------------------------------------------ for the rest of the server

    /** Whether a script has paused: others may only look on. */
    public boolean isPaused() {
        return paused;
    }

    /** Whether what a script's commands leave behind goes into the change stream. */
    public boolean propagates() {
        ScriptRun run = current;
        return run == null || run.propagates;
    }

    /** The error for all those commands that cannot run while a script has paused. */
    public String busyError() {
        ScriptRun run = current;
        return run == null || run.isEval ? BUSY_EVAL : BUSY_FUNCTION;
    }

    /** Does something when no script runs: at once, or when the one that runs is over. */
    public void afterwards(Runnable task) {
        if (current == null) {
            task.run();
        } else {
            afterwards.add(task);
        }
    }

    /** DEBUG SET-DISABLE-DENY-SCRIPTS: whether scripts may call every command. */
    public void allowAll(boolean all) {
        calls().allAllowed = all;
    }

    /** Memory that the scripts' Lua has, in bytes. */
    public long scriptMachineBytes() {
        ScriptMachine present = machine;
        return present == null ? 0 : present.state().usedBytes();
    }

    /** Memory that the functions' Lua has, in bytes. */
    public long functionMachineBytes() {
        return libraries.machineBytes();
    }

    /** Bytes of all scripts in the cache. */
    public long scriptBytes() {
        return scriptBytes;
    }

    /** How many scripts are in the cache. */
    public int scriptCount() {
        return scripts.size();
    }

    /** Bytes of all libraries. */
    public long functionBytes() {
        long bytes = 0;
        for (byte[] source : server.persistence.functionLibraries) {
            bytes += source.length;
        }
        return bytes;
    }

    /** How many libraries there are. */
    public int libraryCount() {
        return libraries.count();
    }

    /** How many functions there are. */
    public int functionCount() {
        return libraries.count() == 0 ? 0 : libraries.functionCount();
    }

    // ------------------------------------------------------------------ for what scripts call

    /** The run under way, or null. */
    @Nullable
    ScriptRun current() {
        return current;
    }

    Libraries libraries() {
        return libraries;
    }

    System.Logger log() {
        return server.log;
    }

    private ScriptCalls calls() {
        ScriptCalls present = calls;
        if (present == null) {
            present = new ScriptCalls(server);
            calls = present;
        }
        return present;
    }

    private Dispatcher dispatcher() {
        Dispatcher present = dispatcher;
        if (present == null) {
            throw new IllegalStateException("no script runs");
        }
        return present;
    }

    boolean call(ScriptRun run, Args args, long thread) {
        return calls().call(run, dispatcher(), args, thread);
    }

    void setProtocol(int protocol) {
        calls().setProtocol(protocol);
    }

    @Nullable
    Command find(Args args) {
        return server.commands.resolve(args);
    }

    boolean permits(Session caller, Command command, Args args) {
        return dispatcher().accessControl().permits(caller, command, args);
    }

    // ------------------------------------------------------------------ the cache

    private ScriptMachine machine() {
        ScriptMachine present = machine;
        if (present == null) {
            present = new ScriptMachine(this, false);
            machine = present;
        }
        return present;
    }

    /** The script of that SHA-1, in any case, or null. */
    @Nullable
    Script script(String sha1) {
        return scripts.get(sha1);
    }

    /** The name of a source. */
    String nameOf(Args args, int arg) {
        byte[] array = args.array(arg);
        int offset = args.offset(arg);
        int length = args.length(arg);
        if (!Arrays.equals(array, offset, offset + length, lastSource, 0, lastSource.length) || lastName.isEmpty()) {
            lastSource = args.bytes(arg);
            lastName = Sha1.hex(lastSource, 0, lastSource.length);
        }
        return lastName;
    }

    /** Puts a script into the cache; null, with the error answered, when that is impossible. */
    @Nullable
    Script define(Call call, int arg) {
        String name = nameOf(call.args(), arg);
        Script present = scripts.get(name);
        if (present != null) {
            return present;
        }
        byte[] source = call.bytes(arg);
        ScriptHead head = ScriptHead.of(source);
        String error = head.error();
        if (error == null) {
            String complaint = machine().compile(source, head.length(), "user_script");
            error = complaint == null ? null : "ERR Error compiling script (new function): " + complaint;
        }
        if (error != null) {
            call.fail(error);
            return null;
        }
        Script script = new Script(name, head.flags(), machine().keep());
        scripts.put(name, script);
        scriptBytes += source.length;
        return script;
    }

    /** SCRIPT FLUSH: the cache is empty, and Lua begins anew. */
    void flush() {
        scripts = new LinkedHashMap<>();
        scriptBytes = 0;
        ScriptMachine present = machine;
        machine = null;
        if (present != null) {
            afterwards(present.state()::close);
        }
    }

    // ------------------------------------------------------------------ running

    /** Runs a script for a call. */
    void eval(Call call, Script script, boolean readOnly, int keys) {
        run(call, script, machine(), true, readOnly, keys);
    }

    /** Runs a function for a call. */
    void function(Call call, Script function, boolean readOnly, int keys) {
        run(call, function, libraries.machine(), false, readOnly, keys);
    }

    private void run(Call call, Script script, ScriptMachine own, boolean isEval, boolean readOnly, int keys) {
        call.propagateNothing();
        if (current != null) {
            call.fail("ERR a script cannot run another");
            return;
        }
        String refusal = refusal(call, script, readOnly);
        if (refusal != null) {
            call.fail(refusal);
            return;
        }
        ScriptRun run = new ScriptRun(
                script,
                own,
                call.session(),
                call.command(),
                call.args(),
                isEval,
                readOnly || script.has(ScriptFlag.NO_WRITES),
                call.mayBlock(),
                server.settings.busyReplyThresholdMillis,
                call.nowMillis(),
                this::logSlow);
        dispatcher = call.dispatcher();
        current = run;
        calls().begin(run.caller);
        try {
            Outcome outcome =
                    isEval ? own.begin(run, call.args(), 3, keys) : own.beginFunction(run, call.args(), 3, keys);
            if (outcome == Outcome.PAUSED) {
                pause(call, run);
            } else {
                reply(run, outcome, call.out());
            }
        } finally {
            if (!paused) {
                current = null;
                ended(own);
            }
        }
    }

    /** Why a script may not run now; null when it may. */
    private @Nullable String refusal(Call call, Script script, boolean readOnly) {
        Dispatcher by = call.dispatcher();
        boolean obeyed = call.fromMaster();
        Set<ScriptFlag> flags = script.flags();
        if (flags == null) {
            return by.isStale() ? Errors.MASTERDOWN : null;
        }
        if (by.isStale() && !flags.contains(ScriptFlag.ALLOW_STALE)) {
            return "MASTERDOWN Link with MASTER is down, replica-serve-stale-data is set to 'no' and 'allow-stale' flag"
                    + " is not set on the script.";
        }
        if (!flags.contains(ScriptFlag.NO_WRITES)) {
            String unwritable = obeyed ? null : by.writeRefusal();
            if (Errors.READONLY.equals(unwritable)) {
                return "READONLY Can not run script with write flag on readonly replica";
            }
            if (Errors.MISCONF.equals(unwritable)) {
                return "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk."
                        + " Writable scripts are blocked. Use 'no-writes' flag for read only scripts.";
            }
            if (readOnly) {
                return "ERR Can not execute a script with write flag using *_ro command.";
            }
            if (unwritable != null) {
                return unwritable;
            }
        }
        boolean mayGrow = !flags.contains(ScriptFlag.ALLOW_OOM) && !flags.contains(ScriptFlag.NO_WRITES);
        return mayGrow && by.isOutOfMemory() && !obeyed
                ? "OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'"
                : null;
    }

    private void logSlow() {
        ScriptRun run = current;
        if (run != null) {
            server.log.log(
                    Level.WARNING,
                    "Slow script detected: still in execution after " + run.elapsedMillis()
                            + " milliseconds. You can try killing the script using the "
                            + (run.isEval ? "SCRIPT KILL" : "FUNCTION KILL") + " command. Script name is: "
                            + run.script.name() + ".");
        }
    }

    private void reply(ScriptRun run, Outcome outcome, Replies out) {
        if (outcome == Outcome.DONE) {
            long thread = run.machine.state().thread();
            Lua.setTop(thread, 1);
            LuaReplies.write(thread, out, calls().protocol());
        } else {
            fail(run.machine.failure(outcome, run.script.name()), out);
        }
    }

    private static void fail(ScriptMachine.Failure failure, Replies out) {
        out.error(failure.text(), failure.counted());
    }

    private void ended(ScriptMachine own) {
        own.afterRun();
        List<Runnable> tasks = new ArrayList<>(afterwards);
        afterwards.clear();
        tasks.forEach(Runnable::run);
    }

    // ------------------------------------------------------------------ pausing

    private void pause(Call call, ScriptRun run) {
        paused = true;
        run.args = call.args().copy();
        server.changes.hold(true);
        call.waitFor(run);
        later(run);
    }

    private void later(ScriptRun run) {
        server.timers.after(PAUSE_MILLIS, () -> goOn(run));
    }

    private void goOn(ScriptRun run) {
        long start = System.nanoTime();
        server.keyspace.setNowMillis(run.clockMillis);
        Outcome outcome = Outcome.PAUSED;
        try {
            while (outcome == Outcome.PAUSED && !run.killed && System.nanoTime() - start < SLICE_NANOS) {
                outcome = run.machine.state().resume();
            }
        } catch (RuntimeException bug) {
            server.log.log(Level.ERROR, "Bug in what script " + run.script.name() + " called", bug);
            run.killed = true;
        }
        if (outcome == Outcome.PAUSED && !run.killed) {
            server.tick();
            later(run);
            return;
        }
        finish(run, outcome, System.nanoTime() - start);
        server.tick();
    }

    private void finish(ScriptRun run, Outcome outcome, long nanos) {
        Runnable reply = () -> reply(run, outcome, run.caller.replies());
        if (outcome == Outcome.PAUSED) {
            ScriptMachine.Failure killed = run.machine.failure(outcome, run.script.name());
            run.machine.state().abandon();
            reply = () -> fail(killed, run.caller.replies());
        }
        paused = false;
        current = null;
        server.changes.hold(false);
        dispatcher().completePaused(run.caller, run.command, run.args, reply, nanos);
        ended(run.machine);
    }

    /**
     * SCRIPT KILL, FUNCTION KILL.
     *
     * @return the error, or null when the script is going to end
     */
    @Nullable
    String kill(boolean eval) {
        ScriptRun run = current;
        if (run == null) {
            return "NOTBUSY No scripts in execution right now.";
        }
        if (run.caller.kind == Session.Kind.MASTER) {
            return "UNKILLABLE The busy script was sent by a master instance in the context of replication and cannot be"
                    + " killed.";
        }
        if (run.wrote) {
            return "UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait"
                    + " the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.";
        }
        if (eval != run.isEval) {
            return busyError();
        }
        run.killed = true;
        server.log.log(Level.WARNING, "Lua script killed by user with SCRIPT KILL.");
        return null;
    }
}
