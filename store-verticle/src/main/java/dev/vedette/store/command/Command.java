package dev.vedette.store.command;

import dev.vedette.store.session.Args;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One command: what COMMAND INFO and COMMAND DOCS tell of it, the code that runs it, and its counters.
 *
 * <p>Everything that the server knows of a command derives from this declaration: arity errors, the READONLY answer of
 * a replica, ACL, what MULTI queues, key positions, documentation. Declarations are made once at class load by the
 * families' builders ({@link #command}); a table gives each node its own counters.
 */
public final class Command {

    /** Runs a command: reads {@link Call}'s arguments, changes its database, writes exactly one reply. */
    @FunctionalInterface
    public interface Handler {
        void run(Call call);
    }

    /** Finds keys where no specification can ({@code SORT ... STORE}, {@code MIGRATE}): answers argument indexes. */
    @FunctionalInterface
    public interface KeyFinder {
        int[] keys(Args args);
    }

    /** Which arguments name channels that an ACL rule must allow. */
    public enum Channels {
        NONE,
        /** The first one, to publish to. */
        FIRST,
        /** All of them, to subscribe to. */
        ALL,
        /** All of them, and they are patterns. */
        ALL_PATTERNS
    }

    /** Finds the flags of a command where they depend on its arguments, as with EVAL, whose script has flags of its own. */
    @FunctionalInterface
    public interface FlagFinder {
        long flagBits(ServerState server, Args args, long declared);
    }

    /** Tells which arguments hold a secret, so that MONITOR and SLOWLOG show {@code (redacted)} in their place. */
    @FunctionalInterface
    public interface Secrets {
        boolean hides(dev.vedette.store.session.Args args, int argument);
    }

    private final String name;
    private final String fullName;
    private final String summary;
    private final @Nullable Command parent;
    private String since = "1.0.0";
    private String complexity = "O(1)";
    private String group = "generic";
    private int arity = -1;
    private long flagBits;
    private final Set<CommandFlag> flags = EnumSet.noneOf(CommandFlag.class);
    private final Set<AclCategory> categories = EnumSet.noneOf(AclCategory.class);
    private final List<KeySpec> keySpecs = new ArrayList<>();
    private final List<String> tips = new ArrayList<>();
    private final Map<String, Command> subcommands = new LinkedHashMap<>();
    private @Nullable KeyFinder keyFinder;
    private @Nullable Secrets secrets;
    private Channels channels = Channels.NONE;
    private int number = -1;
    private @Nullable Function<Args, List<String>> keyFlags;
    private @Nullable FlagFinder flagFinder;
    private @Nullable Handler handler;

    /** Counters for INFO commandstats; owned by the event loop of the node whose table holds this command. */
    public final Stats stats = new Stats();

    /** How often a command ran, and how it went. */
    public static final class Stats {
        public long calls;
        public long microseconds;
        public long rejected;
        public long failed;
        /** How long its runs took; null while there was none to be tracked. */
        public @Nullable LatencyHistogram latency;

        /** Counts the duration of one run (latency-tracking). */
        public void track(long nanos) {
            LatencyHistogram histogram = latency;
            if (histogram == null) {
                histogram = new LatencyHistogram();
                latency = histogram;
            }
            histogram.record(nanos);
        }

        /** CONFIG RESETSTAT. */
        public void reset() {
            latency = null;
            calls = 0;
            microseconds = 0;
            rejected = 0;
            failed = 0;
        }
    }

    private Command(String name, String summary, @Nullable Command parent) {
        this.name = name;
        this.fullName = parent == null ? name : parent.name + "|" + name;
        this.summary = summary;
        this.parent = parent;
    }

    /** Begins a declaration. The name in lower case; the summary one sentence. */
    public static Command command(String name, String summary) {
        return new Command(name, summary, null);
    }

    /** The first version of Redis that had it. */
    public Command since(String version) {
        since = version;
        return this;
    }

    /** Time complexity in the usual words. */
    public Command complexity(String text) {
        complexity = text;
        return this;
    }

    /** Number of arguments with the name; negative for at least so many. */
    public Command arity(int count) {
        arity = count;
        return this;
    }

    /** Adds flags. */
    public Command flags(CommandFlag... more) {
        for (CommandFlag flag : more) {
            flags.add(flag);
            flagBits |= flag.bit();
        }
        return this;
    }

    /** Adds ACL categories beyond those that follow from the flags. */
    public Command acl(AclCategory... more) {
        categories.addAll(List.of(more));
        return this;
    }

    /** Says where keys stand. */
    public Command keys(KeySpec... specs) {
        keySpecs.addAll(List.of(specs));
        return this;
    }

    /** Says how keys are found where specifications cannot tell. */
    public Command keyFinder(KeyFinder finder) {
        keyFinder = finder;
        return this;
    }

    /** Says which flags hold for certain arguments, where that is not always the same. */
    public Command flagFinder(FlagFinder finder) {
        flagFinder = finder;
        return this;
    }

    /** Says which arguments must not be shown to others. */
    public Command secrets(Secrets which) {
        secrets = which;
        return this;
    }

    /** Says what is done with the keys where the arguments decide it ({@code SET ... GET} reads, too). */
    public Command keyFlags(Function<Args, List<String>> flagsOf) {
        keyFlags = flagsOf;
        return this;
    }

    /** Says which arguments are channels. */
    public Command channels(Channels which) {
        channels = which;
        return this;
    }

    /** Numbers the command within its table. */
    void setNumber(int position) {
        number = position;
    }

