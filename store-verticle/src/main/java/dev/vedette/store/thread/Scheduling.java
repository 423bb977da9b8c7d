package dev.vedette.store.thread;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * How long the calling thread waits for a processor, and how long others wait for it: sched_setattr(2), which is about a
 * single thread. Threads that it starts later have what it has. No privilege is needed.
 *
 * <p>On Linux; elsewhere, and where the system refuses it (seccomp), nothing happens, which costs nothing but the courtesy.
 */
public final class Scheduling {

    /**
     * A thread that wakes goes at once before one with longer slices, and 1.4 to 2.8 ms are the rule. Without this an event
     * loop that a packet wakes often waits until the client, which has just sent it, has gone to sleep.
     */
    static final long SHORT_SLICE_NANOS = 200_000;

    /** The longest that there is: any thread that wakes goes at once before one that has it. */
    static final long LONG_SLICE_NANOS = 100_000_000;

    static final int BACKGROUND_NICE = 10;

    private static final int UNKNOWN = -1;
    /** The numbers of the calls: the C library has had names for them only since 2025. */
    private static final int SCHED_SETATTR = number(314, 274);

    private static final int SCHED_GETATTR = number(315, 275);
    private static final long THIS_THREAD = 0;
    private static final long NO_FLAGS = 0;

    /** struct sched_attr, its first version. */
    private static final int ATTRIBUTES_BYTES = 48;

    private static final int POLICY_AT = 4;
    private static final int NICE_AT = 16;
    private static final int RUNTIME_AT = 24;
    private static final int SCHED_OTHER = 0;

    private static final class Calls {
        static final MethodHandle SYSCALL = syscall();

        private Calls() {}

        @SuppressWarnings("restricted")
        private static MethodHandle syscall() {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("syscall"),
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG),
                    Linker.Option.firstVariadicArg(1));
        }
    }

    private Scheduling() {}

    /**
     * Finds the system's calls: some 20 ms, once in a process, that whoever is the first to call the others waits for.
     *
     * @return whether threads may choose their slices here
     */
    public static boolean prepare() {
        return sliceNanos() > 0;
    }

    /** From now on, and until it ends, this thread runs soon after something wakes it: others wait for its answers. */
    public static void answerSoon() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = attributes(arena);
            // Before Linux 6.12 there is none.
            if (attributes.get(JAVA_LONG, RUNTIME_AT) > 0) {
                attributes.set(JAVA_LONG, RUNTIME_AT, SHORT_SLICE_NANOS);
                change(attributes);
            }
        }
    }

    /** From now on, and until it ends, this thread leaves the processors to others that want them, event loops above all. */
    public static void yieldToOthers() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = attributes(arena);
            attributes.set(JAVA_INT, NICE_AT, Math.max(BACKGROUND_NICE, attributes.get(JAVA_INT, NICE_AT)));
            attributes.set(JAVA_LONG, RUNTIME_AT, LONG_SLICE_NANOS);
            change(attributes);
        }
    }

    /** How long the calling thread may run while others wait; 0 where the system does not say. */
    static long sliceNanos() {
        try (Arena arena = Arena.ofConfined()) {
            return attributes(arena).get(JAVA_LONG, RUNTIME_AT);
        }
    }

    /** The calling thread's niceness; 0 where the system does not say. */
    static int nice() {
        try (Arena arena = Arena.ofConfined()) {
            return attributes(arena).get(JAVA_INT, NICE_AT);
        }
    }

    /** The calling thread's; all zero where the system does not say. */
    private static MemorySegment attributes(Arena arena) {
        MemorySegment attributes = arena.allocate(ATTRIBUTES_BYTES, Long.BYTES);
        call(SCHED_GETATTR, attributes, ATTRIBUTES_BYTES);
        return attributes;
    }

    /** Not for real-time policies: those are the operator's choice, and the fields mean something else there. */
    private static void change(MemorySegment attributes) {
        if (attributes.get(JAVA_INT, POLICY_AT) == SCHED_OTHER) {
            call(SCHED_SETATTR, attributes, NO_FLAGS);
        }
    }

    private static void call(int number, MemorySegment attributes, long third) {
        if (number == UNKNOWN) {
            return;
        }
        try {
            long unusedOutcome =
                    (long) Calls.SYSCALL.invokeExact((long) number, THIS_THREAD, attributes, third, NO_FLAGS);
        } catch (RuntimeException | Error bug) {
            throw bug;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static int number(int amd64, int aarch64) {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return UNKNOWN;
        }
        return switch (System.getProperty("os.arch", "")) {
            case "amd64" -> amd64;
            case "aarch64" -> aarch64;
            default -> UNKNOWN;
        };
    }
}