    /** Adds tips for clients, as COMMAND INFO shows them. */
    public Command tips(String... words) {
        tips.addAll(List.of(words));
        return this;
    }

    /** Names the group in the documentation: string, list, ..., generic, connection, server. */
    public Command group(String word) {
        group = word;
        return this;
    }

    /** Gives the code. */
    public Command runs(Handler code) {
        handler = code;
        return this;
    }

    /** Adds subcommands, declared like commands with their own last word as name. */
    public Command sub(Command... commands) {
        for (Command sub : commands) {
            Command child = new Command(sub.name, sub.summary, this);
            child.copyFrom(sub);
            if (subcommands.put(sub.name, child) != null) {
                throw new IllegalStateException("subcommand declared twice: " + name + " " + sub.name);
            }
        }
        return this;
    }

    private void copyFrom(Command other) {
        since = other.since;
        complexity = other.complexity;
        group = other.group;
        arity = other.arity;
        flagBits = other.flagBits;
        flags.addAll(other.flags);
        categories.addAll(other.categories);
        keySpecs.addAll(other.keySpecs);
        tips.addAll(other.tips);
        keyFinder = other.keyFinder;
        secrets = other.secrets;
        channels = other.channels;
        keyFlags = other.keyFlags;
        flagFinder = other.flagFinder;
        handler = other.handler;
        for (Command sub : other.subcommands.values()) {
            sub(sub);
        }
    }

    /** The same declaration with counters of its own, for another node in this JVM. */
    Command fresh() {
        Command copy = new Command(name, summary, parent);
        copy.copyFrom(this);
        return copy;
    }

    // ------------------------------------------------------------------ reading

    /** Name in lower case; for a subcommand its last word. */
    public String name() {
        return name;
    }

    /** {@code config|get} for a subcommand, else the name. */
    public String fullName() {
        return fullName;
    }

    /** One sentence. */
    public String summary() {
        return summary;
    }

    /** The first version of Redis that had it. */
    public String since() {
        return since;
    }

    /** Time complexity. */
    public String complexity() {
        return complexity;
    }

    /** Group in the documentation. */
    public String group() {
        return group;
    }

    /** See {@link #arity(int)}. */
    public int arity() {
        return arity;
    }

    /** Whether that many arguments are right. */
    public boolean takes(int argumentCount) {
        return arity > 0 ? argumentCount == arity : argumentCount >= -arity;
    }

    /** Whether the command has that flag. */
    public boolean has(CommandFlag flag) {
        return (flagBits & flag.bit()) != 0;
    }

    /** All flags as bits. */
    public long flagBits() {
        return flagBits;
    }

    /** All flags as bits, for these arguments. */
    public long flagBits(ServerState server, Args args) {
        return flagFinder == null ? flagBits : flagFinder.flagBits(server, args, flagBits);
    }

    /** All flags. */
    public Set<CommandFlag> flags() {
        return flags;
    }

    /** All ACL categories, those that follow from the flags included. */
    public Set<AclCategory> categories() {
        Set<AclCategory> all = EnumSet.noneOf(AclCategory.class);
        all.addAll(categories);
        if (has(CommandFlag.WRITE)) {
            all.add(AclCategory.WRITE);
        }
        // Scripts may read or write: their commands carry READONLY without being reads.
        if (has(CommandFlag.READONLY) && !categories.contains(AclCategory.SCRIPTING)) {
            all.add(AclCategory.READ);
        }
        if (has(CommandFlag.ADMIN)) {
            all.add(AclCategory.ADMIN);
            all.add(AclCategory.DANGEROUS);
        }
        if (has(CommandFlag.PUBSUB)) {
            all.add(AclCategory.PUBSUB);
        }
        if (has(CommandFlag.BLOCKING)) {
            all.add(AclCategory.BLOCKING);
        }
        all.add(has(CommandFlag.FAST) ? AclCategory.FAST : AclCategory.SLOW);
        return all;
    }

    /** Where keys stand. */
    public List<KeySpec> keySpecs() {
        return keySpecs;
    }

    /** How keys are found where {@link #keySpecs} cannot tell, or null. */
    public @Nullable KeyFinder keyFinder() {
        return keyFinder;
    }

    /** See {@link #channels(Channels)}. */
    public Channels channels() {
        return channels;
    }

    /** The command's number in its table, from 0 without gaps, subcommands included: an index for sets of commands. */
    public int number() {
        return number;
    }

    /** Whether that argument holds a secret: whoever shows commands to others writes {@code (redacted)} instead. */
    public boolean hides(dev.vedette.store.session.Args args, int argument) {
        return secrets != null && secrets.hides(args, argument);
    }

    /** The container of a subcommand, or null. */
    public @Nullable Command parent() {
        return parent;
    }

    /** See {@link #keyFlags(Function)}; null where the specifications' own flags always hold. */
    public @Nullable Function<Args, List<String>> keyFlags() {
        return keyFlags;
    }

    /** Tips for clients. */
    public List<String> tips() {
        return tips;
    }

    /** Subcommands by name, in the order of declaration. */
    public Map<String, Command> subcommands() {
        return subcommands;
    }

    /** The subcommand of that name in any case, or null. */
    public @Nullable Command subcommand(String anyCase) {
        return subcommands.get(anyCase.toLowerCase(Locale.ROOT));
    }

    /** The code; null for a container of subcommands. */
    public @Nullable Handler handler() {
        return handler;
    }

    @Override
    public String toString() {
        return fullName();
    }
}
